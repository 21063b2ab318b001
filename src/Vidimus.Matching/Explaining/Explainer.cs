using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Matching;

/// <summary>Explains what the matcher decides, from the same book by the same matcher.</summary>
/// <param name="asOf">The day of whose end the answer is to be; null for now.</param>
public sealed class Explainer(Inventory inventory, Book book, MatchKeys keys, DateOnly? asOf = null)
{
    private const int NamedPackages = 10;

    private readonly DateTimeOffset? before = AsOf.End(asOf);
    private readonly Matcher matcher = new(book, keys, inventory.Os, AsOf.End(asOf));
    private readonly MatchList list = new();
    private readonly MatchList scratch = new();

    /// <summary>Explains an id or alias.</summary>
    /// <param name="package">A package's name, to explain that one even where no source speaks of it; null for every package that a source names.</param>
    public Explanation Explain(string id, string? package = null)
    {
        var vulnerabilities = book.Find(id) is { } one ? [one] : book.FindAdvisories(id).SelectMany(a => a.Vulnerabilities).Distinct().ToList();
        var told = vulnerabilities.Select(v => new ExplainedVulnerability(v.Id, v.Aliases, Titles.Of(v.Statements))).ToList();
        if (vulnerabilities.Count == 0) return new(id, false, told, [], [$"No source in the book knows {id}."]);

        var asked = inventory.Packages.Where(p => package is null || IsNamed(p, package)).ToList();
        var packages = new List<ExplainedPackage>();
        var sentences = new List<string>();
        if (asOf is { } then) sentences.Add($"This is the answer of {Day(then)}: by the records first published by then and not yet withdrawn then, in their present wording.");
        if (package is not null && asked.Count == 0) sentences.Add($"{package} is not installed.");
        foreach (var vulnerability in vulnerabilities)
        {
            sentences.AddRange(General(vulnerability));
            var records = vulnerability.Statements.Concat(vulnerability.Notices).SelectMany(a => a.Affected).ToList();
            var explained = asked.Select(item => Explain(item, vulnerability, records, always: package is not null)).OfType<ExplainedPackage>().ToList();
            packages.AddRange(explained);
            if (explained.Count == 0 && asked.Count > 0) sentences.Add(NothingInstalled(vulnerability, records));
        }

        return new(id, true, told, packages, sentences);
    }

    private static bool IsNamed(InventoryPackage item, string name) =>
        item.Purl == name || item.Package.Name == name || item.Package.Source?.Name == name || FindingMaker.NameOf(item.Package) == name;

    private IEnumerable<string> General(BookVulnerability vulnerability)
    {
        if (vulnerability.Rejected) yield return $"The CVE list rejects {vulnerability.Id}: it matches nothing.";
        foreach (var advisory in vulnerability.Statements.Concat(vulnerability.Notices))
        {
            if (advisory.Withdrawn is { } day) yield return $"{Named(advisory)} was withdrawn on {Day(day)}{(before is { } end && day >= end ? ", after the day that is asked for" : ": it matches nothing")}.";
        }
    }

    private static string NothingInstalled(BookVulnerability vulnerability, List<BookAffected> records)
    {
        var names = records.Select(r => $"{r.Key.Name} ({r.Key.Ecosystem})").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0
            ? $"No source in the book names a package for {vulnerability.Id}."
            : $"None of the packages that {vulnerability.Id} is known for is installed: {string.Join(", ", names.Take(NamedPackages))}{(names.Count > NamedPackages ? $" and {names.Count - NamedPackages} more" : "")}.";
    }

