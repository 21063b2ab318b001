using System.Numerics;
using Vidimus.Model.Advisories;
using Vidimus.Model.Versions;

namespace Vidimus.Advisories;

/// <summary>Files the records of a draft under their keys and turns their ranges into intervals between the key's borders, so that a look-up compares a version a few times and then counts.</summary>
internal sealed class KeyCompiler(BookCompiler book, BookDraft draft)
{
    private const int Everything = int.MaxValue;
    private const int Beginning = int.MinValue;

    private readonly List<Filed> filed = [];
    private readonly List<AffectedRow> affected = [];
    private readonly List<RangeRow> ranges = [];
    private readonly List<EventRow> events = [];
    private readonly List<IntervalRow> intervals = [];
    private readonly List<ListedRow> listed = [];
    private readonly List<PairRow> pairs = [];

    /// <summary>Files a record.</summary>
    /// <param name="number">Its number in the draft.</param>
    /// <param name="advisory">The lasting number of its advisory.</param>
    /// <param name="live">The vulnerabilities that it can be a match for: none when it is withdrawn.</param>
    public void Add(int number, int advisory, int source, int[] live) => filed.Add(new(number, advisory, source, live));

    public void AddTo(BookOutput output, int advisories, out List<int>?[] affectedOf)
    {
        // OrderBy is stable: records of one key stay in the order of their advisories.
        var groups = filed.GroupBy(f => (draft.Affected[f.Number].Ecosystem, draft.Affected[f.Number].Name))
            .OrderBy(g => draft.Strings[g.Key.Ecosystem], StringComparer.Ordinal).ThenBy(g => draft.Strings[g.Key.Name], StringComparer.Ordinal).ToArray();
        var ecosystems = groups.Select(g => g.Key.Ecosystem).Distinct().ToList();
        var ecosystemNumbers = ecosystems.Select((e, i) => (e, i)).ToDictionary(x => x.e, x => x.i);

        affectedOf = new List<int>?[advisories];
        var rows = new List<KeyRow>(groups.Length);
        foreach (var group in groups)
        {
            foreach (var (record, i) in group.Select((r, i) => (r, i))) (affectedOf[record.Advisory] ??= []).Add(affected.Count + i);
            rows.Add(Key(rows.Count, ecosystemNumbers[group.Key.Ecosystem], group.Key.Name, draft.Scheme(group.Key.Ecosystem), [.. group]));
        }

        output.Add(Section.Ecosystems, ecosystems.Select(book.String).ToList());
        output.Add(Section.Keys, rows);
        output.Add(Section.KeyBuckets, Buckets(rows));
        output.Add(Section.Affected, affected);
        output.Add(Section.Ranges, ranges);
        output.Add(Section.Events, events);
        output.Add(Section.Intervals, intervals);
        output.Add(Section.ListedVersions, listed);
        output.Add(Section.Pairs, pairs);
    }

    private KeyRow Key(int number, int ecosystem, int name, IVersionScheme? scheme, Filed[] records)
    {
        var borders = Borders(records, scheme, out var positions);
        var first = affected.Count;
        var found = new List<IntervalRow>();
        var traits = KeyTraits.None;
        foreach (var record in records)
        {
            var before = found.Count;
            AddRecord(number, record, scheme, positions, found);
            if (Overlap(found, before)) traits = KeyTraits.Contested;
        }

        var pairSlice = AddPairs(records, first);
        if (HasRepeated(pairSlice)) traits = KeyTraits.Contested;
        return new(
            BookHash.Of(ecosystem, draft.Strings[name]), ecosystem, book.String(name), traits, book.Integers([.. borders.Select(book.String)]),
            AddIntervals(found.Where(i => i.Start == Beginning).OrderByDescending(i => i.End).ThenBy(i => i.Affected).ThenBy(i => i.Range)),
            AddIntervals(found.Where(i => i.Start != Beginning).OrderBy(i => i.Start).ThenBy(i => i.Affected).ThenBy(i => i.Range)),
            AddListed(records, first), new(first, records.Length), pairSlice);
    }

