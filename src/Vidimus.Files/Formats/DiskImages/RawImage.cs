using Microsoft.Win32.SafeHandles;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.DiskImages;

/// <summary>A file that is the disk, byte for byte; sparse or not.</summary>
internal sealed class RawImage(SafeFileHandle file) : IBlockSource
{
    public long Length { get; } = RandomAccess.GetLength(file);

    public void Fetch(long index, Span<byte> block)
    {
        var offset = index * IBlockSource.BlockLength;
        while (!block.IsEmpty)
        {
            var read = RandomAccess.Read(file, block, offset);
            if (read == 0) break; // cut shorter while it is read
            block = block[read..];
            offset += read;
        }

        block.Clear();
    }

    public void Dispose() => file.Dispose();
}
