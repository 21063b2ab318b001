using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Takes the members of a CycloneDX document.</summary>
internal sealed class CycloneDxMembers(SbomDraft draft, string name) : IMemberTaker
{
    private readonly ComponentReader components = new(draft);
    private string? format;
    private string? version;
    private string? serial;
    private OsRelease? described;
    private bool any;

    public MemberKind Wants(string member) => member switch
    {
        "bomFormat" or "specVersion" or "serialNumber" or "metadata" => MemberKind.Value,
        "components" or "dependencies" => MemberKind.Items,
        _ => MemberKind.Skip,
    };

    public void Take(string member, JsonElement value, bool isItem)
    {
        switch (member)
        {
            case "bomFormat":
                format = value.ValueKind is JsonValueKind.String ? value.Text() : null;
                break;
            case "specVersion":
                version = value.ValueKind is JsonValueKind.String ? value.Text() : null;
                break;
            case "serialNumber":
                serial = value.ValueKind is JsonValueKind.String ? value.Text() : null;
                break;
            case "metadata" when value.ValueKind is JsonValueKind.Object:
                Metadata(value);
                break;
            case "components" when isItem && value.ValueKind is JsonValueKind.Object:
                any = true;
                components.Read(value);
                break;
            case "components" when value.ValueKind is not JsonValueKind.Null:
                draft.Notes.Add(new(Notes.Malformed, "", isItem ? "\"components\" holds something that is no object" : "\"components\" is no array"));
                break;
            case "dependencies" when isItem:
                Dependency(value);
                break;
        }
    }

    /// <summary>Checks that it was CycloneDX of a version we read, and gives its inventory.</summary>
    public Inventory ToInventory()
    {
        if (format is not "CycloneDX") throw new InvalidDataException("the JSON is not CycloneDX: it has no \"bomFormat\": \"CycloneDX\"");
        CheckVersion(version);
        draft.System ??= described;
        draft.Target = (draft.Target ?? new("sbom", name, null, null, [])) with { Serial = serial };
        return draft.ToInventory(name);
    }

    public static void CheckVersion(string? version)
    {
        if (version is not ("1.4" or "1.5" or "1.6" or "1.7")) throw new InvalidDataException($"the SBOM is CycloneDX {version ?? "of no version"}; 1.4 to 1.7 are read");
    }

    private void Metadata(JsonElement metadata)
    {
        foreach (var tool in ToolNames(metadata))
        {
            components.IsByInspector |= tool.StartsWith("inspector-sbomgen", StringComparison.Ordinal);
            draft.IsOwn |= tool == "vidimus";
        }

        if (any && (components.IsByInspector || draft.IsOwn)) draft.Notes.Add(new(Notes.Information, "", "the metadata stands behind the components; what its tool alone writes was not understood"));
        if (metadata.Member("component", JsonValueKind.Object) is { } component)
        {
            described = ComponentReader.System(component);
            draft.Target = Target(component);
        }

        foreach (var note in Properties.All(metadata, "vidimus:note"))
        {
            if (draft.IsOwn && OwnProperties.Note(note) is { } kept) draft.Keep(kept);
        }
    }

    private static IEnumerable<string> ToolNames(JsonElement metadata)
    {
        if (metadata.Member("tools", null) is not { } tools) yield break;
        var list = tools.ValueKind is JsonValueKind.Array ? tools : tools.ValueKind is JsonValueKind.Object ? tools.Member("components", JsonValueKind.Array) : null;
        if (list is null) yield break;
        foreach (var tool in list.Value.EnumerateArray().SelectMany(t => t.ValueKind is JsonValueKind.Array ? t.EnumerateArray().AsEnumerable() : [t])) // the XML's components are a list in the list
        {
            if (tool.TextOf("name") is { } tooled) yield return tooled;
        }
    }

    private TargetInfo Target(JsonElement component)
    {
        var properties = Properties.Of(component);
        var layers = Properties.All(component, "vidimus:layer").Select(OwnProperties.Layer)
            .Concat(Properties.All(component, "amazon:inspector:sbom_generator:layer_diff_id").Concat(Properties.All(component, "aquasecurity:trivy:DiffID")).Select(diff => new Layer("", diff, null)));
        return new(
            "sbom", name,
            properties["vidimus:target:digest"] ?? properties["amazon:inspector:sbom_generator:image_id"] ?? properties["aquasecurity:trivy:ImageID"],
            properties["vidimus:target:arch"] ?? properties["amazon:inspector:sbom_generator:image_arch"] ?? properties["amazon:inspector:sbom_generator:cpu_architecture"],
            [.. layers]);
    }

    private void Dependency(JsonElement dependency)
    {
        if (dependency.TextOf("ref") is not { } from || dependency.Member("dependsOn", JsonValueKind.Array) is not { } list) return;
        foreach (var needed in list.EnumerateArray())
        {
            if (needed.ValueKind is JsonValueKind.String && needed.Text() is { } to) draft.Needs(from, to);
        }
    }
}
