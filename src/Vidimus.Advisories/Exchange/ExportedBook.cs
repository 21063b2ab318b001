using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vidimus.Advisories.Exchange;

/// <summary>A book in one signed file, for machines that reach no feeds (docs/adr/0041).</summary>
/// <remarks>
/// Magic (8 bytes), version, length of the head (4 bytes each, little-endian), the head as JSON: these are signed. Then the length of the signature (4 bytes), the signature, and the book to the file's end.
/// Nothing of the head is looked at before its signature holds, and nothing of the book before its digest does.
/// </remarks>
internal sealed class ExportedBook : IDisposable
{
    private const int Version = 1;
    private const int StartSize = 16;
    private const int MostHead = 4 << 20;

    /// <summary>A signature of P-256 in DER has 72 bytes at most.</summary>
    private const int MostSignature = 72;

    private readonly FileStream file;

    private ExportedBook(FileStream file, ExportHead head) => (this.file, Head) = (file, head);

    public ExportHead Head { get; }

    private static ReadOnlySpan<byte> Magic => "VIDIMUSX"u8;

    public static void Write(Stream output, ExportHead head, Stream book, ExportKey key)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(head, ExportJson.Default.ExportHead);
        if (json.Length > MostHead) throw new InvalidDataException($"The terms and names of the book's sources take {json.Length} bytes, more than an exported book can hold.");
        var signed = new byte[StartSize + json.Length];
        Magic.CopyTo(signed);
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(12), json.Length);
        json.CopyTo(signed, StartSize);
        var signature = key.Sign(signed);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, signature.Length);
        output.Write(signed);
        output.Write(length);
        output.Write(signature);
        book.CopyTo(output);
    }

    /// <summary>Reads the head of an exported book and stands before the book.</summary>
    /// <exception cref="InvalidDataException">It is no exported book, is torn, or was not signed by that key as it is.</exception>
    public static ExportedBook Open(string path, ExportKey key)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new(file, ReadHead(file, path, key));
        }
        catch (EndOfStreamException e)
        {
            file.Dispose();
            throw new InvalidDataException($"{path} is torn: it ends within its head.", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies the book out, once.</summary>
    /// <exception cref="InvalidDataException">It is not the book that was signed. What was copied is to be thrown away.</exception>
    public void CopyBook(Stream output, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 << 10];
        for (var left = Head.Length; left > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            var read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0) throw new InvalidDataException($"{file.Name} is torn: it ends within the book.");
            hash.AppendData(buffer, 0, read);
            output.Write(buffer, 0, read);
            left -= read;
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != Head.Digest) throw new InvalidDataException($"{file.Name} was changed after it was signed: the book in it is another.");
    }

    public void Dispose() => file.Dispose();

    private static ExportHead ReadHead(FileStream file, string path, ExportKey key)
    {
        var start = new byte[StartSize];
        file.ReadExactly(start);
        if (!start.AsSpan(0, 8).SequenceEqual(Magic)) throw new InvalidDataException($"{path} is no exported book; 'vidimus advisories export' makes one.");
        var (version, length) = (BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(12)));
        if (version != Version) throw new InvalidDataException($"{path} is an exported book of version {version}; this program reads version {Version}.");
        if (length is < 2 or > MostHead) throw new InvalidDataException($"{path} is torn: its head can't have {length} bytes.");

        var signed = new byte[StartSize + length];
        start.CopyTo(signed, 0);
        file.ReadExactly(signed, StartSize, length);
        file.ReadExactly(start, 0, sizeof(int));
        var size = BinaryPrimitives.ReadInt32LittleEndian(start);
        if (size is < 1 or > MostSignature) throw new InvalidDataException($"{path} is torn: its signature can't have {size} bytes.");
        var signature = new byte[size];
        file.ReadExactly(signature);
        if (!key.Verifies(signed, signature)) throw new InvalidDataException($"{path} was not signed by the key {key.Fingerprint}, or was changed after it was signed.");

        var head = Deserialize(signed.AsSpan(StartSize), path);
        return head.Length == file.Length - file.Position ? head : throw new InvalidDataException($"{path} is torn: {head.Length} bytes of book were signed and {file.Length - file.Position} are there.");
    }

    private static ExportHead Deserialize(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ExportJson.Default.ExportHead) ?? throw new InvalidDataException($"{path} has an empty head.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} has a head that this program does not read: {e.Message}", e);
        }
    }
}
