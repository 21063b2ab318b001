using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Oval;

/// <summary>A document of OVAL definitions as distributions publish them: which packages below which versions each definition is true for.</summary>
/// <remarks>
/// Source: OVAL 5.11. Not an evaluator: of the tests only comparisons of a package's version count, and of the criteria what stands above them. A definition is taken to be true when any of its
/// comparisons is; what is joined to one by AND (the architecture, a module, that it is signed) narrows it. Which of those a test is, vendors say in its comment alone.
/// The document is walked twice, tests before definitions, so that never more than one definition is held.
/// </remarks>
internal sealed partial class OvalDocument(string name, ReadOnlyMemory<byte> body, FeedSnapshot snapshot, CancellationToken cancel)
{
    private static readonly string[] Kinds = ["rpminfo", "dpkginfo", "textfilecontent54"];
    private static readonly string[] Parts = [.. Kinds.SelectMany(kind => new[] { $"{kind}_test", $"{kind}_object", $"{kind}_state" })];

    private readonly Dictionary<string, (string? Object, string? State)> tests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Version, bool Inclusive)> states = new(StringComparer.Ordinal);

    public IEnumerable<OvalDefinition> Definitions()
    {
        foreach (var element in FeedXml.Elements(name, body, snapshot, cancel, Parts)) AddPart(element);
        foreach (var element in FeedXml.Elements(name, body, new Quiet(snapshot), cancel, "definition"))
        {
            var conditions = new List<OvalCondition>();
            foreach (var criteria in element.All("criteria")) Walk(criteria, default, conditions);
            yield return new(element, conditions);
        }
    }

    private void AddPart(XmlElement element)
    {
        if (element["id"] is not { } id) return;
        if (element.Name.EndsWith("_test", StringComparison.Ordinal)) tests.TryAdd(id, (element.Child("object")?["object_ref"], element.Child("state")?["state_ref"]));
        else if (element.Name.EndsWith("_object", StringComparison.Ordinal)) AddObject(id, element);
        else if ((element.Child("evr") ?? element.Child("subexpression")) is { } version && version["operation"] is "less than" or "less than or equal") states.TryAdd(id, (version.Text.Trim(), version["operation"] is "less than or equal"));
    }

    private void AddObject(string id, XmlElement element)
    {
        if (element.TextOf("name") is { } package) objects.TryAdd(id, package);
    }

    private void Walk(XmlElement criteria, OvalContext context, List<OvalCondition> found)
    {
        if (criteria["negate"] is "true") return;
        var isAll = criteria["operator"] is not "OR";
        foreach (var criterion in isAll ? criteria.All("criterion") : []) context = context.With(criterion["comment"] ?? "");
        foreach (var criterion in criteria.All("criterion")) AddCondition(criterion, isAll ? context : context.With(criterion["comment"] ?? ""), found);
        foreach (var inner in criteria.All("criteria")) Walk(inner, context, found);
    }

    private void AddCondition(XmlElement criterion, OvalContext context, List<OvalCondition> found)
    {
        if (criterion["negate"] is "true" || criterion["test_ref"] is not { } test) return;
        var comment = criterion["comment"] ?? "";
        var (package, state) = tests.GetValueOrDefault(test);
        var version = state is not null && states.TryGetValue(state, out var known) ? known : ((string Version, bool Inclusive)?)null;
        found.Add(new(package is null ? null : objects.GetValueOrDefault(package), version?.Version, version?.Inclusive is true, context, comment));
    }

    /// <summary>The second walk meets the same faults as the first, which has told them.</summary>
    private sealed class Quiet(FeedSnapshot snapshot) : FeedSnapshot
    {
        public override string Part => snapshot.Part;

        public override IEnumerable<FeedEntry> Entries(string suffix, CancellationToken cancel) => snapshot.Entries(suffix, cancel);

        public override void Reject(string entry, string reason)
        {
        }
    }
}

/// <summary>A definition and the comparisons below it.</summary>
internal sealed record OvalDefinition(XmlElement Element, IReadOnlyList<OvalCondition> Conditions)
{
    public XmlElement? Metadata => Element.Child("metadata");

    public string? Title => Metadata?.TextOf("title");

    /// <summary>The CVEs that it refers to, by its references and its advisory.</summary>
    public IReadOnlyList<string> Cves =>
    [
        .. (Metadata?.All("reference").Select(r => r["ref_id"]) ?? []).Concat(Metadata?.All("advisory", "cve").Select(c => c.Text) ?? [])
            .Select(id => CveText.In(id)).OfType<string>().Distinct(StringComparer.Ordinal),
    ];
}

/// <summary>A test of a definition.</summary>
/// <param name="Package">Whose version it compares; null for another kind of test.</param>
/// <param name="Version">The version that it must be below.</param>
/// <param name="Inclusive">Or at.</param>
internal sealed record OvalCondition(string? Package, string? Version, bool Inclusive, OvalContext Context, string Comment)
{
    public VersionRange? Range => Version is null ? null : Inclusive ? new([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.LastAffected, Version)]) : VersionRange.Before(Version);
}

/// <summary>What is joined to a comparison.</summary>
internal readonly partial record struct OvalContext(string? Architecture, string? Module, string? Release)
{
    public OvalContext With(string comment)
    {
        if (Arch().Match(comment) is { Success: true } arch) return this with { Architecture = arch.Groups[1].Value };
        if (ModuleEnabled().Match(comment) is { Success: true } module) return this with { Module = module.Groups[1].Value };
        return Installed().Match(comment) is { Success: true } release ? this with { Release = release.Groups[1].Value } : this;
    }

    [GeneratedRegex(@"\barch is (\S+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Arch();

    [GeneratedRegex(@"^Module (\S+) is enabled$", RegexOptions.CultureInvariant)]
    private static partial Regex ModuleEnabled();

    [GeneratedRegex(@"^(?:Oracle Linux|Photon OS|Photon) ([0-9.]+) is installed$", RegexOptions.CultureInvariant)]
    private static partial Regex Installed();
}
