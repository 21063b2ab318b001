using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vidimus.Findings;

/// <summary>The 32 bytes, drawn once for an installation, that its identifiers depend on: they look random, tell nothing of how many there are, and need no column.</summary>
/// <remarks>It protects no secret and is never changed: with another key every ARN would be another. It lies in the store, so that a backup carries it.</remarks>
public sealed class IdentityKey : IDisposable
{
    /// <summary>One cipher is not for two threads at once.</summary>
    private readonly Lock gate = new();

    private readonly Aes aes;
    private readonly byte[] fingerprints;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public IdentityKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"the identity key has {Length} bytes, not {bytes.Length}");
        aes = Aes.Create();
        aes.Key = HKDF.Expand(HashAlgorithmName.SHA256, bytes.ToArray(), 16, "vidimus finding arn"u8.ToArray());
        fingerprints = HKDF.Expand(HashAlgorithmName.SHA256, bytes.ToArray(), 32, "vidimus finding fingerprint"u8.ToArray());
    }

    public const int Length = 32;

    /// <summary>The 32 hexadecimal digits that end a finding's ARN: one AES block over its row id and eight zero bytes.</summary>
    public string ToHex(long id)
    {
        Span<byte> block = stackalloc byte[16];
        block.Clear();
        BinaryPrimitives.WriteInt64BigEndian(block, id);
        lock (gate) aes.EncryptEcb(block, block, PaddingMode.None);
        return Convert.ToHexStringLower(block);
    }

    /// <summary>The row id behind the digits; false for digits that this installation never gave out (but for one in 2^64).</summary>
    public bool TryReadHex(ReadOnlySpan<char> hex, out long id)
    {
        id = 0;
        Span<byte> block = stackalloc byte[16];
        if (hex.Length != 32 || hex.ContainsAnyInRange('A', 'F') || Convert.FromHexString(hex, block, out _, out var written) != System.Buffers.OperationStatus.Done || written != 16) return false;
        lock (gate) aes.DecryptEcb(block, block, PaddingMode.None);
        id = BinaryPrimitives.ReadInt64BigEndian(block);
        return id > 0 && !block[8..].ContainsAnyExcept((byte)0);
    }

    /// <summary>The fingerprint of what has no number of its own: 63 bits of a keyed hash over its parts, each with its length, so that nobody can seek two that meet.</summary>
    public long Fingerprint(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, fingerprints);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(part)}:")));
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        }

        return BinaryPrimitives.ReadInt64BigEndian(hash.GetHashAndReset()) & long.MaxValue;
    }

    public void Dispose() => aes.Dispose();
}
