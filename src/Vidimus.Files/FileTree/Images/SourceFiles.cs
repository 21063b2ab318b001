using System.Collections.Concurrent;

namespace Vidimus.Files.FileTree.Images;

/// <summary>The blobs of an <see cref="IImageSource"/> under the paths that a layout gives them.</summary>
internal sealed class SourceFiles(IImageSource source) : ImageFiles
{
    private readonly ConcurrentDictionary<string, (Digest Digest, long Size)> known = new(StringComparer.Ordinal);

    /// <summary>Makes a blob known that a manifest names.</summary>
    /// <exception cref="InvalidDataException">Its digest or size is none.</exception>
    public Digest Know(DescriptorJson? descriptor)
    {
        var digest = Digest.Parse(descriptor?.Digest);
        if (descriptor!.Size < 0) throw new InvalidDataException($"the manifest gives {digest} a size below nothing");
        known[digest.BlobPath] = (digest, descriptor.Size);
        return digest;
    }

    public override Stream? Open(string path) => known.TryGetValue(path, out var blob) ? source.OpenBlob(blob.Digest.ToString(), blob.Size) : null;

    protected override void Dispose(bool disposing) => source.Dispose();
}
