using System.Buffers.Binary;
using System.Text;

namespace Vidimus.Files.Formats.Executables;

/// <summary>Reads headers anywhere in a file; the first bytes, where most of them lie, are there already.</summary>
/// <param name="length">How many of the first bytes there are.</param>
internal sealed class HeaderReader(Stream stream, byte[] start, int length)
{
    public Stream Stream => stream;

    public long Length => stream.Length;

    /// <summary>Bytes at an offset.</summary>
    /// <exception cref="EndOfStreamException">They are not there.</exception>
    public ReadOnlySpan<byte> Bytes(ulong offset, int count)
    {
        if (offset <= (ulong)length && count <= length - (int)offset) return start.AsSpan((int)offset, count);
        if (offset > (ulong)Length || count > Length - (long)offset) throw new EndOfStreamException("the executable ends within its headers");

        var bytes = new byte[count]; // the file is known to be as long
        stream.Position = (long)offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A name that ends with its field or the first zero byte; bytes beyond ASCII stay apart, whatever they mean.</summary>
    public static string Text(ReadOnlySpan<byte> field) => Encoding.Latin1.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    public static ushort U16(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public static uint U32(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public static ulong U64(ReadOnlySpan<byte> bytes, bool bigEndian) => bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>A place in the file cut to what the file holds: sections and segments never reach beyond it.</summary>
    public (long Offset, long Length) Clip(ulong offset, ulong count)
    {
        var end = (ulong)Length;
        return offset >= end ? (0, 0) : ((long)offset, (long)Math.Min(count, end - offset));
    }
}