    /// <summary>The distinct versions at which ranges of a key begin or end, ascending, and where each spelling of one stands.</summary>
    private List<int> Borders(Filed[] records, IVersionScheme? scheme, out Dictionary<int, int> positions)
    {
        positions = [];
        if (scheme is null) return [];

        var versions = new HashSet<int>();
        foreach (var range in records.SelectMany(r => RangesOf(r.Number)).Where(r => r.Readable != 0))
        {
            for (var i = 0; i < range.Events.Count; i++)
            {
                var row = draft.Events[range.Events.First + i];
                if (!OsvRanges.IsOpen((RangeEventKind)row.Kind, draft.Strings[row.Version])) versions.Add(row.Version);
            }
        }

        var sorted = versions.ToArray();
        Array.Sort(sorted, (a, b) => scheme.Compare(draft.Strings[a], draft.Strings[b]) is not 0 and var order ? order : string.CompareOrdinal(draft.Strings[a], draft.Strings[b]));
        var borders = new List<int>(sorted.Length);
        foreach (var version in sorted)
        {
            if (borders.Count == 0 || scheme.Compare(draft.Strings[borders[^1]], draft.Strings[version]) != 0) borders.Add(version);
            positions.Add(version, 2 * (borders.Count - 1));
        }

        return borders;
    }

    private void AddRecord(int key, Filed record, IVersionScheme? scheme, Dictionary<int, int> positions, List<IntervalRow> found)
    {
        var row = draft.Affected[record.Number];
        var limited = row.Architectures.Count > 0 || row.Module >= 0;
        var traits = (limited ? IntervalRow.Limited : 0) | (row.Status == AffectedStatus.NotAffected ? IntervalRow.NotAffected : 0) | (record.Source << IntervalRow.SourceShift);
        var vulnerability = record.Live.Length == 1 ? record.Live[0] : -1;
        var firstRange = ranges.Count;
        foreach (var range in RangesOf(record.Number))
        {
            var sorted = scheme is { IsTransitive: false } ? SortedByPairs(range, scheme) : Sorted(range, positions);
            if (range.Readable != 0 && scheme is not null && record.Live.Length > 0)
            {
                // Under an order with circles an interval says nothing but that the range is there to be judged.
                foreach (var (start, end) in scheme.IsTransitive ? Intervals(sorted) : [(Beginning, Everything)]) found.Add(new(start, end, vulnerability, affected.Count, ranges.Count, traits));
            }

            ranges.Add(new(new(events.Count, sorted.Length), range.Readable));
            foreach (var (kind, _, version) in sorted) events.Add(new((int)kind, book.String(version)));
        }

        affected.Add(new(
            key, record.Advisory, (int)row.Status, row.Module < 0 ? -1 : book.String(row.Module), book.Strings(row.Architectures), book.Ratings(row.Ratings),
            new(firstRange, ranges.Count - firstRange), book.Strings(row.Versions)));
    }

    private IEnumerable<RangeRow> RangesOf(int number)
    {
        var slice = draft.Affected[number].Ranges;
        for (var i = 0; i < slice.Count; i++) yield return draft.Ranges[slice.First + i];
    }

    private (RangeEventKind Kind, int Position, int Version)[] Sorted(RangeRow range, Dictionary<int, int> positions)
    {
        var all = new (RangeEventKind Kind, int Position, int Version)[range.Events.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var row = draft.Events[range.Events.First + i];
            var kind = (RangeEventKind)row.Kind;
            var open = OsvRanges.IsOpen(kind, draft.Strings[row.Version]);
            all[i] = (kind, open ? kind == RangeEventKind.Introduced ? Beginning : Everything : positions.GetValueOrDefault(row.Version, i), row.Version);
        }

        return range.Readable == 0 ? all : [.. all.OrderBy(e => e.Position).ThenBy(e => OsvRanges.Turn(e.Kind))];
    }

