using System.Buffers.Binary;

namespace Vidimus.Files.Formats.Databases;

/// <summary>The committed pages of a SQLite write-ahead log.</summary>
/// <remarks>
/// Format: "Database File Format", section 4. A frame counts when its salts are the header's, the checksum that runs over all frames before it agrees,
/// and a commit follows; what lies behind the last such frame is an unfinished or an older writing.
/// </remarks>
internal sealed class SqliteLog
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;

    private readonly Stream stream;

    /// <summary>Where the newest committed content of a page begins in the log.</summary>
    private readonly Dictionary<uint, long> offsets = [];

    private SqliteLog(Stream stream, int pageSize)
    {
        this.stream = stream;
        PageSize = pageSize;
    }

    public int PageSize { get; }

    /// <summary>The number of pages that the database has after the last commit.</summary>
    public uint Pages { get; private set; }

    /// <summary>Reads a log's index; null when nothing in it counts, as with SQLite itself.</summary>
    public static SqliteLog? Open(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        stream.Position = 0;
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) return null;

        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var pageSize = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        if (magic is not (0x377F0682 or 0x377F0683) || BinaryPrimitives.ReadUInt32BigEndian(header[4..]) != 3007000) return null;
        if (pageSize is < 512 or > 65536 || !uint.IsPow2(pageSize)) return null;

        var sum = new Checksum(bigEndian: magic == 0x377F0683);
        sum.Add(header[..24]);
        if (!sum.Equals(header[24..])) return null;

        var log = new SqliteLog(stream, (int)pageSize);
        log.ReadFrames(sum, header.Slice(16, 8));
        return log.offsets.Count == 0 ? null : log;
    }

    public long? Find(uint page) => offsets.TryGetValue(page, out var offset) ? offset : null;

    public void Read(long frame, int offset, Span<byte> into)
    {
        stream.Position = frame + offset;
        stream.ReadExactly(into);
    }

    private void ReadFrames(Checksum sum, ReadOnlySpan<byte> salts)
    {
        var frame = new byte[FrameHeaderLength + PageSize];
        var uncommitted = new List<(uint Page, long Offset)>();
        for (var position = (long)HeaderLength; stream.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; position += frame.Length)
        {
            sum.Add(frame.AsSpan(0, 8));
            sum.Add(frame.AsSpan(FrameHeaderLength));
            if (!salts.SequenceEqual(frame.AsSpan(8, 8)) || !sum.Equals(frame.AsSpan(16))) return;

            uncommitted.Add((BinaryPrimitives.ReadUInt32BigEndian(frame), position + FrameHeaderLength));
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) is not (> 0 and var pages)) continue;

            Pages = pages;
            foreach (var (page, offset) in uncommitted) offsets[page] = offset;
            uncommitted.Clear();
        }
    }

    /// <summary>Two sums that run on over pairs of 32-bit words; the magic number tells their byte order. Stored big-endian always.</summary>
    private struct Checksum(bool bigEndian)
    {
        private uint first;
        private uint second;

        public void Add(ReadOnlySpan<byte> words)
        {
            for (; words.Length >= 8; words = words[8..])
            {
                first += Word(words) + second;
                second += Word(words[4..]) + first;
            }
        }

        public readonly bool Equals(ReadOnlySpan<byte> stored) => BinaryPrimitives.ReadUInt32BigEndian(stored) == first && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == second;

        private readonly uint Word(ReadOnlySpan<byte> bytes) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
