using System.Text;
using System.Text.Json;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Reads a CycloneDX 1.4 to 1.6 JSON document, whoever wrote it, as the inventory that a scan would have made.</summary>
/// <remarks>
/// Format: ECMA-424. What the format has no member for (source package, module, layer) each tool writes in its own properties and purl qualifiers:
/// <see cref="ComponentReader"/> knows those of Vidimus, Trivy, Syft and Amazon Inspector's generator.
/// </remarks>
public static class CycloneDxReader
{
    /// <summary>Documents beyond this many bytes are refused.</summary>
    public const int Limit = 128 << 20;

    private const int Depth = 256;
    private const int NotesShown = 50;

    /// <summary>Packages of one document, many times what the largest image holds.</summary>
    public const int MostPackages = 250_000;

    /// <summary>The inventory of a document.</summary>
    /// <param name="name">What the user called the target.</param>
    /// <exception cref="InvalidDataException">It is no CycloneDX JSON that can be read; the message is one sentence.</exception>
    public static Inventory Read(Stream input, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var document = Parse(Load(input));
        try
        {
            return Read(document.RootElement, name);
        }
        catch (InvalidOperationException)
        {
            // Member names are compared unescaped, and an escaped half of a surrogate pair has no such form.
            throw new InvalidDataException("the SBOM has a member name that is no Unicode text");
        }
    }

    private static Inventory Read(JsonElement root, string name)
    {
        CheckKind(root);
        var notes = new List<Note>();
        var metadata = root.Member("metadata", JsonValueKind.Object);
        var os = FindSystem(root, metadata);
        var byInspector = ToolNames(metadata).Any(t => t.StartsWith("inspector-sbomgen", StringComparison.Ordinal));
        var reader = new ComponentReader(notes, byInspector);
        foreach (var component in root.Items("components", notes, "")) reader.Read(component);
        var target = Target(metadata?.Member("component", JsonValueKind.Object), name);
        return new() { Target = target, Os = os ?? reader.System, Packages = reader.Packages(), Notes = Bounded(notes) };
    }

    private static ReadOnlyMemory<byte> Load(Stream input)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[1 << 16];
        int read;
        while ((read = input.Read(chunk)) > 0)
        {
            if (buffer.Length + read > Limit) throw new InvalidDataException($"the SBOM is larger than {Limit >> 20} MiB");
            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> text)
    {
        if (text.Span.StartsWith(Encoding.UTF8.Preamble)) text = text[3..];
        else if (text.Span is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]) throw new InvalidDataException("the SBOM is UTF-16 text; CycloneDX JSON is UTF-8");
        var start = text.Span.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty) throw new InvalidDataException("the SBOM is empty");
        if (start[0] == '<') throw new InvalidDataException("the SBOM is XML; only CycloneDX JSON is read");
        if (start.StartsWith("SPDXVersion:"u8)) throw new InvalidDataException("the SBOM is SPDX text; only CycloneDX JSON is read");

        try
        {
            return JsonDocument.Parse(text, new() { MaxDepth = Depth });
        }
        catch (JsonException) when (IsTooDeep(text.Span))
        {
            throw new InvalidDataException($"the SBOM is nested deeper than {Depth} levels");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the SBOM is not JSON: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
        }
    }

    /// <summary>Whether it is the depth that stops the parser, whose exception tells that by its message alone.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> text)
    {
        var depth = 0;
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (inString)
            {
                if (c == '\\') i++;
                else if (c == '"') inString = false;
            }
            else if (c == '"') inString = true;
            else if (c is (byte)'[' or (byte)'{' && ++depth > Depth) return true;
            else if (c is (byte)']' or (byte)'}') depth--;
        }

        return false;
    }

    private static void CheckKind(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object) throw new InvalidDataException("the SBOM is no JSON object");
        if (root.TextOf("spdxVersion") is { } spdx) throw new InvalidDataException($"the SBOM is {spdx}; only CycloneDX JSON is read");
        if (root.Member("@context", null) is not null) throw new InvalidDataException("the SBOM is JSON-LD (SPDX 3 or another); only CycloneDX JSON is read");
        if (root.TextOf("bomFormat") is not "CycloneDX") throw new InvalidDataException("the JSON is not CycloneDX: it has no \"bomFormat\": \"CycloneDX\"");
        var version = root.TextOf("specVersion");
        if (version is not ("1.4" or "1.5" or "1.6")) throw new InvalidDataException($"the SBOM is CycloneDX {version ?? "of no version"}; 1.4, 1.5 and 1.6 are read");
    }

    private static IEnumerable<string> ToolNames(JsonElement? metadata)
    {
        if (metadata?.Member("tools", null) is not { } tools) yield break;
        var list = tools.ValueKind is JsonValueKind.Array ? tools : tools.ValueKind is JsonValueKind.Object ? tools.Member("components", JsonValueKind.Array) : null;
        if (list is null) yield break;
        foreach (var tool in list.Value.EnumerateArray())
        {
            if (tool.ValueKind is JsonValueKind.Object && tool.TextOf("name") is { } name) yield return name;
        }
    }

    /// <summary>The first operating-system component; some tools make it the described component.</summary>
    private static OsRelease? FindSystem(JsonElement root, JsonElement? metadata)
    {
        foreach (var component in root.Items("components", null, ""))
        {
            if (System(component) is { } system) return system;
        }

        return metadata?.Member("component", JsonValueKind.Object) is { } described ? System(described) : null;
    }

    private static OsRelease? System(JsonElement component)
    {
        if (component.TextOf("type") is not "operating-system") return null;
        var properties = Properties.Of(component);
        var id = properties["syft:distro:id"] ?? properties["aquasecurity:trivy:Type"] ?? component.TextOf("name");
        return SystemNames.Of(id, properties["syft:distro:versionID"] ?? component.TextOf("version")) is not { } system ? null : system with
        {
            Name = properties["syft:distro:prettyName"] ?? component.TextOf("description") ?? component.TextOf("name"),
            Codename = properties["vidimus:os:codename"] ?? properties["syft:distro:versionCodename"] ?? system.Codename,
            Like = properties["vidimus:os:like"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            SupportEnd = DateOnly.TryParseExact(properties["vidimus:os:supportEnd"], "yyyy-MM-dd", out var day) ? day : null,
        };
    }

    private static TargetInfo Target(JsonElement? component, string name)
    {
        if (component is null) return new("sbom", name, null, null, []);
        var properties = Properties.Of(component.Value);
        var layers = Properties.All(component.Value, "vidimus:layer").Select(Layer)
            .Concat(Properties.All(component.Value, "amazon:inspector:sbom_generator:layer_diff_id").Concat(Properties.All(component.Value, "aquasecurity:trivy:DiffID")).Select(diff => new Layer("", diff, null)));
        return new("sbom", name, properties["vidimus:target:digest"], properties["vidimus:target:arch"] ?? properties["amazon:inspector:sbom_generator:image_arch"], [.. layers]);
    }

    /// <summary>As <see cref="CycloneDxWriter"/> writes one: diff id, digest and build step, parted by blanks.</summary>
    private static Layer Layer(string text) => text.Split(' ', 3) is [var diff, var digest, ..] parts ? new(digest, diff, parts.Length > 2 ? parts[2] : null) : new("", text, null);

    private static List<Note> Bounded(List<Note> notes)
    {
        if (notes.Count <= NotesShown) return notes;
        var left = notes.Skip(NotesShown).ToList();
        return [.. notes.Take(NotesShown), new(left.Any(n => n.Partial) ? Notes.Malformed : Notes.Information, "", $"{left.Count} further notes of this kind are left out")];
    }
}
