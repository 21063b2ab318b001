using Vidimus.Model.Advisories;
using Vidimus.Model.Versions;

namespace Vidimus.Advisories;

/// <summary>A record that holds for a version.</summary>
/// <param name="Vulnerability">The number of the vulnerability.</param>
/// <param name="Affected">The number of the record.</param>
/// <param name="Range">The place of the range that holds among the record's; -1 when the version is named by itself, or the record holds for every version.</param>
/// <param name="Source">The number of the record's source, in the order of <see cref="Book.Sources"/>.</param>
/// <param name="NotAffected">The record says that the version is not affected.</param>
/// <param name="Limited">The record holds only for some architectures or a module.</param>
public readonly record struct BookHit(int Vulnerability, int Affected, int Range, byte Source, bool NotAffected, bool Limited);

// The look-ups of matching: nothing here allocates but the list's own growth.
public sealed partial class Book
{
    /// <summary>No time: what speaks now.</summary>
    private const long Now = long.MaxValue;

    /// <summary>The number of an advisory ecosystem; -1 when nothing is filed under it.</summary>
    public int EcosystemNumber(string ecosystem)
    {
        Span<char> buffer = stackalloc char[TextBuffer];
        for (var i = 0; i < ecosystems.Count; i++)
        {
            if (Text(ecosystems[i].Name, buffer).SequenceEqual(ecosystem)) return i;
        }

        return -1;
    }

    /// <summary>The number of the key of a name, in its normal form, in an ecosystem; -1 when there is none.</summary>
    public int FindKey(int ecosystem, ReadOnlySpan<char> name)
    {
        if (keyBuckets.Count == 0) return -1;
        var (first, end) = (ecosystems[ecosystem].FirstKey, ecosystem + 1 < ecosystems.Count ? ecosystems[ecosystem + 1].FirstKey : KeyCount);
        Span<char> buffer = stackalloc char[TextBuffer];
        var mask = keyBuckets.Count - 1;
        var hash = BookHash.Of(ecosystem, name);
        var slot = (int)hash & mask;
        for (var tries = 0; tries <= mask; tries++, slot = (slot + 1) & mask)
        {
            var number = keyBuckets[slot] - 1;
            if (number < 0) return -1;
            if (number >= first && number < end && Text(keys[number].Name, buffer).SequenceEqual(name)) return number;
        }

        return -1;
    }

    /// <summary>Whether several records of a key may speak of one vulnerability.</summary>
    public bool IsContested(int key) => BytesOf(key).IsContested;

    /// <summary>Adds the records of a key that hold for a version, and tells how many ranges were looked at.</summary>
    /// <param name="scheme">The order of the key's ecosystem.</param>
    /// <param name="version">In its normal form. One that the scheme refuses is looked for by its text alone.</param>
    /// <param name="before">Only what spoke right before this time; null for what speaks now. See <see cref="Speaks"/>.</param>
    public int AddHits(int key, ReadOnlySpan<char> version, IVersionScheme scheme, List<BookHit> into, DateTimeOffset? before = null)
    {
        var end = before?.UtcTicks ?? Now;
        var bytes = BytesOf(key);
        var firstAffected = keys[key].FirstAffected;
        var tried = 0;
        if (bytes.FromStartCount + bytes.OtherCount > 0 && scheme.IsValid(version))
        {
            var position = scheme.IsTransitive ? Position(bytes, version, scheme) : 0;
            tried = scheme.IsTransitive ? AddByPosition(bytes, firstAffected, position, into, end) : AddOneByOne(bytes, firstAffected, version, scheme, into, end);
        }

        if (bytes.ListedCount > 0) AddListed(bytes, firstAffected, version, into, end);
        return tried;
    }

