using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Matching.Policy;
using Vidimus.Matching.Vex;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;
using Vidimus.Model.Vex;

namespace Vidimus.Matching;

/// <summary>What a report is to show.</summary>
public sealed record ReportOptions
{
    public required ReportTool Tool { get; init; }

    /// <summary>The day by which a release's support is judged.</summary>
    public required DateOnly Today { get; init; }

    /// <summary>Hidden findings too.</summary>
    public bool All { get; init; }

    /// <summary>The severities to show, in the report's spelling; null for every one.</summary>
    public IReadOnlyCollection<string>? Severities { get; init; }

    /// <summary>Only findings that a newer version ends.</summary>
    public bool OnlyFixed { get; init; }

    /// <summary>The day of whose end the answer is to be; null for now. See <see cref="AsOf"/>.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>Only the starter advisories answer.</summary>
    public bool Starter { get; init; }

    /// <summary>What others say about vulnerabilities in the target's products.</summary>
    public IReadOnlyList<VexDocument> Vex { get; init; } = [];

    /// <summary>What the person who scans has decided; null for nothing.</summary>
    public ScanPolicy? Policy { get; init; }

    /// <summary>The book is older than it should be.</summary>
    public bool Stale { get; init; }
}

/// <summary>Puts an inventory and a book together into a report. The same inventory, book and options give an equal report.</summary>
public static class ReportAssembly
{
    public static ScanReport Assemble(Inventory inventory, Book book, MatchKeys keys, ReportOptions options)
    {
        var before = AsOf.End(options.AsOf);
        var (found, coverage) = Matches(inventory, book, keys, before);
        if (options.AsOf is { } then) coverage = [.. coverage, AsOf.Note(found, book, then)];
        var support = Support.Of(inventory.Os, book, keys);
        var maker = new FindingMaker(inventory, book, keys, before);
        var findings = Duplicates.Hide([.. found.Select(maker.Finding)]);
        if (support?.Finding(options.AsOf ?? options.Today) is { } ended) findings.Add(ended);

        var decided = Decided(findings, inventory, options);
        var asked = decided.Where(f => IsAsked(f, options)).ToList();
        var shown = asked.Where(f => f.Hidden is null).ToList();
        var notes = inventory.Notes.Concat(coverage).Concat(options.Vex.SelectMany(d => d.Notes)).Concat(options.Policy?.Notes(options.Today) ?? []).ToList();
        return new()
        {
            Tool = options.Tool,
            Target = Target(inventory, support),
            Book = new(book.Built, options.Starter, options.Stale, [.. book.Sources.Select(s => new ReportSource(s.Name, s.Date, s.Records, s.Rejected))]),
            Complete = !notes.Exists(n => n.Partial),
            Summary = Summary(shown, asked.Count - shown.Count),
            Packages = [.. inventory.Packages.Select(Package).OrderBy(p => p.Purl, StringComparer.Ordinal).ThenBy(p => p.Path, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal)],
            Findings = [.. (options.All ? asked : shown).Order(Priority.Order)],
            Notes = [.. notes.Select(n => new ReportNote(n.Kind, n.Path, n.Message))],
        };
    }

    /// <summary>All matches of all packages, by vulnerability, so that its texts are unpacked once; and notes on what could not be judged.</summary>
    private static (List<PackageMatch> Matches, IReadOnlyList<Note> Notes) Matches(Inventory inventory, Book book, MatchKeys keys, DateTimeOffset? before)
    {
        var matcher = new Matcher(book, keys, inventory.Os, before);
        var coverage = new Coverage(book, keys, inventory.Os);
        var list = new MatchList();
        var found = new List<PackageMatch>();
        for (var i = 0; i < inventory.Packages.Count; i++)
        {
            var package = inventory.Packages[i].Package;
            coverage.Add(package, matcher.Find(package, list));
            for (var m = 0; m < list.Count; m++) found.Add(new(i, list.Vulnerability(m), list.Matches[m].Deciding, list.Evidence(m).ToArray()));
        }

        found.Sort(static (a, b) => a.Vulnerability != b.Vulnerability ? a.Vulnerability.CompareTo(b.Vulnerability) : a.Package.CompareTo(b.Package));
        return (found, coverage.ToNotes());
    }

    /// <summary>The findings with what VEX documents and then the policy say of them: as many as before, some of them hidden.</summary>
    private static List<ReportFinding> Decided(List<ReportFinding> findings, Inventory inventory, ReportOptions options)
    {
        if (options.Vex.Count == 0 && options.Policy is null) return findings;
        var words = new VexWords(options.Vex, inventory);
        var items = inventory.Packages.DistinctBy(p => p.Id).ToDictionary(p => p.Id, StringComparer.Ordinal);
        return findings.ConvertAll(finding =>
        {
            var item = finding.PackageId is { } id ? items[id] : null;
            if (item is not null) finding = words.Apply(finding, item);
            return options.Policy?.Apply(finding, item, inventory.Os, options.Today) ?? finding;
        });
    }

    private static bool IsAsked(ReportFinding finding, ReportOptions options) =>
        (options.Severities is null || options.Severities.Contains(finding.Severity)) && (!options.OnlyFixed || finding.FixedVersion is not null);

    private static ReportSummary Summary(List<ReportFinding> shown, int hidden)
    {
        int Count(Severity severity) => shown.Count(f => f.Severity == Severities.Name(severity));
        return new(
            Count(Severity.Critical), Count(Severity.High), Count(Severity.Medium), Count(Severity.Low), Count(Severity.Informational), Count(Severity.Untriaged),
            shown.Count(f => f.FixedVersion is not null), shown.Count(f => f.Kev is not null), hidden);
    }

    private static ReportTarget Target(Inventory inventory, Support? support)
    {
        var target = inventory.Target;
        var os = inventory.Os is { } o ? new ReportOs(o.Id, o.Name ?? o.Id, o.VersionId, support?.Ends.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)) : null;
        return new(target.Kind, target.Name, target.Digest, target.Architecture, os, [.. target.Layers.Select(l => new ReportLayer(l.Digest, l.DiffId, l.CreatedBy))]);
    }

    private static ReportPackage Package(InventoryPackage item)
    {
        var package = item.Package;
        var first = item.Locations[0];
        return new(
            item.Id, item.Purl, FindingMaker.NameOf(package), package.Version, package.Type, package.Architecture, package.Source is { } source ? new(source.Name, source.Version) : null,
            first.Path, first.Layer, [.. item.Locations.Select(l => new ReportLocation(l.Path, l.Layer, l.Entry))], item.Owner, package.Scope, package.Licenses);
    }
}

/// <summary>A match of a package of the inventory.</summary>
/// <param name="Deciding">How many hits, the first ones, are of the source that decides.</param>
internal sealed record PackageMatch(int Package, int Vulnerability, int Deciding, BookHit[] Hits);
