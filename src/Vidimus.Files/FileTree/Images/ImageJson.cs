using System.Text.Json.Serialization;

namespace Vidimus.Files.FileTree.Images;

/// <summary>index.json and image indexes (OCI image specification 1.1; Docker's manifest list has the same members).</summary>
internal sealed record IndexJson(IReadOnlyList<DescriptorJson>? Manifests);

internal sealed record DescriptorJson(string? MediaType, string? Digest, long Size, PlatformJson? Platform, IReadOnlyDictionary<string, string>? Annotations);

internal sealed record PlatformJson(string? Architecture, [property: JsonPropertyName("os")] string? OperatingSystem, string? Variant);

/// <summary>An image manifest (OCI, or Docker's schema 2). An index has <see cref="Manifests"/> in place of the other two.</summary>
internal sealed record ManifestJson(int SchemaVersion, DescriptorJson? Config, IReadOnlyList<DescriptorJson>? Layers, IReadOnlyList<DescriptorJson>? Manifests);

/// <summary>An image's configuration (OCI and Docker).</summary>
internal sealed record ConfigJson(string? Architecture, [property: JsonPropertyName("os")] string? OperatingSystem, string? Variant, RootFsJson? Rootfs, IReadOnlyList<HistoryJson>? History);

internal sealed record RootFsJson([property: JsonPropertyName("diff_ids")] IReadOnlyList<string>? DiffIds);

internal sealed record HistoryJson([property: JsonPropertyName("created_by")] string? CreatedBy, [property: JsonPropertyName("empty_layer")] bool EmptyLayer);

/// <summary>An element of manifest.json of a <c>docker save</c> archive; its members begin with capitals.</summary>
internal sealed record SavedImageJson([property: JsonPropertyName("Config")] string? Config, [property: JsonPropertyName("RepoTags")] IReadOnlyList<string>? RepoTags, [property: JsonPropertyName("Layers")] IReadOnlyList<string>? Layers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IndexJson))]
[JsonSerializable(typeof(ManifestJson))]
[JsonSerializable(typeof(ConfigJson))]
[JsonSerializable(typeof(SavedImageJson[]))]
internal sealed partial class ImageJson : JsonSerializerContext;