    private ExplainedPackage? Explain(InventoryPackage item, BookVulnerability vulnerability, List<BookAffected> records, bool always)
    {
        if (matcher.KeysOf(item.Package) is not { } filed)
        {
            return always ? new(item, vulnerability.Id, false, null, [$"{FindingMaker.NameOf(item.Package)} can't be judged: it has no version to compare, or advisories do not speak of its kind or of this system."]) : null;
        }

        var own = filed.Keys.Select(k => k.Number).ToHashSet();
        var speaking = records.Where(r => own.Contains(r.Key.Number)).ToList();
        if (speaking.Count == 0) return Unspoken(item, vulnerability, records, always);

        matcher.Find(item.Package, list);
        for (var i = 0; i < list.Count; i++)
        {
            if (list.Vulnerability(i) != vulnerability.Number) continue;
            var hits = list.Evidence(i).ToArray();
            var deciding = hits.Take(list.Matches[i].Deciding).Select(h => new BookAffected(book, h.Affected)).Distinct().ToList();
            var fix = Fixes.Of(matcher, keys.File(item.Package, inventory.Os)!.Value, vulnerability.Number, deciding, scratch).Nearest;
            var because = hits.Select(h => $"{Named(new BookAffected(book, h.Affected).Advisory)} names {RangeText.Of(book, h, filed.Version)}, which holds {filed.Version} in the order of {filed.Ecosystem.Type}.").Distinct();
            var said = matcher.Hear(keys.File(item.Package, inventory.Os)!.Value, vulnerability.Number, hits.Select(h => h.Affected).ToHashSet());
            var against = said.Silent.Select(record => Why(record, vulnerability, item.Package, filed.Version, filed.Ecosystem, overruled: false)).Distinct();
            return new(item, vulnerability.Id, true, fix, [.. because, .. against, Ruled(said), fix is null ? "No fixed version is known." : $"It is fixed in {fix}."]);
        }

        var holding = new List<BookHit>();
        foreach (var key in filed.Keys) book.AddHits(key.Number, filed.Version, filed.Ecosystem.Versions, holding, before);
        var overruled = holding.Where(h => !h.NotAffected && h.Vulnerability == vulnerability.Number).Select(h => h.Affected).ToHashSet();
        var why = speaking.OrderBy(r => overruled.Contains(r.Number)).Select(r => Why(r, vulnerability, item.Package, filed.Version, filed.Ecosystem, overruled.Contains(r.Number))).Distinct().ToList();
        var heard = matcher.Hear(keys.File(item.Package, inventory.Os)!.Value, vulnerability.Number, overruled);
        return new(item, vulnerability.Id, false, null, overruled.Count > 0 ? [.. why, Ruled(heard)] : why);
    }

    private static string Ruled(Speaking speaking) => $"Decided by the rule '{speaking.Rule.Name}': {speaking.Rule.Reason}.";

    private ExplainedPackage? Unspoken(InventoryPackage item, BookVulnerability vulnerability, List<BookAffected> records, bool always)
    {
        var name = matcher.KeysOf(item.Package) is { Keys: [var key, ..] } ? key.Name : keys.Of(item.Package, inventory.Os).Select(c => c.Key.Name).FirstOrDefault() ?? item.Package.Name;
        var family = keys.For(item.Package.Type, inventory.Os)?.Distribution?.Family;
        var elsewhere = records.Where(r => r.Key.Name == name && family is not null && r.Key.Ecosystem.StartsWith(family + ":", StringComparison.Ordinal)).Select(r => r.Key.Ecosystem).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (elsewhere.Count > 0)
        {
            var release = keys.For(item.Package.Type, inventory.Os)?.AdvisoryEcosystems is [var exact, ..] ? exact : family;
            return new(item, vulnerability.Id, false, null, [$"Sources speak of {name} in {string.Join(", ", elsewhere)}, but not in {release}."]);
        }

        return always ? new(item, vulnerability.Id, false, null, [$"No source says that {vulnerability.Id} is in {name}."]) : null;
    }

    private string Why(BookAffected record, BookVulnerability vulnerability, Package package, string version, Ecosystem ecosystem, bool overruled)
    {
        var advisory = record.Advisory;
        var named = Named(advisory);
        if (!book.Speaks(advisory.Number, vulnerability.Number, before)) return advisory.Withdrawn is { } day && !(day >= before) ? $"{named} was withdrawn." : $"{named} was first published after the day that is asked for.";
        if (!Matcher.Applies(record, package)) return $"{named} speaks of {Limits(record)} only.";
        if (overruled) return $"{named} would hold {version}, but a source whose word goes before it says otherwise.";
        if (record.Status == AffectedStatus.NotAffected) return $"{named} says that {record.Key.Name} is not affected in {record.Key.Ecosystem}.";
        if (record.HoldsForAll) return $"{named} names {record.Key.Name} without versions.";
        if (!ecosystem.Versions.IsValid(version)) return $"{named} gives ranges, but {version} is no version that {ecosystem.Type} orders.";

        var ranges = record.Ranges.Select(r => r.Readable ? RangeText.Of(r) : $"{RangeText.Of(r)} (which {ecosystem.Type} does not order)").Concat(record.Versions.Count > 0 ? [$"{record.Versions.Count} versions by name"] : []);
        var fix = record.Ranges.SelectMany(r => r.Events).Where(e => e.Kind == RangeEventKind.Fixed && ecosystem.Versions.Compare(e.Version, version) <= 0).Select(e => e.Version).LastOrDefault();
        return $"{named} names {string.Join("; ", ranges)}: {version} is not in it in the order of {ecosystem.Type}{(fix is null ? "" : $", being {fix} or newer, where it is fixed")}.";
    }

    private static string Limits(BookAffected record) =>
        string.Join(" and ", new[] { record.Module is { } module ? $"module {module}" : null, record.Architectures.Count > 0 ? $"architectures {string.Join(", ", record.Architectures)}" : null }.OfType<string>());

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset time) => Day(DateOnly.FromDateTime(time.UtcDateTime));

    private static string Named(BookAdvisory advisory) => $"{advisory.Id} ({advisory.Source})";
}
