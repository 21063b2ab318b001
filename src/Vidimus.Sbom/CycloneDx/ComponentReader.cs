using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Makes packages of components, nested ones too. One purl with one owner is one package, in all the places that its components name.</summary>
/// <remarks>Collections and queries over structs of other assemblies are avoided here: each would be compiled when first used, which costs more than reading a thousand packages.</remarks>
/// <param name="byInspector">Whether Amazon Inspector's generator wrote the document: it puts binary packages into a component that stands for their source package.</param>
internal sealed class ComponentReader(List<Note> notes, bool byInspector)
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private readonly List<string> unnamed = [];
    private int unnamedCount;

    /// <summary>The system, as the first OS package's purl tells it.</summary>
    public OsRelease? System { get; private set; }

    /// <summary>Reads a component and those inside it; the parser has bounded their depth.</summary>
    public void Read(JsonElement component, SourcePackage? parent = null)
    {
        var package = ToPackage(component, parent, out var purl);
        var isSource = byInspector && package is not null && Purls.IsOs(package.Type) && component.Member("components", JsonValueKind.Array)?.GetArrayLength() > 0;
        if (package is not null && !isSource) Add(purl, package, component);
        if (entries.Count > CycloneDxReader.MostPackages) throw new InvalidDataException($"the SBOM has more than {CycloneDxReader.MostPackages} packages");
        var source = isSource ? new SourcePackage(package!.Name, package.Version) : null;
        foreach (var nested in component.Items("components", notes, component.TextOf("name") ?? "")) Read(nested, source);
    }

    /// <summary>What was read, ordered by purl.</summary>
    public IReadOnlyList<InventoryPackage> Packages()
    {
        if (unnamedCount > 0)
        {
            var more = unnamedCount > unnamed.Count ? ", …" : "";
            notes.Add(new(Notes.Unsupported, "", $"{unnamedCount} components have no package URL and were not looked up: {string.Join(", ", unnamed)}{more}"));
        }

        return [.. entries.Values.OrderBy(e => e.Purl, StringComparer.Ordinal).ThenBy(e => e.Owner, StringComparer.Ordinal).Select(e => new InventoryPackage(e.Id, e.Purl, e.Package, e.Places(), e.Owner))];
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

            notes.Add(new(Notes.Malformed, name ?? "", $"not a package URL: {(member.ValueKind is JsonValueKind.String ? Short(member.Text() ?? "") : member.ValueKind)}"));
        }
        else if (component.TextOf("type") is "library" or "framework" or "application" && component.TextOf("version") is { Length: > 0 } version)
        {
            unnamedCount++;
            if (unnamed.Count < 10) unnamed.Add(Short($"{name} {version}"));
        }

        return null;
    }

    private Package ToPackage(JsonElement component, PackageUrl purl, string? name, SourcePackage? parent)
    {
        var isOs = Purls.IsOs(purl.Type);
        if (isOs) System ??= SystemNames.Of(purl);

        var properties = Properties.Of(component);
        var package = new Package
        {
            Type = purl.Type,
            // A purl's canonical form loses the case that some registries keep; the component's own name has it.
            Namespace = isOs ? null : AsWritten(component.TextOf("group"), purl.Namespace),
            Name = AsWritten(name, purl.Name)!,
            Version = Version(component, purl, isOs),
            Architecture = purl.Qualifiers.GetValueOrDefault("arch"),
            Module = purl.Qualifiers.GetValueOrDefault("rpmmod") ?? purl.Qualifiers.GetValueOrDefault("modularitylabel") ?? properties["aquasecurity:trivy:Modularitylabel"] ?? properties["syft:metadata:modularityLabel"],
            Vendor = component.TextOf("publisher") ?? component.Member("supplier", JsonValueKind.Object)?.TextOf("name"),
            Scope = properties["vidimus:scope"] ?? (component.TextOf("scope") is "optional" or "excluded" ? component.TextOf("scope") : null),
            Licenses = [.. Licenses(component)],
        };
        return isOs ? package with { Source = Source(package, purl, properties, parent) } : package;
    }

    /// <summary>The purl's version, with the epoch that OS packages may have in a qualifier or in the component's version alone.</summary>
    private static string Version(JsonElement component, PackageUrl purl, bool isOs)
    {
        var written = component.TextOf("version");
        if (purl.Version is not { } version) return written ?? "";
        if (!isOs || Purls.Epoch(version) is not null) return version;
        if (written is not null && Purls.Epoch(written) is { } own && written.AsSpan(own.Length + 1).SequenceEqual(version)) return written;
        return purl.Qualifiers.GetValueOrDefault("epoch") is { } epoch && epoch != "0" ? $"{epoch}:{version}" : version;
    }

    private static string? AsWritten(string? component, string? purl) =>
        component is not null && purl is not null && string.Equals(component.Replace('_', '-'), purl.Replace('_', '-'), StringComparison.OrdinalIgnoreCase) ? component : purl;

    /// <summary>The source package in the spelling of whichever tool wrote it; null when the package is its own.</summary>
    private static SourcePackage? Source(Package package, PackageUrl purl, Properties properties, SourcePackage? parent)
    {
        SourcePackage? source;
        if (properties["vidimus:source:name"] is { } own) source = new(own, properties["vidimus:source:version"] ?? package.Version);
        else if (properties["aquasecurity:trivy:SrcName"] is { } trivy) source = new(trivy, TrivyVersion(properties) ?? package.Version);
        else if (properties["syft:metadata:source"] is { } syft) source = new(syft, properties["syft:metadata:sourceVersion"] ?? package.Version);
        else if (properties["syft:metadata:originPackage"] is { } origin) source = new(origin, package.Version);
        else if ((purl.Qualifiers.GetValueOrDefault("upstream") ?? properties["syft:metadata:sourceRpm"]) is { } upstream) source = Upstream(upstream, package);
        else if (purl.Qualifiers.GetValueOrDefault("source") is { } inspector) source = parent ?? new(inspector, package.Version);
        else source = parent;
        return source is null || (source.Name == package.Name && source.Version == package.Version) ? null : source;
    }

    private static string? TrivyVersion(Properties properties)
    {
        if (properties["aquasecurity:trivy:SrcVersion"] is not { } version) return null;
        if (properties["aquasecurity:trivy:SrcRelease"] is { } release) version = $"{version}-{release}";
        return properties["aquasecurity:trivy:SrcEpoch"] is { } epoch && epoch != "0" ? $"{epoch}:{version}" : version;
    }

    /// <summary><c>name</c>, <c>name@version</c> or a source rpm's file name, whose epoch is nowhere told.</summary>
    private static SourcePackage Upstream(string text, Package package)
    {
        if (package.Type is "rpm" && text.EndsWith(".src.rpm", StringComparison.Ordinal))
        {
            var name = text[..^".src.rpm".Length];
            if (name.LastIndexOf('-') is > 0 and var release && name.LastIndexOf('-', release - 1) is > 0 and var version) return new(name[..version], name[(version + 1)..]);
        }

        return text.LastIndexOf('@') is > 0 and var at ? new(text[..at], text[(at + 1)..]) : new(text, package.Version);
    }

    private static IEnumerable<string> Licenses(JsonElement component)
    {
        foreach (var choice in component.Items("licenses", null, ""))
        {
            var license = choice.Member("license", JsonValueKind.Object);
            if ((choice.TextOf("expression") ?? license?.TextOf("id") ?? license?.TextOf("name")) is { Length: > 0 } text) yield return text;
        }
    }

    private void Add(string purl, Package package, JsonElement component)
    {
        var properties = Properties.Of(component);
        var owner = properties["vidimus:owner"] ?? (properties["amazon:inspector:sbom_generator:is_duplicate_package"] is "true" ? properties["amazon:inspector:sbom_generator:duplicate_purl"] : null);
        var id = owner is null ? purl : $"{purl} in {owner}";
        if (!entries.TryGetValue(id, out var entry)) entries[id] = entry = new(id, purl, package, owner);
        foreach (var place in Places(component, properties)) entry.Locations.Add(place);
    }

    private static IEnumerable<Location> Places(JsonElement component, Properties properties)
    {
        var any = false;
        foreach (var place in properties.Numbered("vidimus:location", "layer").Concat(properties.Numbered("syft:location", "layerID")))
        {
            any = true;
            yield return place;
        }

        if (any) yield break;
        if ((properties["amazon:inspector:sbom_generator:source_path"] ?? properties["aquasecurity:trivy:FilePath"]) is { } single)
        {
            yield return new(single.TrimStart('/'), properties["aquasecurity:trivy:LayerDiffID"] ?? properties["amazon:inspector:sbom_generator:layer_diff_id"], null);
        }
        else if (component.Member("evidence", JsonValueKind.Object) is { } evidence)
        {
            foreach (var occurrence in evidence.Items("occurrences", null, ""))
            {
                if (occurrence.TextOf("location") is { Length: > 0 } path) yield return new(path.TrimStart('/'), null, null);
            }
        }
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private sealed class Entry(string id, string purl, Package package, string? owner)
    {
        public string Id => id;

        public string Purl => purl;

        public Package Package => package;

        public string? Owner => owner;

        public HashSet<Location> Locations { get; } = [];

        public IReadOnlyList<Location> Places() => Locations.Count == 0
            ? [new("", null, null)]
            : [.. Locations.OrderBy(l => l.Path, StringComparer.Ordinal).ThenBy(l => l.Layer, StringComparer.Ordinal).ThenBy(l => l.Entry, StringComparer.Ordinal)];
    }
}
