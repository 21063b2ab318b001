namespace Vidimus.Files.FileTree.Disk;

/// <summary>A range of bytes that something is laid out in: a disk, a partition, a logical volume.</summary>
internal abstract class Volume
{
    /// <summary>In bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Fills the whole buffer.</summary>
    /// <exception cref="InvalidDataException">It is not all inside the volume, or what holds the volume is damaged.</exception>
    public abstract void Read(long offset, Span<byte> buffer);

    /// <summary>A new array of bytes; the caller has bounded the count.</summary>
    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Reads what a signature is looked for in: false where the volume ends before.</summary>
    public bool TryRead(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > Length - buffer.Length) return false;
        Read(offset, buffer);
        return true;
    }

    protected void Check(long offset, int count)
    {
        if (offset < 0 || count > Length || offset > Length - count) throw new InvalidDataException($"it points to byte {offset}, outside of the {Length} bytes that are there");
    }
}

/// <summary>A contiguous part of a volume. One that claims to reach past the end is as long as what is there.</summary>
internal sealed class VolumeSlice(Volume volume, long start, long length) : Volume
{
    public override long Length { get; } = Math.Clamp(length, 0, Math.Max(0, volume.Length - start));

    public override void Read(long offset, Span<byte> buffer)
    {
        Check(offset, buffer.Length);
        volume.Read(start + offset, buffer);
    }
}
