using System.Text.Json;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>Looks into JSON that may hold anything: a member of another type is as good as absent.</summary>
internal static class JsonElements
{
    /// <summary>A member of an object, of the kind asked for; null for none.</summary>
    public static JsonElement? Member(this JsonElement element, string name, JsonValueKind? kind) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) && (kind is null || member.ValueKind == kind) ? member : null;

    /// <summary>A member's text; null when it is absent or no text.</summary>
    public static string? TextOf(this JsonElement element, string name) => element.Member(name, JsonValueKind.String)?.Text();

    /// <summary>A string's text. Escaped lone surrogates, which JSON allows and .NET's text does not, give null.</summary>
    public static string? Text(this JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The objects of an array member; anything else is noted.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name, List<Note>? notes, string where)
    {
        if (element.Member(name, null) is not { } member || member.ValueKind is JsonValueKind.Null) yield break;
        if (member.ValueKind is not JsonValueKind.Array)
        {
            notes?.Add(new(Notes.Malformed, where, $"\"{name}\" is no array"));
            yield break;
        }

        foreach (var item in member.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.Object) yield return item;
            else notes?.Add(new(Notes.Malformed, where, $"\"{name}\" holds something that is no object"));
        }
    }
}

/// <summary>A component's name-value properties.</summary>
internal sealed class Properties
{
    private readonly Dictionary<string, string> first = new(StringComparer.Ordinal);
    private bool numbered;

    /// <summary>The first value of a name, or null; empty ones do not count.</summary>
    public string? this[string name] => first.GetValueOrDefault(name);

    public static Properties Of(JsonElement component)
    {
        var properties = new Properties();
        foreach (var property in component.Items("properties", null, ""))
        {
            if (property.TextOf("name") is { } name && property.TextOf("value") is { Length: > 0 } value) properties.Add(name, value);
        }

        return properties;
    }

    public void Add(string name, string value)
    {
        first.TryAdd(name, value);
        numbered |= name.StartsWith("vidimus:location:", StringComparison.Ordinal);
    }

    /// <summary>What we say of the place of a number, whose path stands elsewhere.</summary>
    public string? Of(int number, string member) => numbered ? this[$"vidimus:location:{number}:{member}"] : null;

    /// <summary>All values of a name that may stand several times.</summary>
    public static IEnumerable<string> All(JsonElement component, string name)
    {
        foreach (var property in component.Items("properties", null, ""))
        {
            if (property.TextOf("name") == name && property.TextOf("value") is { Length: > 0 } value) yield return value;
        }
    }

    /// <summary>Numbered places: <c>syft:location:0:path</c> and the like, until a number is missing.</summary>
    public IEnumerable<Location> Numbered(string prefix, string layer)
    {
        for (var i = 0; this[$"{prefix}:{i}:path"] is { } path; i++) yield return new(path.TrimStart('/'), this[$"{prefix}:{i}:{layer}"], this[$"{prefix}:{i}:entry"]);
    }
}
