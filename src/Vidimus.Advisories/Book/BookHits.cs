using Vidimus.Model.Advisories;
using Vidimus.Model.Versions;

namespace Vidimus.Advisories;

/// <summary>A record that holds for a version.</summary>
/// <param name="Vulnerability">The number of the vulnerability.</param>
/// <param name="Affected">The number of the record.</param>
/// <param name="Range">The number of the range that holds; -1 when the version is named by itself, or the record holds for every version.</param>
/// <param name="Source">The number of the record's source, in the order of <see cref="Book.Sources"/>.</param>
/// <param name="NotAffected">The record says that the version is not affected.</param>
/// <param name="Limited">The record holds only for some architectures or a module.</param>
public readonly record struct BookHit(int Vulnerability, int Affected, int Range, byte Source, bool NotAffected, bool Limited);

// The look-ups of matching: nothing here allocates but the list's own growth.
public sealed partial class Book
{
    /// <summary>The number of an advisory ecosystem; -1 when nothing is filed under it.</summary>
    public int EcosystemNumber(string ecosystem)
    {
        for (var i = 0; i < ecosystems.Count; i++)
        {
            if (Text(ecosystems[i]).SequenceEqual(ecosystem)) return i;
        }

        return -1;
    }

    /// <summary>The number of the key of a name, in its normal form, in an ecosystem; -1 when there is none.</summary>
    public int FindKey(int ecosystem, ReadOnlySpan<char> name)
    {
        if (keyBuckets.Count == 0) return -1;
        var mask = keyBuckets.Count - 1;
        var hash = BookHash.Of(ecosystem, name);
        var slot = (int)hash & mask;
        for (var tries = 0; tries <= mask; tries++, slot = (slot + 1) & mask)
        {
            var number = keyBuckets[slot] - 1;
            if (number < 0) return -1;
            ref readonly var row = ref keys[number];
            if (row.Hash == hash && row.Ecosystem == ecosystem && Text(row.Name).SequenceEqual(name)) return number;
        }

        return -1;
    }

    /// <summary>Whether several records of a key may speak of one vulnerability.</summary>
    public bool IsContested(int key) => keys[key].Traits.HasFlag(KeyTraits.Contested);

    /// <summary>Adds the records of a key that hold for a version, and tells how many ranges were looked at.</summary>
    /// <param name="scheme">The order of the key's ecosystem.</param>
    /// <param name="version">In its normal form. One that the scheme refuses is looked for by its text alone.</param>
    public int AddHits(int key, ReadOnlySpan<char> version, IVersionScheme scheme, List<BookHit> into)
    {
        ref readonly var row = ref keys[key];
        var tried = 0;
        if (row.FromStart.Count + row.Others.Count > 0 && scheme.IsValid(version) && !scheme.IsTransitive)
        {
            var first = into.Count;
            tried = AddOneByOne(intervals[row.FromStart], version, scheme, into, first) + AddOneByOne(intervals[row.Others], version, scheme, into, first);
        }
        else if (row.FromStart.Count + row.Others.Count > 0 && scheme.IsValid(version))
        {
            var position = Position(integers[row.Borders], version, scheme);
            foreach (ref readonly var interval in intervals[row.FromStart])
            {
                tried++;
                if (interval.End <= position) break;
                Add(interval, into);
            }

            foreach (ref readonly var interval in intervals[row.Others])
            {
                tried++;
                if (interval.Start > position) break;
                if (position < interval.End) Add(interval, into);
            }
        }

        if (row.Listed.Count > 0) AddListed(listed[row.Listed], version, into);
        return tried;
    }

    /// <summary>Adds the numbers of all records of a key that speak of a vulnerability, whether they hold or not; withdrawn ones are not among them.</summary>
    public void AddSpeakers(int key, int vulnerability, List<int> into)
    {
        var rows = pairs[keys[key].Pairs];
        int low = 0, high = rows.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (rows[middle].Vulnerability < vulnerability) low = middle + 1;
            else high = middle;
        }

