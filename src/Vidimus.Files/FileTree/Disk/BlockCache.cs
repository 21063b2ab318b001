using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Disk;

/// <summary>A disk whose blocks are fetched when they are first needed; those used last stay in memory, a fixed number of them. Counts what was fetched.</summary>
internal sealed class BlockCache(IBlockSource source) : Volume, IDisposable
{
    /// <summary>64 MiB: an inode table of one block group, the folders above and the file that is being read lie in far fewer.</summary>
    private const int MostBlocks = 128;

    private readonly Dictionary<long, LinkedListNode<(long Index, byte[] Bytes)>> blocks = [];
    private readonly LinkedList<(long Index, byte[] Bytes)> byUse = new();
    private readonly HashSet<long> touched = [];

    public override long Length => source.Length;

    /// <summary>How many different blocks were asked of the source.</summary>
    public int Touched => touched.Count;

    /// <summary>How many times a block was asked of the source: more than <see cref="Touched"/> where one was needed again after it had left the memory.</summary>
    public long Fetched { get; private set; }

    public override void Read(long offset, Span<byte> buffer)
    {
        Check(offset, buffer.Length);
        while (!buffer.IsEmpty)
        {
            var at = (int)(offset % IBlockSource.BlockLength);
            var count = Math.Min(buffer.Length, IBlockSource.BlockLength - at);
            Block(offset / IBlockSource.BlockLength).AsSpan(at, count).CopyTo(buffer);
            buffer = buffer[count..];
            offset += count;
        }
    }

    public void Dispose() => source.Dispose();

    private byte[] Block(long index)
    {
        if (byUse.First is { } first && first.Value.Index == index) return first.Value.Bytes;
        if (blocks.TryGetValue(index, out var node))
        {
            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value.Bytes;
        }

        var bytes = blocks.Count < MostBlocks ? GC.AllocateUninitializedArray<byte>(IBlockSource.BlockLength) : Evict();
        source.Fetch(index, bytes.AsSpan(0, (int)Math.Min(IBlockSource.BlockLength, source.Length - (index * IBlockSource.BlockLength))));
        Fetched++;
        touched.Add(index);
        blocks[index] = byUse.AddFirst((index, bytes));
        return bytes;
    }

    private byte[] Evict()
    {
        var last = byUse.Last!;
        byUse.RemoveLast();
        blocks.Remove(last.Value.Index);
        return last.Value.Bytes;
    }
}
