using System.Runtime.InteropServices;
using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;

namespace Vidimus.Matching;

/// <summary>Finds the vulnerabilities of packages: the book's records that hold for a package's version, one row a vulnerability.</summary>
/// <remarks>
/// Pure: the same book, system and package give the same answer. Made once a scan; not for two threads at once.
/// When several records speak of one vulnerability in one package, those of the first source (<see cref="SourceOrder"/>) under the most exact key decide; others are evidence when they agree
/// and are silent when they do not. A deciding record that says "not affected" ends it. In languages no source is the vendor: any record that holds makes a match.
/// </remarks>
/// <param name="before">Only the records that spoke right before this time decide; null for those that speak now. See <see cref="Book.Speaks"/>.</param>
public sealed class Matcher(Book book, MatchKeys keys, OsRelease? os, DateTimeOffset? before = null)
{
    private readonly Dictionary<string, Filing?> filings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Filing?> filed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Pocket), Filing?> ofPockets = [];
    private readonly Distribution? distribution = keys.Distribution(os);
    private readonly IReadOnlyList<BookSource> sources = book.Sources;

    /// <summary>Looks a package up. Allocates nothing but the list's own growth, and the package's name in its normal form where that differs.</summary>
    public Judgement Find(Package package, MatchList into)
    {
        into.Clear();
        if (FilingOf(package) is not { } filing) return Judgement.Unknown;
        if (!filing.Keys.TryFile(package, out var name, out var version)) return Judgement.NotJudged;

        Find(filing, filing.Keys.File(package, name, version), into);
        return Judgement.Judged;
    }

    /// <summary>Looks up what advisories say of a filed version, of whatever system.</summary>
    public void Find(in FiledVersion version, MatchList into)
    {
        into.Clear();
        if (FilingOf(version) is { } filing) Find(filing, version, into);
    }

    /// <summary>The order that a filed version's ecosystem has; null when it is none that we know.</summary>
    internal IVersionScheme? SchemeOf(in FiledVersion version) => FilingOf(version)?.Keys.Ecosystem.Versions;

    /// <summary>The keys of the book that a package is looked up under, the most exact first, and the version that is compared; null when it can't be judged.</summary>
    public (IReadOnlyList<BookKey> Keys, string Version, Ecosystem Ecosystem)? KeysOf(Package package)
    {
        if (FilingOf(package) is not { } filing || !filing.Keys.TryFile(package, out var name, out var version)) return null;
        return ([.. filing.Numbers.Select(n => n < 0 ? -1 : book.FindKey(n, name)).Where(k => k >= 0).Select(k => new BookKey(book, k))], version, filing.Keys.Ecosystem);
    }

    /// <summary>Whether a record's architectures and module take in a package.</summary>
    public static bool Applies(BookAffected record, Package package) => Applies(record, new FiledVersion("", "", "", package.Architecture is "" ? null : package.Architecture, package.Module));

    private static bool Applies(BookAffected record, in FiledVersion package)
    {
        var architectures = record.Architectures;
        if (architectures.Count > 0 && package.Architecture is { } own && own is not ("all" or "noarch") && !architectures.Contains(own, StringComparer.Ordinal)) return false;
        return record.Module is not { } module || IsOfModule(package.Module, module);
    }

    /// <summary>All records that speak of a vulnerability in a filed version, and by what rule those that decided did.</summary>
    /// <param name="holding">The numbers of the records that hold for it.</param>
    internal Speaking Hear(in FiledVersion version, int vulnerability, IReadOnlySet<int> holding)
    {
        if (FilingOf(version) is not { } filing) return new(DecisionRule.Only, []);
        var list = new MatchList();
        foreach (var ecosystem in filing.Numbers)
        {
            if (ecosystem < 0 || book.FindKey(ecosystem, version.Name) is not (>= 0 and var key)) continue;
            list.Keys.Add(key);
            book.AddSpeakers(key, vulnerability, list.Speakers, before);
        }

        var speakers = new List<Speaker>();
        foreach (var number in list.Speakers.Distinct())
        {
            var record = new BookAffected(book, number);
            if (Applies(record, version)) speakers.Add(new(record, Rank(filing, list, number), holding.Contains(number)));
        }

        return Speaking.Of(speakers, filing.Keys.Distribution, list.Keys.ConvertAll(key => new BookKey(book, key).Ecosystem));
    }

    /// <summary>Looks up what the package would match if it had another version.</summary>
    internal void Find(Package package, string version, MatchList into)
    {
        into.Clear();
        if (FilingOf(package) is { } filing && filing.Keys.TryFile(package, out var name, out string _)) Find(filing, filing.Keys.File(package, name, version), into);
    }

    private void Find(Filing filing, in FiledVersion package, MatchList into)
    {
        var scheme = filing.Keys.Ecosystem.Versions;
        foreach (var ecosystem in filing.Numbers)
        {
            if (ecosystem < 0 || book.FindKey(ecosystem, package.Name) is not (>= 0 and var key)) continue;
            into.Keys.Add(key);
            into.RangesTried += book.AddHits(key, package.Version, scheme, into.Hits, before);
        }

        if (into.Hits.Count == 0) return;
        // What is withdrawn now is not counted among those that contest a key.
        if (into.Keys.Count == 1 && before is null && !book.IsContested(into.Keys[0])) KeepEach(package, into);
        else Decide(filing, package, into);
    }

    /// <summary>Every record speaks of vulnerabilities of its own: each that holds is a match.</summary>
    private void KeepEach(in FiledVersion package, MatchList list)
    {
        var hits = CollectionsMarshal.AsSpan(list.Hits);
        var kept = 0;
        foreach (var hit in hits)
        {
            if (hit.NotAffected || (hit.Limited && !Applies(new(book, hit.Affected), package))) continue;
            list.Matches.Add(new(kept, 1, 1));
            hits[kept++] = hit;
        }

        CollectionsMarshal.SetCount(list.Hits, kept);
    }

    private void Decide(Filing filing, in FiledVersion package, MatchList list)
    {
        list.Ranked.Clear();
        foreach (var hit in list.Hits)
        {
            if (hit.Limited && !Applies(new(book, hit.Affected), package)) continue;
            list.Ranked.Add((((ulong)(uint)hit.Vulnerability << 32) | (uint)Rank(filing, list, hit.Affected), hit));
        }

        list.Ranked.Sort(static (a, b) => a.Order != b.Order ? a.Order.CompareTo(b.Order) : a.Hit.Affected != b.Hit.Affected ? a.Hit.Affected.CompareTo(b.Hit.Affected) : a.Hit.Range.CompareTo(b.Hit.Range));
        list.Hits.Clear();
        var ranked = CollectionsMarshal.AsSpan(list.Ranked);
        while (!ranked.IsEmpty)
        {
            var vulnerability = ranked[0].Hit.Vulnerability;
            var count = 1;
            while (count < ranked.Length && ranked[count].Hit.Vulnerability == vulnerability) count++;
            Decide(filing, package, vulnerability, ranked[..count], list);
            ranked = ranked[count..];
        }
    }

    private void Decide(Filing filing, in FiledVersion package, int vulnerability, ReadOnlySpan<(ulong Order, BookHit Hit)> ranked, MatchList list)
    {
        list.Speakers.Clear();
        foreach (var key in list.Keys) book.AddSpeakers(key, vulnerability, list.Speakers, before);

        var best = int.MaxValue;
        foreach (var speaker in list.Speakers)
        {
            if (Rank(filing, list, speaker) is var rank && rank < best && Applies(new(book, speaker), package)) best = rank;
        }

        foreach (var speaker in list.Speakers)
        {
            if (Rank(filing, list, speaker) == best && IsAlwaysNotAffected(new(book, speaker)) && Applies(new(book, speaker), package)) return;
        }

        var first = list.Hits.Count;
        var deciding = 0;
        foreach (var (order, hit) in ranked)
        {
            var decides = (int)(uint)order == best;
            if (decides && hit.NotAffected)
            {
                CollectionsMarshal.SetCount(list.Hits, first);
                return;
            }

            if (hit.NotAffected) continue;
            if (decides) deciding++;
            list.Hits.Add(hit);
        }

        if (deciding > 0) list.Matches.Add(new(first, list.Hits.Count - first, deciding));
        else CollectionsMarshal.SetCount(list.Hits, first);
    }

    private static bool IsAlwaysNotAffected(BookAffected record) => record.Status == AffectedStatus.NotAffected && record.HoldsForAll;

    /// <summary>The source first, then how exact the key is.</summary>
    private int Rank(Filing filing, MatchList list, int affected)
    {
        if (filing.Keys.Distribution is null) return 0;
        var exact = 0;
        while (exact < list.Keys.Count && !book.IsFiled(list.Keys[exact], affected)) exact++;
        return (filing.SourceRanks[book.SourceOf(affected)] << 8) | exact;
    }

    private Filing? FilingOf(Package package)
    {
        if (distribution is null || distribution.PackageType != package.Type || distribution.PocketOf(package) is not { } pocket) return FilingOf(package.Type);
        if (!ofPockets.TryGetValue((package.Type, pocket), out var filing))
        {
            filing = FilingOf(keys.For(package.Type, os, pocket));
            ofPockets.Add((package.Type, pocket), filing);
        }

        return filing;
    }

    private Filing? FilingOf(string type)
    {
        if (!filings.TryGetValue(type, out var filing)) filings.Add(type, filing = FilingOf(keys.For(type, os)));
        return filing;
    }

    private Filing? FilingOf(in FiledVersion version)
    {
        if (!filed.TryGetValue(version.Ecosystems, out var filing)) filed.Add(version.Ecosystems, filing = FilingOf(keys.ForEcosystems(version.Ecosystems)));
        return filing;
    }

    private Filing? FilingOf(TypeKeys? found) => found is null ? null : new(found, [.. found.AdvisoryEcosystems.Select(book.EcosystemNumber)], SourceOrder.Ranks(sources, found.Distribution?.Family ?? ""));

    /// <summary>Whether a modularity label, <c>name:stream:version:context</c>, is of a module and stream.</summary>
    private static bool IsOfModule(string? label, string module) =>
        label is not null && label.StartsWith(module, StringComparison.Ordinal) && (label.Length == module.Length || label[module.Length] == ':');

    /// <param name="Numbers">The book's number of each advisory ecosystem, or -1.</param>
    /// <param name="SourceRanks">The rank of each of the book's sources.</param>
    private sealed record Filing(TypeKeys Keys, int[] Numbers, int[] SourceRanks);
}