    /// <summary>The events of a range by comparing them with each other alone: what other ranges name must not decide where they stand when the order has circles.</summary>
    private (RangeEventKind Kind, int Position, int Version)[] SortedByPairs(RangeRow range, IVersionScheme scheme)
    {
        var all = Sorted(range with { Readable = 0 }, []);
        if (range.Readable == 0) return all;

        var sorted = new List<(RangeEventKind Kind, int Position, int Version)>(all.Length);
        foreach (var next in all)
        {
            var at = sorted.Count;
            while (at > 0 && Follows(sorted[at - 1], next)) at--;
            sorted.Insert(at, next);
        }

        return [.. sorted];

        bool Follows((RangeEventKind Kind, int Position, int Version) left, (RangeEventKind Kind, int Position, int Version) right)
        {
            var leftOpen = left.Position is Beginning or Everything;
            var rightOpen = right.Position is Beginning or Everything;
            var order = leftOpen || rightOpen ? (leftOpen ? left.Position : 0).CompareTo(rightOpen ? right.Position : 0) : scheme.Compare(draft.Strings[left.Version], draft.Strings[right.Version]);
            return order > 0 || (order == 0 && OsvRanges.Turn(left.Kind) > OsvRanges.Turn(right.Kind));
        }
    }

    /// <summary>What a range holds, as runs of positions: it can change only at an event, or right behind one.</summary>
    private static List<(int Start, int End)> Intervals((RangeEventKind Kind, int Position, int Version)[] sorted)
    {
        var steps = sorted.Select(e => (e.Kind, e.Position)).ToArray();
        var changes = new SortedSet<int> { Beginning };
        foreach (var (_, position) in steps)
        {
            if (position is Beginning or Everything) continue;
            changes.Add(position);
            changes.Add(position + 1);
        }

        var found = new List<(int, int)>();
        int? start = null;
        foreach (var at in changes)
        {
            var holds = OsvRanges.Holds(steps, at);
            if (holds) start ??= at;
            else if (start is { } from)
            {
                found.Add((from, at));
                start = null;
            }
        }

        if (start is { } open) found.Add((open, Everything));
        return found;
    }

    /// <summary>Whether two of the intervals from one on hold a version together.</summary>
    private static bool Overlap(List<IntervalRow> all, int first)
    {
        if (all.Count - first < 2) return false;
        var sorted = all.Skip(first).OrderBy(i => i.Start).ToArray();
        return sorted.Zip(sorted.Skip(1)).Any(p => p.Second.Start < p.First.End);
    }

    private Slice AddIntervals(IEnumerable<IntervalRow> rows)
    {
        var first = intervals.Count;
        intervals.AddRange(rows);
        return new(first, intervals.Count - first);
    }

    private Slice AddListed(Filed[] records, int firstAffected)
    {
        var rows = new List<(string Text, int Version, int Affected)>();
        for (var r = 0; r < records.Length; r++)
        {
            if (records[r].Live.Length == 0) continue;
            var versions = draft.Affected[records[r].Number].Versions;
            for (var i = 0; i < versions.Count; i++)
            {
                var version = draft.Integers[versions.First + i];
                rows.Add((draft.Strings[version], version, firstAffected + r));
            }
        }

        var first = listed.Count;
        listed.AddRange(rows.Distinct().OrderBy(r => r.Text, StringComparer.Ordinal).ThenBy(r => r.Affected).Select(r => new ListedRow(book.String(r.Version), r.Affected)));
        return new(first, listed.Count - first);
    }

    private Slice AddPairs(Filed[] records, int firstAffected)
    {
        var first = pairs.Count;
        pairs.AddRange(records.SelectMany((record, r) => record.Live.Select(v => new PairRow(v, firstAffected + r))).OrderBy(p => p.Vulnerability).ThenBy(p => p.Affected));
        return new(first, pairs.Count - first);
    }

    private bool HasRepeated(Slice slice)
    {
        for (var i = slice.First + 1; i < slice.First + slice.Count; i++)
        {
            if (pairs[i].Vulnerability == pairs[i - 1].Vulnerability) return true;
        }

        return false;
    }

    /// <summary>Open addressing, at most half full.</summary>
    private static List<int> Buckets(List<KeyRow> rows)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * rows.Count, 2));
        var buckets = new int[size];
        for (var i = 0; i < rows.Count; i++)
        {
            var slot = (int)rows[i].Hash & (size - 1);
            while (buckets[slot] != 0) slot = (slot + 1) & (size - 1);
            buckets[slot] = i + 1;
        }

        return [.. buckets];
    }

    private readonly record struct Filed(int Number, int Advisory, int Source, int[] Live);
}
