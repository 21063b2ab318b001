using System.Buffers.Binary;
using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>Uncompresses Zstandard frames (RFC 8878) without any library: for machines that have none.</summary>
/// <remarks>Dictionaries are refused. The memory grows with what a frame really holds, to one and a half of its window at most.</remarks>
internal sealed class ManagedZstdStream(Stream compressed) : ReadOnlyStream
{
    private const int LeastRoom = 1 << 20;

    private readonly StreamSource source = new(compressed);
    private readonly byte[] stored = new byte[ZstdBlock.MostBytes + BackwardBits.Slack];
    private readonly ZstdBlock block = new();
    private readonly XxHash64 hash = new();

    /// <summary>The last bytes of the frame; those from <see cref="start"/> on were not given yet.</summary>
    private byte[] history = [];
    private int start;
    private int end;

    private bool inFrame;
    private int window;
    private long frameLength;
    private long? contentSize;
    private bool hasChecksum;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (start == end)
        {
            if (inFrame) ReadBlock();
            else if (!ReadFrameHeader()) return 0;
        }

        var count = Math.Min(buffer.Length, end - start);
        history.AsSpan(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Begins the next frame; false at the end.</summary>
    private bool ReadFrameHeader()
    {
        Span<byte> bytes = stackalloc byte[8];
        while (true)
        {
            if (source.Peek().IsEmpty) return false;
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes[..4]));
            if (magic is ZstdStream.Magic) break;
            if ((magic & ZstdStream.SkippableMask) != ZstdStream.SkippableMagic) throw new InvalidDataException("the zstd data is followed by something else");
            var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes[..4]));
            if (source.Skip(length) < length) throw Torn();
        }

        var descriptor = Take(bytes[..1])[0];
        if ((descriptor & 8) != 0) throw new InvalidDataException("the zstd data is damaged: a reserved bit is set");
        var single = (descriptor & 32) != 0;
        var windowByte = single ? 0 : Take(bytes[..1])[0];
        if (Number(bytes, (descriptor & 3) switch { 3 => 4, var size => size }) != 0) throw new InvalidDataException("the zstd data needs a dictionary, which is not supported");

        ReadSizes(bytes, descriptor >> 6, single, windowByte);
        hasChecksum = (descriptor & 4) != 0;
        hash.Reset();
        block.Reset();
        (inFrame, frameLength, start, end) = (true, 0, 0, 0);
        return true;
    }

    private void ReadSizes(Span<byte> bytes, int flag, bool single, int windowByte)
    {
        contentSize = flag switch
        {
            0 when !single => null,
            0 => (long)Number(bytes, 1),
            1 => (long)Number(bytes, 2) + 256,
            _ => (long)Math.Min(Number(bytes, 1 << flag), long.MaxValue),
        };
        var unit = 1L << (10 + (windowByte >> 3));
        var size = single ? contentSize!.Value : unit + (unit / 8 * (windowByte & 7));
        if (size > ZstdStream.LargestWindow) throw new InvalidDataException($"the zstd data needs a window of {size} bytes; {ZstdStream.LargestWindow} are allowed");
        window = (int)size;
    }

    private void ReadBlock()
    {
        Span<byte> bytes = stackalloc byte[4];
        Take(bytes[..3]);
        var header = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
        var length = header >> 3;
        var most = Math.Min(window, ZstdBlock.MostBytes);
        if (length > most) throw new InvalidDataException("the zstd data is damaged: a block is too large");

        MakeRoom(most);
        var target = history.AsSpan(end);
        var written = length;
        switch ((header >> 1) & 3)
        {
            case 0:
                Take(target[..length]);
                break;
            case 1:
                target[..length].Fill(Take(bytes[..1])[0]);
                break;
            case 2:
                Take(stored.AsSpan(0, length));
                written = block.Decode(stored, length, history, end, most, (int)Math.Min(frameLength, end), window);
                break;
            default:
                throw new InvalidDataException("the zstd data is damaged: a block of a reserved kind");
        }

        end += written;
        frameLength += written;
        if (hasChecksum) hash.Append(history.AsSpan(end - written, written));
        if ((header & 1) != 0) EndFrame(bytes);
    }

    private void EndFrame(Span<byte> bytes)
    {
        inFrame = false;
        if (contentSize is { } size && size != frameLength) throw new InvalidDataException("the zstd data is damaged: a frame is not as long as it says");
        if (hasChecksum && BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes)) != (uint)hash.Digest()) throw new InvalidDataException("the zstd data is damaged: a checksum is wrong");
    }

    /// <summary>Makes room behind the history for a block, dropping what lies out of the window.</summary>
    private void MakeRoom(int most)
    {
        if (history.Length - end >= most) return;

        var largest = window + Math.Max(window / 2, LeastRoom);
        if (history.Length < largest)
        {
            Array.Resize(ref history, (int)Math.Min(largest, Math.Max((long)history.Length * 2, 2L * ZstdBlock.MostBytes)));
            if (history.Length - end >= most) return;
        }

        var keep = Math.Min(end, window);
        Array.Copy(history, end - keep, history, 0, keep);
        start = end = keep;
    }

    private Span<byte> Take(Span<byte> bytes) => source.Read(bytes) == bytes.Length ? bytes : throw Torn();

    private ulong Number(Span<byte> bytes, int length)
    {
        bytes.Clear();
        Take(bytes[..length]);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private static InvalidDataException Torn() => new("the zstd data ends in the middle of a frame");
}
