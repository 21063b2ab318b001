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
    private readonly List<uint> affected = [];
    private readonly ByteWriter bytes = new();
    private readonly ByteWriter records = new();
    private readonly ByteWriter intervals = new();
    private readonly List<int> places = [];
    private int rangeCount;

    /// <summary>Files a record.</summary>
    /// <param name="number">Its number in the draft.</param>
    /// <param name="advisory">The lasting number of its advisory.</param>
    /// <param name="live">The vulnerabilities that it can be a match for: none when all are rejected.</param>
    /// <param name="withdrawn">It is a match only as of a day before; it contests nothing today.</param>
    public void Add(int number, int advisory, int[] live, bool withdrawn) => filed.Add(new(number, advisory, live, withdrawn));

    /// <returns>How many ranges there are.</returns>
    public int AddTo(BookOutput output, int advisories, out List<int>?[] affectedOf)
    {
        // OrderBy is stable: records of one key stay in the order of their advisories.
        var groups = filed.GroupBy(f => (draft.Affected[f.Number].Ecosystem, draft.Affected[f.Number].Name))
            .OrderBy(g => draft.Strings[g.Key.Ecosystem], StringComparer.Ordinal).ThenBy(g => draft.Strings[g.Key.Name], StringComparer.Ordinal).ToArray();
        affectedOf = new List<int>?[advisories];
        var ecosystems = new List<EcosystemRow>();
        var rows = new List<KeyRow>(groups.Length + 1);
        var hashes = new uint[groups.Length];
        var ecosystem = -1;
        foreach (var group in groups)
        {
            if (group.Key.Ecosystem != ecosystem) ecosystems.Add(new(book.String(ecosystem = group.Key.Ecosystem), rows.Count));
            foreach (var (record, i) in group.Select((r, i) => (r, i))) (affectedOf[record.Advisory] ??= []).Add(affected.Count + i);
            hashes[rows.Count] = BookHash.Of(ecosystems.Count - 1, draft.Strings[group.Key.Name]);
            rows.Add(new(book.String(group.Key.Name), affected.Count, (uint)bytes.Length));
            AddKey(draft.Scheme(ecosystem), [.. group]);
        }

        rows.Add(new(-1, affected.Count, (uint)bytes.Length));
        output.Add(Section.Ecosystems, ecosystems);
        output.Add(Section.Keys, rows);
        output.Add(Section.KeyBuckets, Buckets(hashes));
        output.Add<byte>(Section.KeyBytes, bytes.Length, put => put(bytes.Written));
        output.Add(Section.Affected, affected);
        return rangeCount;
    }

    private void AddKey(IVersionScheme? scheme, Filed[] all)
    {
        var borders = Borders(all, scheme, out var positions);
        var numbers = borders.Select((version, i) => (version, i)).ToDictionary(b => b.version, b => b.i);
        var found = new List<Interval>();
        var contested = HasRepeated(all);
        records.Clear();
        places.Clear();
        for (var i = 0; i < all.Length; i++)
        {
            var before = found.Count;
            if (i > 0 && i % KeyBytes.PlaceEach == 0) places.Add(records.Length);
            AddRecord(i, all[i], scheme, positions, numbers, found);
            contested |= !all[i].Withdrawn && Overlap(found, before);
        }

        var listed = Listed(all);
        var fromStart = found.Where(i => i.Start == Beginning).OrderByDescending(i => i.End).ThenBy(i => i.Record).ThenBy(i => i.Range).ToArray();
        var others = found.Where(i => i.Start != Beginning).OrderBy(i => i.Start).ThenBy(i => i.Record).ThenBy(i => i.Range).ToArray();
        bytes.Put((2 * borders.Count) + (contested ? 1 : 0));
        bytes.Put(listed.Count);
        bytes.Put(fromStart.Length);
        bytes.Put(others.Length);
        AddIntervals(fromStart, others, 2 * borders.Count, out var othersAt);
        if (others.Length > 0) bytes.Put(othersAt);
        bytes.Put(records.Length);
        foreach (var border in borders) bytes.PutThree(book.String(border));
        foreach (var (version, record) in listed)
        {
            bytes.PutThree(book.String(version));
            bytes.PutThree(record);
        }

        foreach (var place in places) bytes.PutFour(place);
        bytes.Put(records.Written);
        bytes.Put(intervals.Written);
    }

    private void AddIntervals(Interval[] fromStart, Interval[] others, int beyond, out int othersAt)
    {
        intervals.Clear();
        var at = beyond;
        foreach (var interval in fromStart)
        {
            var end = Math.Min(interval.End, beyond);
            intervals.Put(at - end);
            at = end;
            AddRange(interval);
        }

        othersAt = intervals.Length;
        at = 0;
        foreach (var interval in others)
        {
            intervals.Put(interval.Start - at);
            intervals.Put(Math.Min(interval.End, beyond) - interval.Start);
            at = interval.Start;
            AddRange(interval);
        }
    }

    /// <summary>The record, twice, and one more when it is not its first range.</summary>
    private void AddRange(Interval interval)
    {
        intervals.Put((2 * interval.Record) + (interval.Range > 0 ? 1 : 0));
        if (interval.Range > 0) intervals.Put(interval.Range);
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

    private void AddRecord(int number, Filed record, IVersionScheme? scheme, Dictionary<int, int> positions, Dictionary<int, int> borders, List<Interval> found)
    {
        var row = draft.Affected[record.Number];
        var ranges = RangesOf(record.Number).Select(range => (Events: scheme is { IsTransitive: false } ? SortedByPairs(range, scheme) : Sorted(range, positions), range.Readable)).ToArray();
        rangeCount += ranges.Length;
        for (var i = 0; i < ranges.Length; i++)
        {
            if (ranges[i].Readable == 0 || scheme is null || record.Live.Length == 0) continue;
            // Under an order with circles an interval says nothing but that the range is there to be judged.
            foreach (var (start, end) in scheme.IsTransitive ? Intervals(ranges[i].Events) : [(Beginning, Everything)]) found.Add(new(start, end, number, i));
        }

        var form = Form(ranges, borders);
        if (form == RangeForm.Before) records.Put(borders[ranges[0].Events[1].Version]);
        if (form == RangeForm.Spelled) AddSpelled(ranges, borders);
        var limited = row.Architectures.Count > 0 || row.Module >= 0;
        var hasMore = limited || row.Ratings.Count > 0 || row.Versions.Count > 0;
        if (hasMore)
        {
            records.Put(row.Module < 0 ? 0 : book.String(row.Module) + 1);
            book.PutStrings(row.Architectures, records);
            book.PutRatings(row.Ratings, records);
            book.PutStrings(row.Versions, records);
        }

        if (record.Advisory > ByteReader.MostInThree) throw new InvalidOperationException("A book holds 16 million advisories at most.");
        affected.Add(((uint)record.Advisory << AffectedTraits.Bits) | (uint)row.Status | (limited ? AffectedTraits.Limited : 0) | (hasMore ? AffectedTraits.HasMore : 0) | ((uint)form << AffectedTraits.FormShift));
    }

    private RangeForm Form(((RangeEventKind Kind, int Position, int Version)[] Events, int Readable)[] ranges, Dictionary<int, int> borders)
    {
        if (ranges.Length == 0) return RangeForm.None;
        if (ranges.Length > 1 || ranges[0].Readable == 0 || ranges[0].Events is not [var first, ..] || first.Kind != RangeEventKind.Introduced || draft.Strings[first.Version] != "0") return RangeForm.Spelled;
        if (ranges[0].Events.Length == 1) return RangeForm.All;
        return ranges[0].Events is [_, { Kind: RangeEventKind.Fixed } end] && borders.ContainsKey(end.Version) ? RangeForm.Before : RangeForm.Spelled;
    }

    private void AddSpelled(((RangeEventKind Kind, int Position, int Version)[] Events, int Readable)[] ranges, Dictionary<int, int> borders)
    {
        records.Put(ranges.Length);
        foreach (var (events, readable) in ranges)
        {
            records.Put((2 * events.Length) + readable);
            foreach (var (kind, _, version) in events)
            {
                var isBorder = borders.TryGetValue(version, out var number);
                records.Put(((isBorder ? number : book.String(version)) << EventCode.Shift) | (isBorder ? EventCode.IsBorder : 0) | (int)kind);
            }
        }
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
    private static bool Overlap(List<Interval> all, int first)
    {
        if (all.Count - first < 2) return false;
        var sorted = all.Skip(first).OrderBy(i => i.Start).ToArray();
        return sorted.Zip(sorted.Skip(1)).Any(p => p.Second.Start < p.First.End);
    }

    private List<(int Version, int Record)> Listed(Filed[] all)
    {
        var rows = new List<(string Text, int Version, int Record)>();
        for (var r = 0; r < all.Length; r++)
        {
            if (all[r].Live.Length == 0) continue;
            var versions = draft.Affected[all[r].Number].Versions;
            for (var i = 0; i < versions.Count; i++)
            {
                var version = draft.Integers[versions.First + i];
                rows.Add((draft.Strings[version], version, r));
            }
        }

        return [.. rows.Distinct().OrderBy(r => r.Text, StringComparer.Ordinal).ThenBy(r => r.Record).Select(r => (r.Version, r.Record))];
    }

    private static bool HasRepeated(Filed[] all)
    {
        var seen = new HashSet<int>();
        return all.Any(record => !record.Withdrawn && record.Live.Any(vulnerability => !seen.Add(vulnerability)));
    }

    /// <summary>Open addressing, at most two thirds full.</summary>
    private static List<int> Buckets(uint[] hashes)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(3 * (long)hashes.Length / 2, 2));
        var buckets = new int[size];
        for (var i = 0; i < hashes.Length; i++)
        {
            var slot = (int)hashes[i] & (size - 1);
            while (buckets[slot] != 0) slot = (slot + 1) & (size - 1);
            buckets[slot] = i + 1;
        }

        return [.. buckets];
    }

    private readonly record struct Filed(int Number, int Advisory, int[] Live, bool Withdrawn);

    /// <param name="Record">Its place among the key's.</param>
    /// <param name="Range">Its place among the record's.</param>
    private readonly record struct Interval(int Start, int End, int Record, int Range);
}
