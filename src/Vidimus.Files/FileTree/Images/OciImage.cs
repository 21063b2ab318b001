using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images;

/// <summary>Opens an image of an OCI layout (image-spec, image-layout.md), as a folder or in a tar archive, or of a source that has its parts one by one.</summary>
public static class OciImage
{
    private const int MostIndexes = 4;
    private const string NameAnnotation = "org.opencontainers.image.ref.name";
    private const string FullNameAnnotation = "io.containerd.image.name";

    /// <param name="name">A tag or digest, where the layout holds several images.</param>
    /// <param name="platform">Which of an index's images; null for this machine's, or the only one.</param>
    /// <exception cref="TargetException">It cannot be read, or which image is meant cannot be told.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IImage Open(string path, string? name = null, ImagePlatform? platform = null)
    {
        ImageFiles files = Directory.Exists(path) ? new LayoutFolder(path) : new ArchiveFiles(path);
        try
        {
            return Open(files, name, platform);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Opens an image of a source, which is disposed of with the image. Its layers' blobs are asked for only when they are walked.</summary>
    /// <param name="reference">A tag or a digest.</param>
    /// <exception cref="TargetException">It cannot be had, or has no image for the platform.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IImage Open(IImageSource source, string reference, ImagePlatform? platform = null)
    {
        var files = new SourceFiles(source);
        try
        {
            var (manifest, digest) = Manifest(source, reference);
            for (var depth = 0; depth < MostIndexes && manifest.Manifests is not null; depth++)
            {
                (manifest, digest) = Manifest(source, Digest.Parse(ByPlatform(Images(manifest.Manifests), platform).Digest).ToString());
            }

            return Image(files, digest, manifest, files.Know, platform);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The platforms that an image of a layout is made for, in the index's order, each once; empty where it is one image and no index.</summary>
    /// <exception cref="TargetException">It cannot be read, or which image is meant cannot be told.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IReadOnlyList<ImagePlatform> Platforms(string path, string? name = null)
    {
        using ImageFiles files = Directory.Exists(path) ? new LayoutFolder(path) : new ArchiveFiles(path);
        var named = Named(Images(files.ReadJson("index.json", ImageJson.Default.IndexJson, null, out _).Manifests), name);
        if (named.Select(image => image.Digest).Distinct().Count() > 1) return Platforms(named);
        if (named.Count == 0) throw new InvalidDataException("it holds no image");
        var digest = Digest.Parse(named[0].Digest);
        return Platforms(files.ReadJson(digest.BlobPath, ImageJson.Default.ManifestJson, digest, out _).Manifests);
    }

    /// <summary>The same of a source, which is disposed of.</summary>
    /// <exception cref="TargetException">It cannot be had.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IReadOnlyList<ImagePlatform> Platforms(IImageSource source, string reference)
    {
        using (source) return Platforms(Manifest(source, reference).Manifest.Manifests);
    }

    private static List<ImagePlatform> Platforms(IReadOnlyList<DescriptorJson>? images) => [.. Images(images).Select(PlatformOf).OfType<ImagePlatform>().Distinct()];

    private static (ManifestJson Manifest, Digest Digest) Manifest(IImageSource source, string reference)
    {
        var bytes = source.ReadManifest(reference);
        var digest = new Digest(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        if (reference.Contains(':', StringComparison.Ordinal) && Digest.Parse(reference) is var expected && expected != digest) throw new InvalidDataException($"the bytes of {expected} are not its own: their digest is {digest}");

        try
        {
            return (JsonSerializer.Deserialize(bytes, ImageJson.Default.ManifestJson) ?? throw new InvalidDataException($"the manifest {digest} holds nothing"), digest);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the manifest {digest} is not the JSON it should be: {e.Message}", e);
        }
    }

    private static StoredImage Open(ImageFiles files, string? name, ImagePlatform? platform)
    {
        var index = files.ReadJson("index.json", ImageJson.Default.IndexJson, null, out _);
        var descriptor = ByName(Images(index.Manifests), name, platform);
        for (var depth = 0; depth < MostIndexes; depth++)
        {
            var digest = Digest.Parse(descriptor.Digest);
            var manifest = files.ReadJson(digest.BlobPath, ImageJson.Default.ManifestJson, digest, out _);
            if (manifest.Manifests is null) return Image(files, digest, manifest, blob => Digest.Parse(blob?.Digest), platform);
            descriptor = ByPlatform(Images(manifest.Manifests), platform);
        }

        throw new InvalidDataException($"indexes are nested more than {MostIndexes} deep");
    }

    private static StoredImage Image(ImageFiles files, Digest digest, ManifestJson manifest, Func<DescriptorJson?, Digest> digestOf, ImagePlatform? platform)
    {
        if (manifest.Manifests is not null) throw new InvalidDataException($"indexes are nested more than {MostIndexes} deep");
        if (manifest.SchemaVersion is 1) throw new TargetException("it is an image of Docker's schema 1, which has no digests of its layers' content and is not supported; push it again with a client of this decade");

        var configDigest = digestOf(manifest.Config);
        var config = files.ReadJson(configDigest.BlobPath, ImageJson.Default.ConfigJson, configDigest, out _);
        Check(config, platform);

        var blobs = new List<(string, Digest?, bool)>();
        foreach (var layer in manifest.Layers ?? [])
        {
            if (!IsTar(layer?.MediaType)) throw new TargetException($"layers of the type {PathText.Display(layer?.MediaType ?? "")} are not supported");
            var layerDigest = digestOf(layer);
            blobs.Add((layerDigest.BlobPath, layerDigest, IsForeign(layer!.MediaType!)));
        }

        return new(files, digest, config, blobs);
    }

    /// <exception cref="TargetException">The image is for another platform than the one that was asked for.</exception>
    internal static void Check(ConfigJson config, ImagePlatform? platform)
    {
        if (platform is not null && config is { OperatingSystem: { } system, Architecture: { } architecture } && platform.FitOf(new(system, architecture, config.Variant)) == 0)
        {
            throw new TargetException($"it is an image for {PathText.Display(new ImagePlatform(system, architecture, config.Variant).ToString())} alone, not for {platform}");
        }
    }

    /// <summary>A layer that its licence keeps out of registries; a registry may have it or not.</summary>
    private static bool IsForeign(string mediaType) => mediaType.Contains(".nondistributable.", StringComparison.Ordinal) || mediaType.Contains(".foreign.", StringComparison.Ordinal);

    /// <summary>The media types of a file system's layer; which compression it has is told by its first bytes.</summary>
    private static bool IsTar(string? mediaType) => mediaType is
        "application/vnd.oci.image.layer.v1.tar" or "application/vnd.oci.image.layer.v1.tar+gzip" or "application/vnd.oci.image.layer.v1.tar+zstd"
        or "application/vnd.oci.image.layer.nondistributable.v1.tar" or "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" or "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"
        or "application/vnd.docker.image.rootfs.diff.tar" or "application/vnd.docker.image.rootfs.diff.tar.gzip" or "application/vnd.docker.image.rootfs.diff.tar.zstd"
        or "application/vnd.docker.image.rootfs.foreign.diff.tar" or "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";

    /// <summary>Without attestations, which builders file beside images for the platform <c>unknown</c>.</summary>
    private static List<DescriptorJson> Images(IReadOnlyList<DescriptorJson>? descriptors) =>
        (descriptors ?? []).Where(descriptor => descriptor is not null && descriptor.Platform?.OperatingSystem is not "unknown").ToList();

    private static DescriptorJson ByName(List<DescriptorJson> images, string? name, ImagePlatform? platform) => ByPlatform(Named(images, name), platform);

    private static List<DescriptorJson> Named(List<DescriptorJson> images, string? name)
    {
        var named = name is null ? images : images.Where(image => image.Digest == name || NamesOf(image).Contains(name)).ToList();
        if (named.Count == 0 && images.Count > 0) throw new TargetException($"it holds no image {PathText.Display(name!)}; it holds {Listed(images)}");
        if (named.Select(image => NamesOf(image).FirstOrDefault()).Distinct().Count() > 1 && named.Select(image => image.Digest).Distinct().Count() > 1)
        {
            throw new TargetException($"it holds several images; add :NAME or @DIGEST of the one that is meant: {Listed(named)}");
        }

        return named;
    }

    private static DescriptorJson ByPlatform(List<DescriptorJson> images, ImagePlatform? platform)
    {
        if (images.Count == 0) throw new InvalidDataException("it holds no image");
        if (images.Select(image => image.Digest).Distinct().Count() == 1 && (platform is null || PlatformOf(images[0]) is null)) return images[0];

        var wanted = platform ?? ImagePlatform.Own;
        var best = images.MaxBy(image => PlatformOf(image) is { } its ? wanted.FitOf(its) : 0)!;
        if (PlatformOf(best) is { } found && wanted.FitOf(found) > 0) return best;

        var offered = images.Select(PlatformOf).Where(its => its is not null).Distinct().Take(30).ToList();
        throw new TargetException(offered.Count == 0
            ? $"it holds several images and says of none what it runs on; add @DIGEST of the one that is meant: {Listed(images)}"
            : $"it holds no image for {wanted}; choose with --platform one of {PathText.Display(string.Join(", ", offered))}");
    }

    private static ImagePlatform? PlatformOf(DescriptorJson image) =>
        image.Platform is { OperatingSystem: { } system, Architecture: { } architecture, Variant: var variant } ? new(system, architecture, variant is "" ? null : variant) : null;

    private static IEnumerable<string> NamesOf(DescriptorJson image)
    {
        if (image.Annotations?.GetValueOrDefault(NameAnnotation) is { } name) yield return name;
        if (image.Annotations?.GetValueOrDefault(FullNameAnnotation) is { } full) yield return full;
    }

    private static string Listed(List<DescriptorJson> images) =>
        string.Join(", ", images.Take(20).Select(image => PathText.Display($"{NamesOf(image).FirstOrDefault()}@{image.Digest}")));
}
