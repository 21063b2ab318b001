using System.Text.Json;

namespace Vidimus.ShapeGenerator;

/// <summary>What we need of a service model in botocore's form (<c>service-2.json</c>). Documentation texts are never read.</summary>
internal sealed class ServiceModel
{
    public required string SigningName { get; init; }
    public required string Protocol { get; init; }
    public string? TargetPrefix { get; init; }
    public required IReadOnlyList<Operation> Operations { get; init; }
    public required IReadOnlyDictionary<string, Shape> Shapes { get; init; }

    public static ServiceModel Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement;
        var metadata = root.GetProperty("metadata");
        return new()
        {
            SigningName = metadata.Text("signingName") ?? metadata.Text("endpointPrefix") ?? "",
            Protocol = metadata.Text("protocol") ?? "",
            TargetPrefix = metadata.Text("targetPrefix"),
            Operations = [.. root.GetProperty("operations").EnumerateObject().Select(o => Operation.Read(o.Value)).OrderBy(o => o.Name, StringComparer.Ordinal)],
            Shapes = root.GetProperty("shapes").EnumerateObject().ToDictionary(s => s.Name, s => Shape.Read(s.Name, s.Value)),
        };
    }

    /// <summary>The model with our own members and shapes, in the same form: a shape that the model has gets further members, another is added.</summary>
    public ServiceModel With(ServiceModel own)
    {
        var shapes = new Dictionary<string, Shape>(Shapes);
        foreach (var (name, shape) in own.Shapes) shapes[name] = shapes.TryGetValue(name, out var there) ? there with { Members = [.. there.Members, .. shape.Members] } : shape;
        return new() { SigningName = SigningName, Protocol = Protocol, TargetPrefix = TargetPrefix, Operations = Operations, Shapes = shapes };
    }

    /// <summary>The shapes that can be reached from these, themselves included.</summary>
    public HashSet<string> Reachable(IEnumerable<string> from)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(from);
        while (open.TryPop(out var name))
        {
            if (!seen.Add(name)) continue;
            foreach (var next in Shapes[name].References) open.Push(next);
        }

        return seen;
    }
}

internal sealed record Operation(string Name, string Method, string Path, int Status, string? Input, string? Output, IReadOnlyList<string> Errors)
{
    public static Operation Read(JsonElement element)
    {
        var http = element.GetProperty("http");
        return new(
            element.Text("name")!, http.Text("method")!, http.Text("requestUri")!, http.TryGetProperty("responseCode", out var code) ? code.GetInt32() : 200,
            element.Reference("input"), element.Reference("output"),
            element.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(e => e.Text("shape")!).Order(StringComparer.Ordinal)] : []);
    }
}

/// <param name="Location"><c>uri</c>, <c>querystring</c> or <c>header</c>; null for a member of the body.</param>
internal sealed record Member(string Name, string Shape, string? Location, string? LocationName);

internal sealed record Shape(string Name, string Type)
{
    public IReadOnlyList<Member> Members { get; init; } = [];
    public IReadOnlySet<string> Required { get; init; } = new HashSet<string>();
    public string? Element { get; init; }
    public string? Key { get; init; }
    public string? Value { get; init; }
    public IReadOnlyList<string> Enum { get; init; } = [];
    public decimal? Min { get; init; }
    public decimal? Max { get; init; }
    public string? Pattern { get; init; }
    public bool IsUnion { get; init; }
    public bool IsDocument { get; init; }
    public bool IsIso8601 { get; init; }

    public IEnumerable<string> References => Members.Select(m => m.Shape).Concat(new[] { Element, Key, Value }.OfType<string>());

    public static Shape Read(string name, JsonElement element) => new(name, element.Text("type")!)
    {
        Members = element.TryGetProperty("members", out var members) ? [.. members.EnumerateObject().Select(m => new Member(m.Name, m.Value.Text("shape")!, m.Value.Text("location"), m.Value.Text("locationName")))] : [],
        Required = element.Strings("required").ToHashSet(),
        Element = element.Reference("member"),
        Key = element.Reference("key"),
        Value = element.Reference("value"),
        Enum = [.. element.Strings("enum")],
        Min = element.Number("min"),
        Max = element.Number("max"),
        Pattern = element.Text("pattern"),
        IsUnion = element.TryGetProperty("union", out var union) && union.GetBoolean(),
        IsDocument = element.TryGetProperty("document", out var document) && document.ValueKind is JsonValueKind.True,
        IsIso8601 = element.Text("timestampFormat") is "iso8601",
    };
}

internal static class ModelJson
{
    public static string? Text(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static string? Reference(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.Text("shape") : null;

    public static decimal? Number(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetDecimal() : null;

    public static IEnumerable<string> Strings(this JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.EnumerateArray().Select(v => v.GetString()!) : [];
}
