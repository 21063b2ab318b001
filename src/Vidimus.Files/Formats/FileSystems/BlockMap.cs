using Vidimus.Files.FileTree.Disk;
using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.FileSystems;

/// <summary>Consecutive blocks of a file that lie one behind the other on the volume.</summary>
/// <param name="First">The first one's number in the file.</param>
/// <param name="Offset">Where it lies, in bytes; <see cref="Hole"/> where nothing was written, which reads as zeros.</param>
internal readonly record struct Run(long First, long Count, long Offset)
{
    public const long Hole = -1;
}

/// <summary>Tells where a file's blocks lie, one look-up at a time, so that a lying map costs only what is read of it.</summary>
internal abstract class BlockMap
{
    /// <summary>The run that holds a block. It is never empty and never begins behind the block.</summary>
    /// <exception cref="InvalidDataException">The map is damaged.</exception>
    public abstract Run Find(long block);
}

/// <summary>A file's bytes by its map.</summary>
internal sealed class MappedStream(Volume volume, BlockMap map, int blockBits, long length) : ReadOnlyStream
{
    private long position;
    private Run run;

    public override bool CanSeek => true;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        var rest = length - position;
        if (rest <= 0 || buffer.IsEmpty) return 0;

        var block = position >> blockBits;
        if (block < run.First || block - run.First >= run.Count) run = map.Find(block);
        var into = position - (run.First << blockBits);
        var blocksLeft = Math.Min(run.Count - (block - run.First), int.MaxValue >> blockBits);
        var inRun = (blocksLeft << blockBits) - (position & ((1L << blockBits) - 1));
        var count = (int)Math.Min(Math.Min(rest, buffer.Length), inRun);
        if (run.Offset == Run.Hole) buffer[..count].Clear();
        else volume.Read(run.Offset + into, buffer[..count]);
        position += count;
        return count;
    }
}
