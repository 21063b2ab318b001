using System.Security.Cryptography;

namespace Vidimus.Sbom.Vex;

/// <summary>The public keys whose owners' attestations a user believes: PEM, ECDSA over P-256, as <c>cosign generate-key-pair</c> and <c>openssl ec -pubout</c> write them.</summary>
/// <remarks>Ed25519 is not among them: the runtime has no implementation of it.</remarks>
public sealed class VexKeys
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly List<byte[]> keys = [];

    /// <summary>How many there are.</summary>
    public int Count => keys.Count;

    /// <summary>Adds all keys of a PEM file.</summary>
    /// <exception cref="InvalidDataException">It holds none, or one of another kind; the message is one sentence.</exception>
    public void Add(string pem, string name)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var before = keys.Count;
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label] is not "PUBLIC KEY") throw new InvalidDataException($"{name} holds a {rest[fields.Label]}, and a PUBLIC KEY is what signatures are verified with");
            keys.Add(Checked(Convert.FromBase64String(rest[fields.Base64Data].ToString()), name));
        }

        if (keys.Count == before) throw new InvalidDataException($"{name} holds no public key in PEM");
    }

    /// <summary>Whether one of the keys has signed it: ECDSA with SHA-256, the signature in DER.</summary>
    internal bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        foreach (var key in keys)
        {
            using var verifier = ECDsa.Create();
            verifier.ImportSubjectPublicKeyInfo(key, out _);
            if (verifier.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)) return true;
        }

        return false;
    }

    private static byte[] Checked(byte[] key, string name)
    {
        try
        {
            using var verifier = ECDsa.Create();
            verifier.ImportSubjectPublicKeyInfo(key, out _);
            if (verifier.ExportParameters(includePrivateParameters: false).Curve.Oid.Value is P256) return key;
        }
        catch (CryptographicException)
        {
            // RSA, Ed25519 and what is no key at all have the same answer.
        }

        throw new InvalidDataException($"{name} holds a key that is not ECDSA over P-256, the one kind that is verified");
    }
}
