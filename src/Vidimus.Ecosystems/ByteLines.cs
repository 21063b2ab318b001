using System.Buffers;

namespace Vidimus.Ecosystems;

/// <summary>Reads a text file line by line as bytes, in memory that does not depend on the file: what nobody asks for is never decoded.</summary>
/// <remarks>A line longer than the limit is given as its beginning, with <see cref="WasCut"/> set, and the rest of it is passed over.</remarks>
public sealed class ByteLines(Stream stream, int limit = 64 << 10) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(limit);
    private int start;
    private int end;
    private bool atEnd;

    /// <summary>Whether the last line was longer than the limit.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Whether the last line ended with the file and not with a line feed.</summary>
    public bool WasOpen { get; private set; }

    /// <summary>The next line without its line feed; valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        WasCut = WasOpen = false;
        var searched = 0;
        while (true)
        {
            var feed = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                line = buffer.AsSpan(start, searched + feed);
                start += searched + feed + 1;
                return true;
            }

            searched = end - start;
            if (atEnd)
            {
                line = buffer.AsSpan(start, searched);
                start = end;
                WasOpen = searched > 0;
                return WasOpen;
            }

            if (searched >= limit)
            {
                line = buffer.AsSpan(start, limit).ToArray();
                SkipRest();
                return true;
            }

            Fill();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        start = end = 0;
        atEnd = true;
    }

    private void Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        var read = stream.Read(buffer, end, buffer.Length - end);
        atEnd = read == 0;
        end += read;
    }

    private void SkipRest()
    {
        WasCut = true;
        while (true)
        {
            start = end = 0;
            Fill();
            if (atEnd)
            {
                WasOpen = true;
                return;
            }

            var feed = buffer.AsSpan(0, end).IndexOf((byte)'\n');
            if (feed < 0) continue;
            start = feed + 1;
            return;
        }
    }
}
