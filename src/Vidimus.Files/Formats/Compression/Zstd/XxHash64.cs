using System.Buffers.Binary;
using System.Numerics;

namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>XXH64 with seed 0, whose low half ends a zstd frame (the xxHash specification, "XXH64 algorithm description").</summary>
internal sealed class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
    private const int Stripe = 32;

    private readonly byte[] rest = new byte[Stripe];
    private int restLength;
    private ulong length;
    private ulong a;
    private ulong b;
    private ulong c;
    private ulong d;

    public XxHash64() => Reset();

    public void Reset()
    {
        (a, b, c, d) = (unchecked(Prime1 + Prime2), Prime2, 0, unchecked(0 - Prime1));
        (restLength, length) = (0, 0);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += (ulong)bytes.Length;
        if (restLength > 0)
        {
            var step = Math.Min(Stripe - restLength, bytes.Length);
            bytes[..step].CopyTo(rest.AsSpan(restLength));
            restLength += step;
            bytes = bytes[step..];
            if (restLength < Stripe) return;
            Take(rest);
            restLength = 0;
        }

        for (; bytes.Length >= Stripe; bytes = bytes[Stripe..]) Take(bytes);
        bytes.CopyTo(rest);
        restLength = bytes.Length;
    }

    public ulong Digest()
    {
        var hash = Prime5;
        if (length >= Stripe)
        {
            hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            hash = Merge(Merge(Merge(Merge(hash, a), b), c), d);
        }

        hash += length;
        var left = rest.AsSpan(0, restLength);
        for (; left.Length >= 8; left = left[8..]) hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(left)), 27) * Prime1) + Prime4;
        if (left.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(left) * Prime1), 23) * Prime2) + Prime3;
            left = left[4..];
        }

        foreach (var one in left) hash = BitOperations.RotateLeft(hash ^ (one * Prime5), 11) * Prime1;
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    private void Take(ReadOnlySpan<byte> stripe)
    {
        a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
        b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
        c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
        d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
    }

    private static ulong Round(ulong accumulator, ulong lane) => BitOperations.RotateLeft(accumulator + (lane * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong accumulator) => ((hash ^ Round(0, accumulator)) * Prime1) + Prime4;
}
