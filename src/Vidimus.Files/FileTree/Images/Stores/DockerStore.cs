using System.Security.Cryptography;
using System.Text;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images.Stores;

/// <summary>Opens images of a docker daemon's store, read where it lies and without the daemon.</summary>
/// <remarks>Source: moby, package image and layer: <c>image/DRIVER/repositories.json</c> names the images' ids, <c>imagedb/content/sha256</c> holds their configurations,
/// <c>layerdb/sha256/CHAINID</c> says where a layer lies unpacked and keeps its archive apart (<see cref="TarSplitStream"/>). Newer daemons keep images in a containerd of their own: <see cref="ContainerdStore"/>.</remarks>
public static class DockerStore
{
    private static readonly string[] Drivers = ["overlay2", "fuse-overlayfs", "vfs"];

    /// <summary>Whether a folder is such a store.</summary>
    public static bool IsAt(string root) => Directory.Exists(Path.Combine(root, "image")) || ContainerdStore.IsAt(Own(root));

    /// <returns>Null when the store has no such image.</returns>
    /// <exception cref="TargetException">The store can't be read, or several images are meant.</exception>
    /// <exception cref="InvalidDataException">It does not follow its format, or a digest is wrong.</exception>
    public static IImage? Open(string root, LocalName name, ImagePlatform? platform = null)
    {
        if (ContainerdStore.IsAt(Own(root)) && ContainerdStore.Open(Own(root), name, platform) is { } kept) return kept;

        return StoreFiles.First(root, Drivers, (files, driver) => Open(files, driver, name, platform));
    }

    /// <summary>The containerd that a daemon runs for itself.</summary>
    private static string Own(string root) => Path.Combine(root, "containerd", "daemon");

    private static StoredImage? Open(StoreFiles files, string driver, LocalName name, ImagePlatform? platform)
    {
        var list = $"image/{driver}/repositories.json";
        using (var there = files.Open(list))
        {
            if (there is null || there.Length == 0) return null;
        }

        var repositories = files.ReadJson(list, StoreJson.Default.RepositoriesJson, null, out _, StoreFiles.MostList).Repositories ?? new Dictionary<string, IReadOnlyDictionary<string, string>>();
        if (Choose([.. repositories.Values.Where(tags => tags is not null).SelectMany(tags => tags)], name) is not { } id) return null;

        var digest = Digest.Parse(id);
        var config = files.ReadJson($"image/{driver}/imagedb/content/sha256/{digest.Hex}", ImageJson.Default.ConfigJson, digest, out _);
        OciImage.Check(config, platform);

        var layers = new List<(string, Digest?, bool)>();
        Digest? below = null;
        foreach (var diffId in (config.Rootfs?.DiffIds ?? []).Select(Digest.Parse))
        {
            // A chain id is the digest of the chain below and the diff id, with a space between.
            var chain = below is null ? diffId : new Digest(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{below} {diffId}"))));
            var record = $"image/{driver}/layerdb/sha256/{chain.Hex}";
            var folder = files.Text($"{record}/cache-id") is { Length: > 0 } text && text.All(char.IsAsciiLetterOrDigit) ? text : throw new InvalidDataException($"the store lacks the layer {diffId}");
            files.AddLayer(chain.Hex, $"{record}/tar-split.json.gz", driver is "vfs" ? $"vfs/dir/{folder}" : $"{driver}/{folder}/diff");
            layers.Add((chain.Hex, null, false));
            below = chain;
        }

        return new(files, digest, config, layers);
    }

    private static string? Choose(IReadOnlyList<KeyValuePair<string, string>> tags, LocalName name)
    {
        var found = tags.Where(tag => name.Names.Contains(tag.Key)).Select(tag => tag.Value).Distinct().ToList();
        if (found.Count == 0) found = [.. tags.Select(tag => tag.Value).Where(id => id?.StartsWith("sha256:", StringComparison.Ordinal) is true && name.IsIdOf(id[7..])).Distinct()];
        return found.Count < 2 ? found.FirstOrDefault() : throw new TargetException($"several images of the store are called {PathText.Display(name.Text)}; name one by its id: {PathText.Display(string.Join(", ", found.Take(10)))}");
    }
}
