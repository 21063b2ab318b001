using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Makes packages of components, nested ones too.</summary>
/// <remarks>Collections and queries over structs of other assemblies are avoided here: each would be compiled when first used, which costs more than reading a thousand packages.</remarks>
internal sealed class ComponentReader(SbomDraft draft)
{
    private readonly List<Note> notes = draft.Notes;
    private readonly List<Location> places = [];

    /// <summary>Whether Amazon Inspector's generator wrote the document: it puts binary packages into a component that stands for their source package.</summary>
    public bool IsByInspector { get; set; }

    /// <summary>Reads a component and those inside it; the parser has bounded their depth.</summary>
    public void Read(JsonElement component, SourcePackage? parent = null)
    {
        draft.System ??= System(component);
        var package = ToPackage(component, parent, out var purl);
        var isSource = IsByInspector && package is not null && Purls.IsOs(package.Type) && component.Member("components", JsonValueKind.Array)?.GetArrayLength() > 0;
        if (package is not null && !isSource) Add(purl, package, component);
        var source = isSource ? new SourcePackage(package!.Name, package.Version) : null;
        foreach (var nested in component.Items("components", notes, component.TextOf("name") ?? "")) Read(nested, source);
    }

    /// <summary>The system that a component stands for, or null.</summary>
    public static OsRelease? System(JsonElement component)
    {
        if (component.TextOf("type") is not "operating-system") return null;
        var properties = Properties.Of(component);
        var id = properties["syft:distro:id"] ?? properties["aquasecurity:trivy:Type"] ?? component.TextOf("name");
        return SystemNames.Of(id, properties["syft:distro:versionID"] ?? component.TextOf("version")) is not { } system ? null : OwnProperties.Apply(
            system with
            {
                Name = properties["syft:distro:prettyName"] ?? component.TextOf("description") ?? component.TextOf("name"),
                Codename = properties["syft:distro:versionCodename"] ?? system.Codename,
            },
            properties);
    }

    private Package? ToPackage(JsonElement component, SourcePackage? parent, out string canonical)
    {
        canonical = "";
        var name = component.TextOf("name");
        if (component.Member("purl", null) is { ValueKind: not JsonValueKind.Null } member)
        {
            if (member.ValueKind is JsonValueKind.String && member.Text() is { } text && PackageUrl.TryParse(text, out var purl))
            {
                canonical = purl.ToString();
                return ToPackage(component, purl, name, parent);
            }

            notes.Add(new(Notes.Malformed, name ?? "", $"not a package URL: {(member.ValueKind is JsonValueKind.String ? SbomDraft.Short(member.Text() ?? "") : member.ValueKind)}"));
        }
        else if (component.TextOf("type") is "library" or "framework" or "application" && component.TextOf("version") is { Length: > 0 } version)
        {
            draft.Unnamed($"{name} {version}");
        }

        return null;
    }

    private Package ToPackage(JsonElement component, PackageUrl purl, string? name, SourcePackage? parent)
    {
        var isOs = Purls.IsOs(purl.Type);
        if (isOs) draft.SystemOfPackages ??= SystemNames.Of(purl);

        var properties = Properties.Of(component);
        var package = new Package
        {
            Type = draft.Shared(purl.Type)!,
            // A purl's canonical form loses the case that some registries keep; the component's own name has it.
            Namespace = draft.Shared(draft.IsOwn ? component.TextOf("group") : isOs ? null : PurlVersions.AsWritten(component.TextOf("group"), purl.Namespace)),
            Name = draft.IsOwn && name is not null ? name : PurlVersions.AsWritten(name, purl.Name)!,
            Version = draft.Shared(draft.IsOwn ? component.TextOf("version") ?? "" : PurlVersions.Of(purl, component.TextOf("version"), isOs))!,
            Architecture = draft.Shared(purl.Qualifiers.GetValueOrDefault("arch")),
            Module = purl.Qualifiers.GetValueOrDefault("rpmmod") ?? purl.Qualifiers.GetValueOrDefault("modularitylabel") ?? properties["aquasecurity:trivy:Modularitylabel"] ?? properties["syft:metadata:modularityLabel"],
            Vendor = draft.Shared(component.TextOf("publisher") ?? component.Member("supplier", JsonValueKind.Object)?.TextOf("name")),
            Scope = component.TextOf("scope") is "optional" or "excluded" ? component.TextOf("scope") : null,
            Licenses = draft.Shared(Licenses(component)),
        };
        package = OwnProperties.Apply(package, properties);
        return isOs || draft.IsOwn ? package with { Source = SourceNames.Of(package, purl, properties, draft.IsOwn, parent) } : package;
    }

