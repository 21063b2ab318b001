namespace Vidimus.Model.Files;

/// <summary>A disk's bytes, had block by block: a raw or qcow2 file, a snapshot in a cloud. Blocks are asked for only when something in them is read, which is what makes a large disk cheap.</summary>
/// <remarks>Not for several threads.</remarks>
public interface IBlockSource : IDisposable
{
    /// <summary>How long a block is: what the block interfaces of clouds hand out at once.</summary>
    public const int BlockLength = 512 << 10;

    /// <summary>The disk's length in bytes; the last block may be a part of one.</summary>
    long Length { get; }

    /// <summary>Fetches a block. What was never written is zeros.</summary>
    /// <param name="index">From 0 on, inside the disk.</param>
    /// <param name="block">Exactly as long as the block: <see cref="BlockLength"/>, or what is left of the disk.</param>
    /// <exception cref="InvalidDataException">The format that holds the disk is damaged there.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    void Fetch(long index, Span<byte> block);
}
