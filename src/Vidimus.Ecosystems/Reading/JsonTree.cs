using System.Text.Json;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Reading;

/// <summary>Reads JSON as a tree where a format's order of members can't be relied on. A byte order mark, comments and trailing commas are taken, as .NET's tools, bun and others write them.</summary>
internal static class JsonTree
{
    private const int MostBytes = 32 << 20;
    private const int MostDepth = 128;

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

    /// <summary>An array's items; none where it is anything else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement? element) => element is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    public static JsonElement? Member(this JsonElement? element, string name) => element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) ? member : null;

    public static string? Text(this JsonElement? element, string name) => element.Member(name).Text();

    public static string? Text(this JsonElement? element) => element is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Whether a member is <c>true</c>.</summary>
    public static bool IsTrue(this JsonElement? element, string name) => element.Member(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A member's number; 0 where there is none.</summary>
    public static int Number(this JsonElement? element, string name) => element.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;

    /// <summary>An array's strings, or the one that stands alone.</summary>
    public static IEnumerable<string> Texts(this JsonElement? element, string name) =>
        element.Text(name) is { } one ? [one] : element.Member(name).Items().Select(item => Text(item)).OfType<string>();
}
