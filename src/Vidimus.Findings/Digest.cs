using System.Buffers;
using System.Security.Cryptography;

namespace Vidimus.Findings;

/// <summary>The SHA-256 of a document's canonical bytes.</summary>
public readonly struct Digest : IEquatable<Digest>, IComparable<Digest>
{
    private readonly UInt128 high, low;

    private Digest(ReadOnlySpan<byte> bytes)
    {
        high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    public const int Length = 32;

    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(bytes, hash);
        return new(hash);
    }

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static Digest From(ReadOnlySpan<byte> bytes) => bytes.Length == Length ? new(bytes) : throw new ArgumentException($"a digest has {Length} bytes, not {bytes.Length}");

    /// <summary>Reads the text form, <c>sha256:</c> and 64 small hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (!text.StartsWith("sha256:", StringComparison.Ordinal) || text[7..].ContainsAnyInRange('A', 'F')) return false;
        if (Convert.FromHexString(text[7..], bytes, out var read, out var written) != OperationStatus.Done || written != Length || read != 2 * Length) return false;
        digest = new(bytes);
        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), low);
        return bytes;
    }

    public bool Equals(Digest other) => high == other.high && low == other.low;

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => low.GetHashCode();

    public int CompareTo(Digest other) => high.CompareTo(other.high) is not 0 and var order ? order : low.CompareTo(other.low);

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);

    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"sha256:{Convert.ToHexStringLower(ToBytes())}";
}
