using Vidimus.Files.FileTree.Live;
using Vidimus.Files.Formats.Databases;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images.Stores;

/// <summary>Opens images of containerd's store, read where it lies and without the daemon.</summary>
/// <remarks>Source: containerd, package metadata: the bbolt file <c>meta.db</c> has <c>v1/NAMESPACE/images/NAME/target/digest</c>; the content store holds manifests, configurations and layers
/// under their digests, as an image layout does.</remarks>
public static class ContainerdStore
{
    private const string Database = "io.containerd.metadata.v1.bolt/meta.db";
    private const int Attempts = 3;

    /// <summary>Whether a folder is such a store.</summary>
    public static bool IsAt(string root) => File.Exists(Path.Combine(root, Database));

    /// <returns>Null when the store has no such image.</returns>
    /// <exception cref="TargetException">The store can't be read, or several images are meant.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IImage? Open(string root, LocalName name, ImagePlatform? platform = null) =>
        Find(root, name) is { } digest ? OciImage.Open(new Content(Path.Combine(root, "io.containerd.content.v1.content")), digest, platform) : null;

    /// <summary>The digest of the manifest or index that a name stands for.</summary>
    private static string? Find(string root, LocalName name)
    {
        var all = Images(Path.Combine(root, Database));
        var found = all.Where(image => name.Names.Contains(image.Name)).ToList();
        if (found.Count == 0 && name.Digest is { } digest) found = [.. all.Where(image => image.Digest == digest)];
        if (found.Count == 0) found = [.. all.Where(image => image.Digest.StartsWith("sha256:", StringComparison.Ordinal) && name.IsIdOf(image.Digest[7..]))];
        if (found.Select(image => image.Digest).Distinct().Count() < 2) return found.FirstOrDefault().Digest;
        throw new TargetException($"several images of the store are called {PathText.Display(name.Text)}; name one by its digest: {PathText.Display(string.Join(", ", found.Take(10).Select(image => $"{image.Digest} in {image.Namespace}")))}");
    }

    private static List<(string Namespace, string Name, string Digest)> Images(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var database = new BoltFile(path);
                List<(string, string, string)> images = [];
                foreach (var space in database.Root.Bucket("v1")?.Entries() ?? [])
                {
                    foreach (var image in space.Bucket?.Bucket("images")?.Entries() ?? [])
                    {
                        if (image.Bucket?.Bucket("target")?.Text("digest") is { } digest) images.Add((space.Name, image.Name, digest));
                    }
                }

                return images;
            }
            catch (InvalidDataException) when (attempt < Attempts)
            {
                // A running daemon wrote pages while we read them.
            }
        }
    }

    /// <summary>The content store.</summary>
    private sealed class Content(string folder) : IImageSource
    {
        private const int MostManifest = 4 << 20;
        private readonly LiveTree blobs = new(folder);

        public byte[] ReadManifest(string reference)
        {
            using var blob = Open(reference) ?? throw new TargetException($"the store does not hold {reference}; only the platforms that were pulled are there");
            if (blob.Length > MostManifest) throw new InvalidDataException($"the manifest {reference} is larger than the {MostManifest >> 20} MiB that are read");
            var bytes = new byte[blob.Length];
            blob.ReadExactly(bytes);
            return bytes;
        }

        public Stream? OpenBlob(string digest, long size) => Open(digest) is not { } blob ? throw new TargetException($"the store holds {digest} no longer, or only unpacked (containerd's discard_unpacked_layers)")
            : blob.Length == size ? blob
            : throw new InvalidDataException($"the blob {digest} has {blob.Length} bytes and should have {size}");

        public void Dispose() => blobs.Dispose();

        private Stream? Open(string digest) => blobs.Open(Digest.Parse(digest).BlobPath)?.Content;
    }
}