    private static string[] Licenses(JsonElement component)
    {
        List<string>? licenses = null;
        foreach (var choice in component.Items("licenses", null, ""))
        {
            var license = choice.Member("license", JsonValueKind.Object);
            if ((choice.TextOf("expression") ?? license?.TextOf("id") ?? license?.TextOf("name")) is { Length: > 0 } text) (licenses ??= new(1)).Add(text);
        }

        return licenses is null ? [] : [.. licenses];
    }

    private static PackageHash[] Hashes(JsonElement component)
    {
        List<PackageHash>? hashes = null;
        foreach (var hash in component.Items("hashes", null, ""))
        {
            if (HashNames.Of(hash.TextOf("alg"), hash.TextOf("content")) is { } known) (hashes ??= new(1)).Add(known);
        }

        return hashes is null ? [] : [.. hashes];
    }

    private void Add(string purl, Package package, JsonElement component)
    {
        var properties = Properties.Of(component);
        var owner = properties["vidimus:owner"] ?? (properties["amazon:inspector:sbom_generator:is_duplicate_package"] is "true" ? properties["amazon:inspector:sbom_generator:duplicate_purl"] : null);
        places.Clear();
        AddPlaces(places, component, properties);
        draft.Add(component.TextOf("bom-ref"), purl, package, owner, places, draft.KeepsAll ? Hashes(component) : []);
    }

    private static void AddPlaces(List<Location> places, JsonElement component, Properties properties)
    {
        var any = false;
        foreach (var (prefix, layer) in NumberedPlaces)
        {
            foreach (var place in properties.Numbered(prefix, layer))
            {
                any = true;
                places.Add(place);
            }
        }

        if (any) return;
        if ((properties["amazon:inspector:sbom_generator:source_path"] ?? properties["aquasecurity:trivy:FilePath"]) is { } single)
        {
            places.Add(new(single.TrimStart('/'), properties["aquasecurity:trivy:LayerDiffID"] ?? properties["amazon:inspector:sbom_generator:layer_diff_id"], null));
        }
        else if (component.Member("evidence", JsonValueKind.Object) is { } evidence)
        {
            var number = 0;
            foreach (var occurrence in evidence.Items("occurrences", null, ""))
            {
                if (occurrence.TextOf("location") is { Length: > 0 } path) places.Add(new(path.TrimStart('/'), properties.Of(number, "layer"), properties.Of(number, "entry")));
                number++;
            }

            if (number == 0) AddManifests(places, evidence);
        }
        else if (properties["SrcFile"] is { } source)
        {
            places.Add(new(source.TrimStart('/'), null, null)); // cdxgen's
        }
    }

    /// <summary>cdxgen's: the lock file or manifest that a package's identity was read from.</summary>
    private static void AddManifests(List<Location> places, JsonElement evidence)
    {
        var identities = evidence.Member("identity", JsonValueKind.Object) is { } one ? [one] : evidence.Items("identity", null, "");
        foreach (var identity in identities)
        {
            foreach (var method in identity.Items("methods", null, ""))
            {
                if (method.TextOf("technique") is "manifest-analysis" && method.TextOf("value") is { Length: > 0 } path) places.Add(new(path.TrimStart('/'), null, null));
            }
        }
    }

    private static readonly (string Prefix, string Layer)[] NumberedPlaces = [("vidimus:location", "layer"), ("syft:location", "layerID")];
}
