using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Matching.Tests;

/// <summary>The rules of matching written out over the records themselves, without a book: slow, plain, and sharing nothing with it but the keys and the version orders.</summary>
public sealed class NaiveMatcher
{
    private readonly MatchKeys keys;
    private readonly Dictionary<MatchKey, List<Filed>> byKey = [];
    private readonly Dictionary<string, HashSet<string>> neighbours = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> groupOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Advisory>> notices = new(StringComparer.Ordinal);
    private readonly HashSet<string> rejected;

    public NaiveMatcher(IReadOnlyList<(string Source, FeedRecord Record)> records, MatchKeys keys)
    {
        this.keys = keys;
        rejected = records.Select(r => r.Record).OfType<CveRecord>().Where(c => c.Rejected).Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var advisories = records.Where(r => r.Record is Advisory).Select(r => (r.Source, Advisory: (Advisory)r.Record)).ToList();
        var newest = advisories.GroupBy(a => (a.Source, a.Advisory.Id)).ToDictionary(g => g.Key, g => g.Max(a => a.Advisory.Modified ?? DateTimeOffset.MinValue));
        var live = advisories.Where(a => (a.Advisory.Modified ?? DateTimeOffset.MinValue) == newest[(a.Source, a.Advisory.Id)]).ToList();
        foreach (var (_, advisory) in live)
        {
            if (advisory.Upstream.Count > 0) (notices.TryGetValue(advisory.Id, out var same) ? same : notices[advisory.Id] = []).Add(advisory);
            if (advisory.Withdrawn is not null) continue;
            foreach (var alias in advisory.Aliases)
            {
                Neighbours(advisory.Id).Add(alias);
                Neighbours(alias).Add(advisory.Id);
            }
        }

        foreach (var (source, advisory) in live.Where(a => a.Advisory.Withdrawn is null))
        {
            var told = Told(advisory);
            foreach (var affected in advisory.Affected)
            {
                var key = keys.Of(affected.Ecosystem, affected.Name);
                (byKey.TryGetValue(key, out var filed) ? filed : byKey[key] = []).Add(new(source, affected, told));
            }
        }
    }

    public IReadOnlyCollection<MatchKey> Keys => byKey.Keys;

    public IEnumerable<string> VersionsOf(MatchKey key) => byKey[key].SelectMany(f => f.Affected.Ranges).SelectMany(r => r.Events).Select(e => e.Version).Concat(byKey[key].SelectMany(f => f.Affected.Versions)).Distinct();

    /// <summary>One id, of any group it belongs to: for comparing.</summary>
    public string Group(string id)
    {
        if (groupOf.TryGetValue(id, out var known)) return known;
        var members = Members(id);
        var first = members.Min(StringComparer.Ordinal)!;
        foreach (var member in members) groupOf[member] = first;
        return first;
    }

    private HashSet<string> Members(string id)
    {
        var members = new HashSet<string>(StringComparer.Ordinal) { id };
        var waiting = new Queue<string>([id]);
        while (waiting.TryDequeue(out var next))
        {
            foreach (var other in neighbours.GetValueOrDefault(next) ?? []) if (members.Add(other)) waiting.Enqueue(other);
        }

        return members;
    }

    /// <summary>The groups that a package matches.</summary>
    public SortedSet<string> Match(Package package, OsRelease? os)
    {
        var ecosystem = keys.Ecosystem(package.Type)!;
        var candidates = keys.Of(package, os);
        var speaking = new List<(string Group, int Rank, bool Not, bool Holds)>();
        for (var i = 0; i < candidates.Count; i++)
        {
            foreach (var filed in byKey.GetValueOrDefault(candidates[i].Key) ?? [])
            {
                var rank = ecosystem.IsOs ? (filed.Source is "osv" ? 100 : 0) + i : 0;
                var not = filed.Affected.Status == AffectedStatus.NotAffected;
                var holds = Holds(filed.Affected, candidates[i].Version, ecosystem) || (not && filed.Affected.Ranges.Count == 0 && filed.Affected.Versions.Count == 0);
                speaking.AddRange(filed.Told.Select(group => (group, rank, not, holds)));
            }
        }

        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var group in speaking.GroupBy(s => s.Group).Where(g => !IsRejected(g.Key)))
        {
            var best = group.Where(s => s.Rank == group.Min(o => o.Rank)).ToList();
            if (best.Exists(s => s.Holds) && !best.Exists(s => s.Not && s.Holds)) found.Add(group.Key);
        }

        return found;
    }

    /// <summary>OSV's schema, "Evaluation": named by itself, or inside any range.</summary>
    private static bool Holds(Affected affected, string version, Ecosystem ecosystem) =>
        affected.Versions.Any(v => (ecosystem.NormalizeVersion(v) ?? v) == version) || affected.Ranges.Any(r => Holds(r, version, ecosystem));

    private static bool Holds(VersionRange range, string version, Ecosystem ecosystem)
    {
        var order = ecosystem.Versions;
        if (!order.IsValid(version)) return false;
        var events = new List<(RangeEventKind Kind, string? Version)>();
        foreach (var (kind, text) in range.Events)
        {
            if ((kind, text) is (RangeEventKind.Introduced, "0") or (RangeEventKind.Limit, "*")) events.Add((kind, null));
            else if (ecosystem.NormalizeVersion(text) is { } normal && order.IsValid(normal)) events.Add((kind, normal));
            else return false;
        }

        if (events.Exists(e => e.Kind == RangeEventKind.Limit) && !events.Exists(e => e.Kind == RangeEventKind.Limit && (e.Version is null || order.Compare(version, e.Version) < 0))) return false;

        var sorted = events.Where(e => e.Kind != RangeEventKind.Limit).ToList();
        sorted.Sort((a, b) => (a.Version, b.Version) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            var (x, y) => order.Compare(x, y) is not 0 and var c ? c : Turn(a.Kind) - Turn(b.Kind),
        });
        var affected = false;
        foreach (var (kind, at) in sorted)
        {
            var sign = at is null ? 1 : order.Compare(version, at);
            if (kind == RangeEventKind.Introduced && sign >= 0) affected = true;
            else if (kind == RangeEventKind.IntroducedAfter && sign > 0) affected = true;
            else if (kind == RangeEventKind.Fixed && sign >= 0) affected = false;
            else if (kind == RangeEventKind.LastAffected && sign > 0) affected = false;
        }

        return affected;
    }

    private static int Turn(RangeEventKind kind) => kind switch { RangeEventKind.Introduced => 0, RangeEventKind.LastAffected => 1, RangeEventKind.Fixed => 2, _ => 3 };

    private HashSet<string> Neighbours(string id) => neighbours.TryGetValue(id, out var all) ? all : neighbours[id] = new(StringComparer.Ordinal);

    private bool IsRejected(string group)
    {
        if (rejected.Count == 0) return false;
        var cves = Members(group).Where(id => id.StartsWith("CVE-", StringComparison.Ordinal)).ToList();
        return cves.Count > 0 && cves.TrueForAll(rejected.Contains);
    }

    private string[] Told(Advisory advisory)
    {
        if (advisory.Upstream.Count == 0) return [Group(advisory.Id)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>(advisory.Upstream);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        while (waiting.TryDequeue(out var id))
        {
            if (!seen.Add(id)) continue;
            if (notices.TryGetValue(id, out var further)) foreach (var next in further.SelectMany(n => n.Upstream)) waiting.Enqueue(next);
            else found.Add(Group(id));
        }

        return found.Count > 0 ? [.. found] : [Group(advisory.Id)];
    }

    private sealed record Filed(string Source, Affected Affected, string[] Told);
}
