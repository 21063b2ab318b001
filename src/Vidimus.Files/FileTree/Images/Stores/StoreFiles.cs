using System.Text.Json.Serialization;
using Vidimus.Files.FileTree.Live;

namespace Vidimus.Files.FileTree.Images.Stores;

/// <summary>A store's own files, with its layers as the archives that they were.</summary>
internal sealed class StoreFiles(string root) : ImageFiles
{
    /// <summary>The lists of images and layers of a large store.</summary>
    public const int MostList = 128 << 20;

    private readonly LiveTree store = new(root);
    private readonly Dictionary<string, (string List, string Folder)> layers = new(StringComparer.Ordinal);

    /// <summary>The image that the first of a store's drivers has, which then owns the files; null when none has it.</summary>
    public static StoredImage? First(string root, IEnumerable<string> drivers, Func<StoreFiles, string, StoredImage?> open)
    {
        var files = new StoreFiles(root);
        StoredImage? image = null;
        try
        {
            foreach (var driver in drivers)
            {
                image = open(files, driver);
                if (image is not null) return image;
            }

            return null;
        }
        finally
        {
            if (image is null) files.Dispose();
        }
    }

    /// <summary>Names a layer.</summary>
    /// <param name="list">The record of its archive.</param>
    /// <param name="folder">Its unpacked files.</param>
    public void AddLayer(string path, string list, string folder) => layers[path] = (list, folder);

    public override Stream? Open(string path)
    {
        if (!layers.TryGetValue(path, out var layer)) return store.Open(path)?.Content;
        var list = store.Open(layer.List)?.Content ?? throw new InvalidDataException($"the store keeps no record of the archive that {path} was unpacked from");
        return new TarSplitStream(list, store, layer.Folder);
    }

    /// <summary>A small text file without the white space around it, or null.</summary>
    public string? Text(string path)
    {
        using var stream = Open(path);
        if (stream is null || stream.Length > 4096) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }

    protected override void Dispose(bool disposing) => store.Dispose();
}

/// <summary>An element of images.json of containers/storage.</summary>
internal sealed record StoredImageJson(string? Id, string? Digest, IReadOnlyList<string>? Names, string? Layer, [property: JsonPropertyName("big-data-names")] IReadOnlyList<string>? BigData);

/// <summary>An element of layers.json of containers/storage.</summary>
internal sealed record StoredLayerJson(string? Id, string? Parent);

/// <summary>Docker's repositories.json: by repository, by name with tag or digest, the image's id.</summary>
internal sealed record RepositoriesJson([property: JsonPropertyName("Repositories")] IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Repositories);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredImageJson[]))]
[JsonSerializable(typeof(StoredLayerJson[]))]
[JsonSerializable(typeof(RepositoriesJson))]
internal sealed partial class StoreJson : JsonSerializerContext;