        for (; low < rows.Length && rows[low].Vulnerability == vulnerability; low++) into.Add(rows[low].Affected);
    }

    /// <summary>The number of the source of a record.</summary>
    public int SourceOf(int affectedNumber) => advisories[affected[affectedNumber].Advisory].Source;

    internal string SourceName(int source) => String(sources[source].Name);

    /// <summary>For an order that is not transitive, where a place among the borders would say nothing: each range is evaluated by its own events.</summary>
    private int AddOneByOne(ReadOnlySpan<IntervalRow> rows, ReadOnlySpan<char> version, IVersionScheme scheme, List<BookHit> into, int first)
    {
        var tried = 0;
        foreach (ref readonly var interval in rows)
        {
            var (affectedNumber, range) = (interval.Affected, interval.Range);
            var known = false;
            for (var i = first; i < into.Count && !known; i++) known = into[i].Affected == affectedNumber && into[i].Range == range;
            if (known) continue; // a range of several runs has an interval for each
            tried++;
            if (Holds(events[ranges[range].Events], version, scheme)) Add(interval, into);
        }

        return tried;
    }

    /// <summary>OSV's evaluation by comparing with each event; they stand in the order of their versions.</summary>
    private bool Holds(ReadOnlySpan<EventRow> rows, ReadOnlySpan<char> version, IVersionScheme scheme)
    {
        bool holds = false, limited = false, below = false;
        foreach (ref readonly var row in rows)
        {
            var kind = (RangeEventKind)row.Kind;
            var text = Text(row.Version);
            var order = kind is RangeEventKind.Introduced && text is "0" ? 1 : kind is RangeEventKind.Limit && text is "*" ? -1 : scheme.Compare(version, text);
            switch (kind)
            {
                case RangeEventKind.Introduced when order >= 0:
                    holds = true;
                    break;
                case RangeEventKind.IntroducedAfter when order > 0:
                    holds = true;
                    break;
                case RangeEventKind.Fixed when order >= 0:
                case RangeEventKind.LastAffected when order > 0:
                    holds = false;
                    break;
                case RangeEventKind.Limit:
                    limited = true;
                    below |= order < 0;
                    break;
            }
        }

        return holds && (!limited || below);
    }

    /// <summary>Where a version stands among the borders: on border i at 2i, before it at 2i − 1.</summary>
    private int Position(ReadOnlySpan<int> borders, ReadOnlySpan<char> version, IVersionScheme scheme)
    {
        int low = 0, high = borders.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = scheme.Compare(Text(borders[middle]), version);
            if (order == 0) return 2 * middle;
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return (2 * low) - 1;
    }

    private void Add(in IntervalRow interval, List<BookHit> into)
    {
        var hit = new BookHit(
            interval.Vulnerability, interval.Affected, interval.Range, (byte)(interval.Traits >> IntervalRow.SourceShift),
            (interval.Traits & IntervalRow.NotAffected) != 0, (interval.Traits & IntervalRow.Limited) != 0);
        if (hit.Vulnerability >= 0) into.Add(hit);
        else AddEach(hit, into);
    }

    /// <summary>A notice of several vulnerabilities: a hit for each.</summary>
    private void AddEach(BookHit hit, List<BookHit> into)
    {
        foreach (var vulnerability in integers[advisories[affected[hit.Affected].Advisory].Vulnerabilities])
        {
            if (vulnerabilities[vulnerability].Rejected == 0) into.Add(hit with { Vulnerability = vulnerability });
        }
    }

    private void AddListed(ReadOnlySpan<ListedRow> rows, ReadOnlySpan<char> version, List<BookHit> into)
    {
        int low = 0, high = rows.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Text(rows[middle].Version).SequenceCompareTo(version) < 0) low = middle + 1;
            else high = middle;
        }

        for (; low < rows.Length && Text(rows[low].Version).SequenceEqual(version); low++)
        {
            ref readonly var row = ref affected[rows[low].Affected];
            AddEach(new(-1, rows[low].Affected, -1, (byte)advisories[row.Advisory].Source, row.Status == (int)AffectedStatus.NotAffected, row.Architectures.Count > 0 || row.Module >= 0), into);
        }
    }
}
