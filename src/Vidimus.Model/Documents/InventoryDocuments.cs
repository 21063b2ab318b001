using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vidimus.Model.Inventory;

namespace Vidimus.Model.Documents;

/// <summary>A part of an inventory as bytes that are equal when the part is: what is sent, kept and known by its digest.</summary>
/// <param name="Kind">One of <see cref="DocumentKinds"/>.</param>
public sealed record InventoryDocument(string Kind, ReadOnlyMemory<byte> Body)
{
    /// <summary><c>sha256:…</c> of the body.</summary>
    public string Digest { get; } = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Body.Span))}";
}

/// <summary>The kinds of document; a target has one of each, empty ones included, so that what is gone is seen to be gone.</summary>
public static class DocumentKinds
{
    /// <summary>The system and the packages of its package manager.</summary>
    public const string Os = "os";

    /// <summary>All other packages.</summary>
    public const string Language = "language";

    public static IReadOnlyList<string> All { get; } = [Os, Language];
}

/// <summary>What a document says.</summary>
public sealed record DocumentContent(string Kind, OsRelease? Os, IReadOnlyList<DocumentPackage> Packages);

/// <summary>A package in a document.</summary>
/// <param name="Owner">The purl of the OS package that owns the file it was found in; null for nobody.</param>
/// <param name="Purl">Where it is not what <see cref="Purls.Of"/> makes of the package (an SBOM's own).</param>
public sealed record DocumentPackage(Package Package, IReadOnlyList<DocumentPlace> Places, string? Owner, string? Purl);

/// <param name="Layer">The digest of the layer's blob, <c>sha256:…</c>, as the manifest names it; null outside images.</param>
public sealed record DocumentPlace(string Path, string? Layer, string? Entry);

/// <summary>Parts inventories into documents and reads these. Nothing that changes without the packages changing (a time, a host's name) is in one.</summary>
public static class InventoryDocuments
{
    /// <summary>More packages than this are not taken from one document.</summary>
    private const int MostPackages = 300_000;

    private static readonly DocumentJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 16,
    });

    /// <summary>The documents of an inventory, one of each kind. The same packages in the same places give the same bytes.</summary>
    public static IReadOnlyList<InventoryDocument> Of(Inventory.Inventory inventory)
    {
        var layers = inventory.Target.Layers.DistinctBy(l => l.DiffId).ToDictionary(l => l.DiffId, l => l.Digest, StringComparer.Ordinal);
        var parts = inventory.Packages.Select(p => (p.Package, Content: Content(p, inventory.Os, layers))).ToLookup(p => Purls.IsOs(p.Package.Type), p => p.Content);
        return [Write(new(DocumentKinds.Os, inventory.Os, [.. parts[true]])), Write(new(DocumentKinds.Language, null, [.. parts[false]]))];
    }

    /// <summary>Reads a document's body.</summary>
    /// <exception cref="InvalidDataException">It is not one, or has more packages than are taken.</exception>
    public static DocumentContent Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var content = JsonSerializer.Deserialize(body, Json.DocumentContent);
            if (content is not { Kind: not null, Packages: not null } || content.Packages.Any(p => p is not { Package: { Type: not null, Name: not null, Version: not null, Licenses: not null }, Places.Count: > 0 } || p.Places.Any(l => l?.Path is null)))
                throw new InvalidDataException("The document lacks a part that each has: kind, packages, and of each package type, name, version and places.");
            if (!DocumentKinds.All.Contains(content.Kind)) throw new InvalidDataException("The document is of no kind that is known here.");
            return content.Packages.Count <= MostPackages ? content : throw new InvalidDataException($"The document has more than {MostPackages} packages.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"The document can't be read: {e.Message}", e);
        }
    }

    private static DocumentPackage Content(InventoryPackage item, OsRelease? os, Dictionary<string, string> layers) => new(
        item.Package,
        [.. item.Locations.Select(l => new DocumentPlace(l.Path, l.Layer is { } layer ? layers.GetValueOrDefault(layer, layer) : null, l.Entry))],
        item.Owner,
        item.Purl == Purls.Of(item.Package, os).ToString() ? null : item.Purl);

    private static InventoryDocument Write(DocumentContent content) => new(content.Kind, JsonSerializer.SerializeToUtf8Bytes(content, Json.DocumentContent));
}

[JsonSerializable(typeof(DocumentContent))]
internal sealed partial class DocumentJson : JsonSerializerContext;
