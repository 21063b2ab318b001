using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images;

/// <summary>Opens an image of a <c>docker save</c> archive: manifest.json names each image's configuration and layers (docker image specification 1.2).</summary>
public static class DockerArchive
{
    private const string Blobs = "blobs/sha256/";

    /// <param name="name">A tag or the image's id, where the archive holds several images.</param>
    /// <exception cref="TargetException">It cannot be read, or which image is meant cannot be told.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IImage Open(string path, string? name = null)
    {
        ImageFiles files = Directory.Exists(path) ? new LayoutFolder(path) : new ArchiveFiles(path);
        try
        {
            return Open(files, name);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static StoredImage Open(ImageFiles files, string? name)
    {
        var saved = Choose(files.ReadJson("manifest.json", ImageJson.Default.SavedImageJsonArray, null, out _), name);
        if (saved.Config is null) throw new InvalidDataException("manifest.json names no configuration");

        var config = files.ReadJson(TarPathOf(saved.Config), ImageJson.Default.ConfigJson, IdOf(saved), out var id);
        return new(files, id, config, (saved.Layers ?? []).Select(layer => layer ?? throw new InvalidDataException("manifest.json names no file for a layer"))
            .Select(layer => (TarPathOf(layer), BlobDigest(layer), false)).ToList());
    }

    private static SavedImageJson Choose(SavedImageJson[] images, string? name)
    {
        var chosen = images.Where(image => image is not null && (name is null || IdOf(image)?.ToString() == name || (image.RepoTags ?? []).Any(tag => tag == name || tag?.EndsWith("/" + name, StringComparison.Ordinal) is true))).ToList();
        if (chosen.Count == 1) return chosen[0];
        if (images.Length == 0) throw new InvalidDataException("it holds no image");

        var names = PathText.Display(string.Join(", ", images.Take(20).SelectMany(image => image?.RepoTags ?? [])));
        throw new TargetException(chosen.Count == 0 ? $"it holds no image {PathText.Display(name ?? "")}; it holds {names}" : $"it holds several images; add :NAME of the one that is meant: {names}");
    }

    /// <summary>The configuration's file is named by its digest, <c>HEX.json</c> or <c>blobs/sha256/HEX</c>.</summary>
    private static Digest? IdOf(SavedImageJson image) => image.Config is null ? null
        : Digest.TryHex(image.Config.EndsWith(".json", StringComparison.Ordinal) ? image.Config[..^5] : null) ?? BlobDigest(image.Config);

    private static Digest? BlobDigest(string path) => path.StartsWith(Blobs, StringComparison.Ordinal) ? Digest.TryHex(path[Blobs.Length..]) : null;

    private static string TarPathOf(string path)
    {
        var normal = path.ToCharArray();
        return Tar.TarPath.Normalise(normal) is >= 0 and var length ? new(normal, 0, length) : throw new InvalidDataException("manifest.json names a file outside of the archive");
    }
}