    /// <summary>Adds the numbers of all records of a key that speak of a vulnerability, whether they hold or not; withdrawn ones are not among them.</summary>
    /// <param name="before">Only what spoke right before this time; null for what speaks now.</param>
    public void AddSpeakers(int key, int vulnerability, List<int> into, DateTimeOffset? before = null)
    {
        var end = before?.UtcTicks ?? Now;
        if (vulnerabilities[vulnerability].Rejected) return;
        var slice = Records(key);
        var reader = new ByteReader(From(vulnerabilityBytes, vulnerabilities[vulnerability].Lists >> 1));
        var advisory = 0;
        var low = slice.First;
        for (var rest = reader.Count(); rest > 0; rest--)
        {
            advisory += reader.Number();
            var high = slice.First + slice.Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (AdvisoryOf(middle) < advisory) low = middle + 1;
                else high = middle;
            }

            for (; low < slice.First + slice.Count && AdvisoryOf(low) == advisory; low++)
            {
                if (SpeaksBefore(advisory, vulnerability, end)) into.Add(low);
            }
        }
    }

    /// <summary>Whether an advisory had been published, and was not yet withdrawn, right before a time: null for now, when all that are not withdrawn speak.</summary>
    /// <remarks>One without a day of its own (Debian's and Alpine's trackers) has that of the vulnerability, the earliest that any statement about it gives; when nobody gives one either, the first of its CVE id's year; without that it has always spoken.</remarks>
    public bool Speaks(int advisory, int vulnerability, DateTimeOffset? before) => SpeaksBefore(advisory, vulnerability, before?.UtcTicks ?? Now);

    /// <summary>Whether a record is filed under a key.</summary>
    public bool IsFiled(int key, int affectedNumber) => affectedNumber >= keys[key].FirstAffected && affectedNumber < keys[key + 1].FirstAffected;

    /// <summary>The number of the source of a record.</summary>
    public int SourceOf(int affectedNumber) => advisories[AdvisoryOf(affectedNumber)].Source;

    internal string SourceName(int source) => String(sources[source].Name);

    private bool IsWithdrawn(int affectedNumber) => advisories[AdvisoryOf(affectedNumber)].Traits.HasFlag(AdvisoryTraits.Withdrawn);

    private bool SpeaksBefore(int advisory, int vulnerability, long end)
    {
        var withdrawn = (advisories[advisory].Traits & AdvisoryTraits.Withdrawn) != 0;
        if (end == Now) return !withdrawn;
        return (!withdrawn || (Withdrawn(advisory) is { } day && day.UtcTicks >= end)) && ((Published(advisory) ?? FirstTold(vulnerability) ?? Reserved(vulnerability))?.UtcTicks ?? 0) < end;
    }

    /// <summary>A CVE id is given out in its year or later.</summary>
    private DateTimeOffset? Reserved(int vulnerability) =>
        CveNumber.Of(String(vulnerabilities[vulnerability].Id)) is >= 0 and var number && (number >> 32) is >= 1999 and <= 9999 and var year ? new(new DateTime((int)year, 1, 1, 0, 0, 0, DateTimeKind.Utc)) : null;

    private DateTimeOffset? FirstTold(int vulnerability)
    {
        DateTimeOffset? first = null;
        foreach (var statement in new BookVulnerability(this, vulnerability).Statements)
        {
            if (statement.Published is { } day && !(day >= first)) first = day;
        }

        return first;
    }

    private int AddByPosition(in KeyBytes bytes, int firstAffected, int position, List<BookHit> into, long end)
    {
        var reader = new ByteReader(bytes.Intervals);
        var tried = 0;
        var last = 2 * bytes.BorderCount;
        for (var left = bytes.FromStartCount; left > 0; left--)
        {
            tried++;
            last -= reader.Number();
            if (last <= position) break;
            var (record, range) = Interval(ref reader);
            Add(firstAffected + record, range, into, end);
        }

        reader = new(bytes.Others);
        var start = 0;
        for (var left = bytes.OtherCount; left > 0; left--)
        {
            tried++;
            start += reader.Number();
            if (start > position) break;
            var length = reader.Number();
            var (record, range) = Interval(ref reader);
            if (position < start + length) Add(firstAffected + record, range, into, end);
        }

        return tried;
    }

    private static (int Record, int Range) Interval(ref ByteReader reader)
    {
        var record = reader.Number();
        return (record >> 1, (record & 1) != 0 ? reader.Number() : 0);
    }

    /// <summary>For an order that is not transitive, where a place among the borders would say nothing: each range is evaluated by its own events.</summary>
    private int AddOneByOne(in KeyBytes bytes, int firstAffected, ReadOnlySpan<char> version, IVersionScheme scheme, List<BookHit> into, long end)
    {
        // All intervals of such an order begin before every version.
        var reader = new ByteReader(bytes.Intervals);
        for (var left = bytes.FromStartCount; left > 0; left--)
        {
            reader.Number();
            var (record, range) = Interval(ref reader);
            if (Holds(bytes, firstAffected, record, range, version, scheme)) Add(firstAffected + record, range, into, end);
        }

        return bytes.FromStartCount;
    }

    /// <summary>OSV's evaluation by comparing with each event; they stand in the order of their versions.</summary>
    private bool Holds(in KeyBytes bytes, int firstAffected, int record, int range, ReadOnlySpan<char> version, IVersionScheme scheme)
    {
        var row = affected[firstAffected + record];
        var reader = RecordAt(bytes, firstAffected, firstAffected + record);
        Span<char> buffer = stackalloc char[TextBuffer];
        switch ((RangeForm)((row >> AffectedTraits.FormShift) & AffectedTraits.FormMask))
        {
            case RangeForm.All:
                return true;
            case RangeForm.Before:
                return scheme.Compare(version, Text(Border(bytes, reader.Number()), buffer)) < 0;
        }

        for (var count = reader.Count(); count > 0 && range > 0; count--, range--)
        {
            for (var events = reader.Number() >> 1; events > 0; events--) reader.Number();
        }

        bool holds = false, limited = false, below = false;
        for (var events = reader.Number() >> 1; events > 0; events--)
        {
            var code = reader.Number();
            var kind = (RangeEventKind)(code & EventCode.KindMask);
            var text = Text((code & EventCode.IsBorder) != 0 ? Border(bytes, code >> EventCode.Shift) : code >> EventCode.Shift, buffer);
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
    private int Position(in KeyBytes bytes, ReadOnlySpan<char> version, IVersionScheme scheme)
    {
        Span<char> buffer = stackalloc char[TextBuffer];
        int low = 0, high = bytes.BorderCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = scheme.Compare(Text(ByteReader.Three(bytes.Borders, KeyBytes.BorderSize, middle), buffer), version);
            if (order == 0) return 2 * middle;
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return (2 * low) - 1;
    }

    /// <summary>A hit for each vulnerability of a record; for a notice they are several.</summary>
    private void Add(int number, int range, List<BookHit> into, long end)
    {
        var row = affected[number];
        ref readonly var advisory = ref advisories[(int)(row >> AffectedTraits.Bits)];
        if (end == Now && (advisory.Traits & AdvisoryTraits.Withdrawn) != 0) return;
        var hit = new BookHit(advisory.Tells, number, range, advisory.Source, (row & AffectedTraits.Status) == (uint)AffectedStatus.NotAffected, (row & AffectedTraits.Limited) != 0);
        if (hit.Vulnerability >= 0)
        {
            AddLive(hit, into, end);
            return;
        }

        var reader = new ByteReader(From(told, (uint)~advisory.Tells));
        var vulnerability = 0;
        for (var rest = reader.Count(); rest > 0; rest--)
        {
            vulnerability += reader.Number();
            AddLive(hit with { Vulnerability = vulnerability }, into, end);
        }
    }

    private void AddLive(in BookHit hit, List<BookHit> into, long end)
    {
        if (!vulnerabilities[hit.Vulnerability].Rejected && (end == Now || SpeaksBefore(AdvisoryOf(hit.Affected), hit.Vulnerability, end))) into.Add(hit);
    }

    private void AddListed(in KeyBytes bytes, int firstAffected, ReadOnlySpan<char> version, List<BookHit> into, long end)
    {
        Span<char> buffer = stackalloc char[TextBuffer];
        int low = 0, high = bytes.ListedCount;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Listed(bytes, middle, buffer).SequenceCompareTo(version) < 0) low = middle + 1;
            else high = middle;
        }

        for (; low < bytes.ListedCount && Listed(bytes, low, buffer).SequenceEqual(version); low++) Add(firstAffected + ByteReader.Three(bytes.Listed, KeyBytes.ListedSize, low, 3), -1, into, end);
    }

    private ReadOnlySpan<char> Listed(in KeyBytes bytes, int number, Span<char> buffer) => Text(ByteReader.Three(bytes.Listed, KeyBytes.ListedSize, number), buffer);
}
