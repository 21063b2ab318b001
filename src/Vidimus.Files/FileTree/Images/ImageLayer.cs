using System.Security.Cryptography;
using Vidimus.Files.FileTree.Tar;
using Vidimus.Files.Formats.Compression;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Images;

/// <summary>One layer's blob as a tree.</summary>
/// <param name="path">Where the blob lies among the image's files.</param>
/// <param name="digest">Of the blob as it lies there; null when nothing states one.</param>
/// <param name="diffId">Of its uncompressed bytes.</param>
/// <param name="isForeign">Whether its licence keeps it out of registries, so that its absence is a note and no fault.</param>
internal sealed class ImageLayer(ImageFiles files, string path, Digest? digest, Digest diffId, bool isForeign) : IFileTree
{
    private string Name => (digest ?? diffId).ToString();

    /// <inheritdoc/>
    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        using var blob = files.Open(path);
        if (blob is null && isForeign)
        {
            visitor.Note(new(Notes.Unreadable, "", $"layer {Name} is a foreign layer, which the registry does not hold; it was not read"));
            return;
        }

        if (blob is null) throw new InvalidDataException($"the blob of layer {Name} is missing");
        using var stored = new HashedSource(blob, HashAlgorithmName.SHA256);
        try
        {
            var kind = Decompression.KindOf(stored.Peek());
            if (kind is Compression.None) WalkPlain(stored, visitor, cancel);
            else WalkCompressed(stored, kind, visitor, cancel);
            (blob as IVerifiedBlob)?.Verified();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"layer {Name} cannot be trusted: {e.Message}", e);
        }
    }

    public void Dispose()
    {
    }

    private void WalkPlain(HashedSource stored, IFileVisitor visitor, CancellationToken cancel)
    {
        new TarWalk(new(stored), visitor).Run(cancel);
        var found = new Digest(stored.Finish());
        Verify(found, found);
    }

    private void WalkCompressed(HashedSource stored, Compression kind, IFileVisitor visitor, CancellationToken cancel)
    {
        using var bytes = new SourceStream(stored);
        using var stream = Decompression.Open(bytes, kind);
        using var plain = new HashedSource(stream, HashAlgorithmName.SHA256);
        new TarWalk(new(plain), visitor).Run(cancel);

        var diff = new Digest(plain.Finish());
        Verify(new(stored.Finish()), diff);
    }

    private void Verify(Digest foundBlob, Digest foundDiff)
    {
        if (digest is { } expected && expected != foundBlob) throw new InvalidDataException($"the blob's digest is {foundBlob}");
        if (diffId != foundDiff) throw new InvalidDataException($"its diff id should be {diffId} and is {foundDiff}");
    }
}
