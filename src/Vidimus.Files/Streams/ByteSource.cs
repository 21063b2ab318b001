namespace Vidimus.Files.Streams;

/// <summary>Bytes from the beginning to the end, looked at where they lie in the source's own buffer.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>How many bytes were passed.</summary>
    public long Position { get; protected set; }

    /// <summary>The bytes that follow, as many as are at hand; empty only at the end.</summary>
    public abstract ReadOnlySpan<byte> Peek();

    /// <summary>Passes bytes that <see cref="Peek"/> showed.</summary>
    public abstract void Advance(int count);

    /// <summary>Passes bytes unseen; fewer than asked for only at the end.</summary>
    public virtual long Skip(long count)
    {
        var left = count;
        while (left > 0 && Peek() is { IsEmpty: false } bytes)
        {
            var step = (int)Math.Min(left, bytes.Length);
            Advance(step);
            left -= step;
        }

        return count - left;
    }

    /// <summary>Fills a buffer as far as the source goes.</summary>
    public int Read(Span<byte> buffer)
    {
        var done = 0;
        while (done < buffer.Length && Peek() is { IsEmpty: false } bytes)
        {
            var step = Math.Min(bytes.Length, buffer.Length - done);
            bytes[..step].CopyTo(buffer[done..]);
            Advance(step);
            done += step;
        }

        return done;
    }

    /// <summary>A seekable view of the bytes that follow, or null where they can only be read in passing.</summary>
    public virtual Stream? Slice(long length) => null;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
