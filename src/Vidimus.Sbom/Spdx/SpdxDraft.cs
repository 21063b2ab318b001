using Vidimus.Model;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Spdx;

/// <summary>Makes an inventory of what an SPDX 2 document states, in the order in which it comes.</summary>
/// <remarks>
/// The format has no member for a file, a layer or a source package. We write such facts into an annotation; Syft names the file in <c>sourceInfo</c> and in relationships,
/// Trivy the source in <c>sourceInfo</c> and the layer in attribution texts.
/// </remarks>
internal sealed class SpdxDraft(SbomDraft draft, string name)
{
    public const string TargetId = "SPDXRef-Target";
    public const string SystemId = "SPDXRef-OperatingSystem";
    public const string PackagePrefix = "SPDXRef-Package-";
    public const string LicensePrefix = "LicenseRef-";

    private const int MostFiles = 2_000_000;
    private const string NoAssertion = "NOASSERTION";

    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> licenses = new(StringComparer.Ordinal);
    private readonly List<(string Package, string File)> evident = [];
    private readonly List<Location> places = [];
    private readonly List<string> withLicenseRefs = [];
    private string? serial;
    private bool bySyft;

    public void Creator(string creator)
    {
        draft.IsOwn |= creator.StartsWith("Tool: vidimus-", StringComparison.Ordinal);
        bySyft |= creator.StartsWith("Tool: syft", StringComparison.Ordinal);
    }

    /// <summary>The document's namespace, which is what others name it by.</summary>
    public void Namespace(string text) => serial = text;

    /// <summary>An annotation of the document as a whole.</summary>
    public void DocumentText(string text)
    {
        if (!draft.IsOwn) return;
        foreach (var note in SpdxText.Values(text, "vidimus:note"))
        {
            if (OwnProperties.Note(note) is { } kept) draft.Keep(kept);
        }
    }

    public void File(string id, string path)
    {
        if (files.Count >= MostFiles) throw new InvalidDataException($"the SBOM has more than {MostFiles} files");
        if (id.Length > 0) files.TryAdd(id, path);
    }

    /// <summary>A licence that the list does not have, by its reference.</summary>
    public void License(string id, string? title, string? text) => licenses.TryAdd(id, title is null or NoAssertion ? text ?? id : title);

    public void Relationship(string from, string type, string to, string? comment)
    {
        if (type is "DEPENDS_ON") draft.Needs(Reference(from), Reference(to));
        else if (type.EndsWith("DEPENDENCY_OF", StringComparison.Ordinal)) draft.Needs(Reference(to), Reference(from));
        else if (type is "OTHER" && comment?.StartsWith("evident-by", StringComparison.Ordinal) is true && evident.Count < MostFiles) evident.Add((from, to));
    }

    public void Package(SpdxPackage package)
    {
        var properties = new Properties();
        foreach (var text in package.Texts) SpdxText.AddTo(properties, text);
        if (package.Purpose is "OPERATING_SYSTEM" or "OPERATING-SYSTEM" || package.Id == SystemId)
        {
            draft.System ??= SystemNames.Of(package.Name, package.Version) is { } system ? OwnProperties.Apply(system with { Name = properties["vidimus:os:name"] ?? system.Name }, properties) : null;
        }
        else if (draft.IsOwn && package.Id == TargetId)
        {
            draft.Target = new("sbom", name, properties["vidimus:target:digest"], properties["vidimus:target:arch"], [.. package.Texts.SelectMany(t => SpdxText.Values(t, "vidimus:layer")).Select(OwnProperties.Layer)]);
        }
        else if (package.Purl is null)
        {
            if (package.Version is { Length: > 0 } version && package.Purpose is not ("CONTAINER" or "FILE" or "SOURCE")) draft.Unnamed($"{package.Name} {version}");
        }
        else if (!PackageUrl.TryParse(package.Purl, out var purl))
        {
            draft.Notes.Add(new(Notes.Malformed, package.Name ?? "", $"not a package URL: {SbomDraft.Short(package.Purl)}"));
        }
        else if (purl.Type is not ("oci" or "docker")) // the image itself
        {
            Add(package, purl, properties);
        }
    }

