using Microsoft.Win32.SafeHandles;
using Vidimus.Files.Formats.Compression;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Tar;

/// <summary>A tar file, plain or compressed by gzip or zstd, as a tree.</summary>
public sealed class TarTree : IFileTree
{
    private readonly SafeFileHandle file;
    private readonly Compression compression;

    /// <exception cref="TargetException">The file cannot be opened.</exception>
    public TarTree(string path)
    {
        file = TargetFile.Open(path);
        Span<byte> magic = stackalloc byte[Decompression.MagicLength];
        compression = Decompression.KindOf(magic[..RandomAccess.Read(file, magic, 0)]);
    }

    /// <summary>Whether entries carry their extended attributes.</summary>
    public bool WithAttributes { get; init; }

    /// <inheritdoc/>
    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        var length = RandomAccess.GetLength(file);
        if (compression is Compression.None)
        {
            using var source = new FileSource(file, 0, length);
            new TarWalk(new(source, WithAttributes), visitor).Run(cancel);
            return;
        }

        using var compressed = new FileSlice(file, 0, length);
        using var stream = Decompression.Open(compressed, compression);
        new TarWalk(new(stream, WithAttributes), visitor).Run(cancel);
    }

    public void Dispose() => file.Dispose();
}
