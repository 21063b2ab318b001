using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads the JSON that .NET's tools write: a byte order mark, comments and trailing commas are theirs too.</summary>
internal static class NugetJson
{
    private const int MostBytes = 16 << 20;
    private const int MostDepth = 64;

    /// <summary>Reads a whole file by a function over its root.</summary>
    /// <exception cref="InvalidDataException">A text in it is no valid Unicode, which JsonElement tells only when asked for it.</exception>
    public static IReadOnlyList<Package> Read(SourceFile file, Action<JsonElement, PackageList> read)
    {
        var bytes = file.ReadAll(MostBytes);
        if (bytes.Span is [0xEF, 0xBB, 0xBF, ..]) bytes = bytes[3..];
        using var document = JsonDocument.Parse(bytes, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MostDepth });
        var found = new PackageList(file);
        try
        {
            read(document.RootElement, found);
            return found.Packages;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the JSON holds text that is not Unicode", e);
        }
    }

    /// <summary>An object's members; none where it is anything else.</summary>
    public static IEnumerable<JsonProperty> Members(this JsonElement? element) => element is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject() : [];

    public static JsonElement? Member(this JsonElement? element, string name) => element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) ? member : null;

    public static string? Text(this JsonElement? element, string name) => element.Member(name).Text();

    public static string? Text(this JsonElement? element) => element is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
