using System.Text;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images.Stores;

/// <summary>Opens images of the store of podman, buildah, cri-o and skopeo, read where it lies and without any of them.</summary>
/// <remarks>Source: containers/storage: <c>DRIVER-images/images.json</c> names the images and their manifests, <c>DRIVER-layers/layers.json</c> the chain of layers, whose files lie unpacked
/// (<c>overlay/ID/diff</c>, <c>vfs/dir/ID</c>) and whose archives are kept apart (<see cref="TarSplitStream"/>).</remarks>
public static class ContainersStore
{
    private static readonly string[] Drivers = ["overlay", "vfs"];

    /// <summary>Whether a folder is such a store.</summary>
    public static bool IsAt(string root) => Array.Exists(Drivers, driver => File.Exists(Path.Combine(root, $"{driver}-images", "images.json")));

    /// <returns>Null when the store has no such image.</returns>
    /// <exception cref="TargetException">The store can't be read, or several images are meant.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IImage? Open(string root, LocalName name, ImagePlatform? platform = null)
    {
        return StoreFiles.First(root, Drivers, (files, driver) => Open(files, driver, name, platform));
    }

    private static StoredImage? Open(StoreFiles files, string driver, LocalName name, ImagePlatform? platform)
    {
        var list = $"{driver}-images/images.json";
        using (var there = files.Open(list))
        {
            if (there is null || there.Length == 0) return null;
        }

        var images = files.ReadJson(list, StoreJson.Default.StoredImageJsonArray, null, out _, StoreFiles.MostList).Where(image => image?.Id is not null);
        if (Choose([.. images], name) is not { } chosen) return null;

        var folder = $"{driver}-images/{Plain(chosen.Id!)}";
        var manifest = files.ReadJson($"{folder}/manifest", ImageJson.Default.ManifestJson, null, out var digest);
        if (manifest.SchemaVersion is 1 || manifest.Config is null) throw new TargetException("it is an image of Docker's schema 1, which has no digests of its layers' content and is not supported");
        var configDigest = Digest.Parse(manifest.Config.Digest);
        var config = files.ReadJson($"{folder}/={Convert.ToBase64String(Encoding.UTF8.GetBytes(configDigest.ToString()))}", ImageJson.Default.ConfigJson, configDigest, out _);
        OciImage.Check(config, platform);

        var chain = Chain(files, driver, chosen.Layer);
        foreach (var layer in chain) files.AddLayer(layer, $"{driver}-layers/{layer}.tar-split.gz", driver is "vfs" ? $"vfs/dir/{layer}" : $"{driver}/{layer}/diff");
        return new(files, digest, config, [.. chain.Select(layer => (layer, (Digest?)null, false))], [.. (manifest.Layers ?? []).Select(layer => Digest.Parse(layer?.Digest))]);
    }

    private static StoredImageJson? Choose(IReadOnlyList<StoredImageJson> images, LocalName name)
    {
        var found = images.Where(image => (image.Names ?? []).Any(name.Names.Contains)).ToList();
        if (found.Count == 0 && name.Digest is { } digest) found = [.. images.Where(image => image.Digest == digest || image.BigData?.Contains($"manifest-{digest}") is true)];
        if (found.Count == 0) found = [.. images.Where(image => name.IsIdOf(image.Id!))];
        return found.Count < 2 ? found.FirstOrDefault() : throw new TargetException($"several images of the store are called {PathText.Display(name.Text)}; name one by its id: {string.Join(", ", found.Take(10).Select(image => PathText.Display(image.Id!)))}");
    }

    /// <summary>The ids of the layers, lowest first.</summary>
    private static List<string> Chain(StoreFiles files, string driver, string? top)
    {
        var layers = new Dictionary<string, StoredLayerJson>(StringComparer.Ordinal);
        foreach (var layer in files.ReadJson($"{driver}-layers/layers.json", StoreJson.Default.StoredLayerJsonArray, null, out _, StoreFiles.MostList))
        {
            if (layer?.Id is not null) layers[layer.Id] = layer;
        }

        var chain = new List<string>();
        for (var id = top; !string.IsNullOrEmpty(id); id = layers[id].Parent)
        {
            if (!layers.ContainsKey(id)) throw new InvalidDataException($"the store lacks the layer {PathText.Display(id)}");
            if (chain.Count == layers.Count) throw new InvalidDataException("the store has layers in a circle");
            chain.Add(Plain(id));
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>An id as the name of a file: hex digits alone.</summary>
    private static string Plain(string id) => id.All(char.IsAsciiHexDigit) ? id : throw new InvalidDataException($"the store has an id that is none: {PathText.Display(id)}");
}
