using System.Buffers.Binary;
using System.Numerics;

namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>Reads a bit stream from its end to its beginning (RFC 8878, 4.1): the last byte's highest set bit marks where the bits begin.</summary>
internal ref struct BackwardBits
{
    /// <summary>As many bytes must lie behind a stream in its buffer, so that eight can always be loaded.</summary>
    public const int Slack = 8;

    private readonly ReadOnlySpan<byte> bytes;

    /// <param name="bytes">The stream and at least <see cref="Slack"/> bytes more.</param>
    /// <param name="length">The stream's own length.</param>
    public BackwardBits(ReadOnlySpan<byte> bytes, int length)
    {
        if (length == 0 || bytes[length - 1] == 0) throw new InvalidDataException("the zstd data is damaged: a bit stream has no end mark");
        this.bytes = bytes;
        Left = (length * 8) - BitOperations.LeadingZeroCount((uint)bytes[length - 1]) + 24 - 1;
    }

    /// <summary>How many bits are left; below zero when more were read than there are (they read as zeros).</summary>
    public int Left { get; private set; }

    public uint Read(int count)
    {
        Left -= count;
        return Bits(Left, count);
    }

    /// <summary>The next bits without passing them.</summary>
    public readonly uint Peek(int count) => Bits(Left - count, count);

    public void Skip(int count) => Left -= count;

    private readonly uint Bits(int at, int count)
    {
        var mask = (1UL << count) - 1;
        if (at >= 0) return (uint)((BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at >> 3)..]) >> (at & 7)) & mask);
        return at <= -count ? 0 : (uint)((BinaryPrimitives.ReadUInt64LittleEndian(bytes) << -at) & mask);
    }
}
