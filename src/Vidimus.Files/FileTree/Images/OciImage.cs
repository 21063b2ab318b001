using System.Runtime.InteropServices;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images;

/// <summary>Opens an image of an OCI layout (image-spec, image-layout.md), as a folder or in a tar archive.</summary>
public static class OciImage
{
    private const int MostIndexes = 4;
    private const string NameAnnotation = "org.opencontainers.image.ref.name";
    private const string FullNameAnnotation = "io.containerd.image.name";

    /// <param name="name">A tag or digest, where the layout holds several images.</param>
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
        var index = files.ReadJson("index.json", ImageJson.Default.IndexJson, null, out _);
        var descriptor = ByName(Images(index.Manifests), name);
        for (var depth = 0; depth < MostIndexes; depth++)
        {
            var digest = Digest.Parse(descriptor.Digest);
            var manifest = files.ReadJson(digest.BlobPath, ImageJson.Default.ManifestJson, digest, out _);
            if (manifest.Manifests is null) return Image(files, digest, manifest);
            descriptor = ByPlatform(Images(manifest.Manifests));
        }

        throw new InvalidDataException($"indexes are nested more than {MostIndexes} deep");
    }

    private static StoredImage Image(ImageFiles files, Digest digest, ManifestJson manifest)
    {
        var configDigest = Digest.Parse(manifest.Config?.Digest);
        var config = files.ReadJson(configDigest.BlobPath, ImageJson.Default.ConfigJson, configDigest, out _);
        var blobs = new List<(string, Digest?)>();
        foreach (var layer in manifest.Layers ?? [])
        {
            if (!IsTar(layer?.MediaType)) throw new TargetException($"layers of the type {PathText.Display(layer?.MediaType ?? "")} are not supported");
            var layerDigest = Digest.Parse(layer!.Digest);
            blobs.Add((layerDigest.BlobPath, layerDigest));
        }

        return new(files, digest, config, blobs);
    }

    /// <summary>The media types of a file system's layer; which compression it has is told by its first bytes.</summary>
    private static bool IsTar(string? mediaType) => mediaType is
        "application/vnd.oci.image.layer.v1.tar" or "application/vnd.oci.image.layer.v1.tar+gzip" or "application/vnd.oci.image.layer.v1.tar+zstd"
        or "application/vnd.oci.image.layer.nondistributable.v1.tar" or "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" or "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"
        or "application/vnd.docker.image.rootfs.diff.tar" or "application/vnd.docker.image.rootfs.diff.tar.gzip" or "application/vnd.docker.image.rootfs.diff.tar.zstd"
        or "application/vnd.docker.image.rootfs.foreign.diff.tar" or "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    /// <summary>Without attestations, which builders file beside images for the platform <c>unknown</c>.</summary>
    private static List<DescriptorJson> Images(IReadOnlyList<DescriptorJson>? descriptors) =>
        (descriptors ?? []).Where(descriptor => descriptor is not null && descriptor.Platform?.OperatingSystem is not "unknown").ToList();

    private static DescriptorJson ByName(List<DescriptorJson> images, string? name)
    {
        var named = name is null ? images : images.Where(image => image.Digest == name || NamesOf(image).Contains(name)).ToList();
        if (named.Count == 0 && images.Count > 0) throw new TargetException($"it holds no image {PathText.Display(name!)}; it holds {Listed(images)}");
        if (named.Select(image => NamesOf(image).FirstOrDefault()).Distinct().Count() > 1 && named.Select(image => image.Digest).Distinct().Count() > 1)
        {
            throw new TargetException($"it holds several images; add :NAME or @DIGEST of the one that is meant: {Listed(named)}");
        }

        return ByPlatform(named);
    }

    private static DescriptorJson ByPlatform(List<DescriptorJson> images)
    {
        if (images.Count == 0) throw new InvalidDataException("it holds no image");
        if (images.Select(image => image.Digest).Distinct().Count() == 1) return images[0];

        var own = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.X86 => "386",
            var other => other.ToString().ToLowerInvariant(),
        };
        return images.Find(image => image.Platform is { OperatingSystem: "linux" } platform && platform.Architecture == own)
            ?? throw new TargetException($"it holds images for several platforms and none for linux/{own}; add @DIGEST of the one that is meant: {Listed(images)}");
    }

    private static IEnumerable<string> NamesOf(DescriptorJson image)
    {
        if (image.Annotations?.GetValueOrDefault(NameAnnotation) is { } name) yield return name;
        if (image.Annotations?.GetValueOrDefault(FullNameAnnotation) is { } full) yield return full;
    }

    private static string Listed(List<DescriptorJson> images) =>
        string.Join(", ", images.Take(20).Select(image => PathText.Display($"{NamesOf(image).FirstOrDefault()}@{image.Digest}")));
}