    public Inventory ToInventory()
    {
        foreach (var (package, file) in evident)
        {
            if (files.TryGetValue(file, out var path)) draft.AddPlace(Reference(package), new(path.TrimStart('/'), null, null));
        }

        draft.Rename(withLicenseRefs, licenses);

        draft.Target = (draft.Target ?? new("sbom", name, null, null, [])) with { Serial = serial };
        return draft.ToInventory(name);
    }

    private void Add(SpdxPackage spdx, PackageUrl purl, Properties properties)
    {
        var isOs = Purls.IsOs(purl.Type);
        if (isOs) draft.SystemOfPackages ??= SystemNames.Of(purl);
        ReadSourceInfo(spdx.SourceInfo, properties, out var paths);
        var package = OwnProperties.Apply(
            new Package
            {
                Type = draft.Shared(purl.Type)!,
                Namespace = draft.Shared(draft.IsOwn ? properties["vidimus:namespace"] : isOs ? null : purl.Namespace),
                Name = properties["vidimus:name"] ?? (draft.IsOwn ? spdx.Name : null) ?? PurlVersions.AsWritten(spdx.Name?[(spdx.Name.LastIndexOfAny(['/', ':']) + 1)..], purl.Name)!,
                Version = draft.Shared(draft.IsOwn ? spdx.Version ?? "" : PurlVersions.Of(purl, spdx.Version, isOs))!,
                Architecture = draft.Shared(purl.Qualifiers.GetValueOrDefault("arch")),
                Module = purl.Qualifiers.GetValueOrDefault("rpmmod"),
                Vendor = draft.Shared(properties["vidimus:vendor"] ?? (draft.IsOwn ? null : SpdxText.Agent(spdx.Supplier))),
                Licenses = draft.Shared(Licenses(spdx, properties)),
            },
            properties);
        if (isOs || draft.IsOwn) package = package with { Source = SourceNames.Of(package, purl, properties, draft.IsOwn, null) };

        places.Clear();
        places.AddRange(properties.Numbered("vidimus:location", "layer"));
        foreach (var path in paths) places.Add(new(path, properties["LayerDiffID"], null));
        var reference = Reference(spdx.Id);
        draft.KeepsReferences |= !draft.IsOwn;
        draft.Add(reference, purl.ToString(), package, properties["vidimus:owner"], places, draft.KeepsAll && spdx.Checksums.Count > 0 ? [.. spdx.Checksums.Select(c => HashNames.Of(c.Algorithm, c.Value)).OfType<PackageHash>()] : []);
        if (package.Licenses.Any(l => l.StartsWith(LicensePrefix, StringComparison.Ordinal))) withLicenseRefs.Add(reference);
    }

    /// <summary>Our own references are ids with a prefix before them; those of others are kept.</summary>
    private string Reference(string id) => draft.IsOwn && id.StartsWith(PackagePrefix, StringComparison.Ordinal) ? id[PackagePrefix.Length..] : id;

    /// <summary>Syft: <c>acquired package info from DPKG DB: /a, /b</c>. Trivy: <c>built package from: glibc 2.36-9</c>.</summary>
    private void ReadSourceInfo(string? text, Properties properties, out IReadOnlyList<string> paths)
    {
        paths = [];
        if (text is null) return;
        const string Built = "built package from: ";
        if (text.StartsWith(Built, StringComparison.Ordinal) && text[Built.Length..].Split(' ') is [var source, var version])
        {
            properties.Add("aquasecurity:trivy:SrcName", source);
            properties.Add("aquasecurity:trivy:SrcVersion", version);
        }
        else if (bySyft && text.StartsWith("acquired package info from ", StringComparison.Ordinal) && text.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
        {
            // The first is the database; the others are the package's own papers.
            paths = [text[(colon + 2)..].Split(", ")[0].TrimStart('/')];
        }
    }

    private static string[] Licenses(SpdxPackage spdx, Properties properties)
    {
        List<string>? own = null;
        for (var i = 0; properties[$"vidimus:license:{i}"] is { } license; i++) (own ??= []).Add(license);
        if (own is not null) return [.. own];
        foreach (var text in new[] { spdx.Declared, spdx.Concluded })
        {
            if (text is not (null or "" or NoAssertion or "NONE")) return [text];
        }

        return [];
    }
}
