using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Advisories.Exchange;

/// <summary>A key for exported books: ECDSA over P-256 with SHA-256, in PEM as openssl reads and writes it. The private half signs, the public half is pinned by who imports.</summary>
public sealed class ExportKey : IDisposable
{
    private const string PrivateLabel = "PRIVATE KEY";
    private const string OldPrivateLabel = "EC PRIVATE KEY";
    private const string PublicLabel = "PUBLIC KEY";
    private const int MostPem = 16 << 10;

    /// <summary>An object identifier's value, as .NET names the curve.</summary>
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly ECDsa key;

    private ExportKey(ECDsa key) => this.key = key;

    /// <summary>The SHA-256 of its public half (SubjectPublicKeyInfo), in hexadecimal: what two people compare.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>Makes a key: the private half in a file that only its owner can read, the public half beside it.</summary>
    /// <exception cref="InvalidDataException">One of the files is there already; a key is never overwritten.</exception>
    public static ExportKey Create(string path)
    {
        if (new[] { path, PublicPath(path) }.FirstOrDefault(Path.Exists) is { } there) throw new InvalidDataException($"{there} is there already and is not overwritten.");
        var key = new ExportKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        WriteNew(path, key.key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        WriteNew(PublicPath(path), key.key.ExportSubjectPublicKeyInfoPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return key;
    }

    /// <summary>Where the public half of a new key goes: <c>book.pub.pem</c> beside <c>book.pem</c>.</summary>
    public static string PublicPath(string path) => Path.ChangeExtension(path, ".pub.pem");

    /// <summary>Reads a private key.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static ExportKey OpenPrivate(string path) => Open(path, "a private", PrivateLabel, OldPrivateLabel);

    /// <summary>Reads a public key. A private one is refused: it has no place where books are imported.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static ExportKey OpenPublic(string path) => Open(path, "a public", PublicLabel);

    public void Dispose() => key.Dispose();

    /// <summary>The signature in DER, as openssl has it.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> content) => key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    internal bool Verifies(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static ExportKey Open(string path, string which, params ReadOnlySpan<string> labels)
    {
        if (new FileInfo(path).Length > MostPem) throw new InvalidDataException($"{path} is too long for a key.");
        var text = File.ReadAllText(path);
        if (!PemEncoding.TryFind(text, out var pem)) throw new InvalidDataException($"{path} is no key in PEM; 'vidimus advisories key create' makes one.");
        if (!labels.Contains(text[pem.Label])) throw new InvalidDataException($"{path} holds '{text[pem.Label]}' where {which} key is needed.");

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text.AsSpan()[pem.Location]);
            if (key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 }) return new(key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidDataException($"{path} holds {which} key that can't be read: {e.Message}", e);
        }

        key.Dispose();
        throw new InvalidDataException($"{path} holds a key of another kind than ECDSA over P-256.");
    }

    private static void WriteNew(string path, string pem, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(pem + "\n"));
        file.Flush(flushToDisk: true);
    }
}
