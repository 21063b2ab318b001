using System.IO.Compression;
using System.Text;

namespace Vidimus.Advisories;

/// <summary>Orders a draft and lays it out as sections. Everything is numbered by what it is and not by when it came.</summary>
internal sealed class BookCompiler
{
    private readonly BookDraft draft;
    private readonly string[] sourceNames;
    private readonly int[] sourceNumbers;

    /// <summary>Strings are numbered as they are first used here; 0 stands for "not yet", so it is one more.</summary>
    private readonly int[] stringNumbers;
    private readonly List<int> stringEnds = [];
    private readonly ByteWriter stringBytes = new();
    private readonly List<RatingRow> ratings = [];
    private readonly Dictionary<RatingRow, int> ratingNumbers = [];
    private readonly List<long> times = [];
    private readonly Dictionary<long, int> timePlaces = [];

    private readonly AdvisoryDraft[] advisories;
    private readonly List<AdvisoryFactsRow> factRows = [];
    private (int Key, int[] Ids, int Shown, bool Rejected)[] vulnerabilities = [];
    private readonly Dictionary<int, int> vulnerabilityOfRoot = [];
    private readonly int[][] told;
    private readonly AliasGroups groups;
    private readonly BookOutput output = new();

    public BookCompiler(BookDraft draft, IReadOnlyList<string> sourceNames)
    {
        this.draft = draft;
        this.sourceNames = [.. sourceNames.Order(StringComparer.Ordinal)];
        sourceNumbers = [.. sourceNames.Select(name => Array.IndexOf(this.sourceNames, name))];
        stringNumbers = new int[draft.Strings.Count];
        advisories = [.. draft.Advisories.Where(a => !a.Superseded)];
        Array.Sort(advisories, Order);
        groups = new(draft, advisories);
        told = new int[advisories.Length][];
    }

    public void Write(string path, DateTimeOffset built, IReadOnlyDictionary<string, BookSource> sources)
    {
        NumberVulnerabilities();
        var ranges = AddKeys(out var affectedOf);
        output.Add(Section.Meta, [new MetaRow(built.UtcTicks, ranges, stringEnds.Count)]);
        output.Add(Section.Sources, sourceNames.Select(n => sources[n]).Select(s => new SourceRow(String(s.Name), String(s.Terms), s.Records, s.Rejected, s.Date?.UtcTicks ?? 0, (int)s.Sharing)).ToList());
        AddVulnerabilities();
        AddAdvisories(affectedOf);
        AddIds();
        AddTexts();
        AddTables();
        output.Add(Section.Ratings, ratings);
        output.Add(Section.Times, times);
        output.Add(Section.StringEnds, stringEnds);
        output.Add<byte>(Section.StringBytes, stringBytes.Length, put => put(stringBytes.Written));
        output.Write(path);
    }

    /// <summary>The lasting number of a draft's string.</summary>
    public int String(int draftNumber)
    {
        if (stringNumbers[draftNumber] == 0) stringNumbers[draftNumber] = NewString(draft.Strings[draftNumber]) + 1;
        return stringNumbers[draftNumber] - 1;
    }

    /// <summary>Writes the lasting numbers of a list of the draft's strings.</summary>
    public void PutStrings(Slice draftNumbers, ByteWriter into)
    {
        into.Put(draftNumbers.Count);
        for (var i = 0; i < draftNumbers.Count; i++) into.Put(String(draft.Integers[draftNumbers.First + i]));
    }

    /// <summary>Writes the numbers of a list of ratings; equal ones are one.</summary>
    public void PutRatings(Slice draftRatings, ByteWriter into)
    {
        into.Put(draftRatings.Count);
        for (var i = 0; i < draftRatings.Count; i++)
        {
            var row = draft.Ratings[draftRatings.First + i];
            row = new(String(row.Source), String(row.Type), String(row.Value), row.Score);
            if (!ratingNumbers.TryGetValue(row, out var number))
            {
                ratingNumbers.Add(row, number = ratings.Count);
                ratings.Add(row);
            }

            into.Put(number);
        }
    }

    private int String(string text) => String(draft.Number(text));

    private int NewString(string text)
    {
        stringBytes.Put(Encoding.UTF8.GetBytes(text));
        stringEnds.Add(stringBytes.Length);
        return stringEnds.Count - 1;
    }

    private int Order(AdvisoryDraft left, AdvisoryDraft right)
    {
        var (a, b) = (draft.Strings[left.Id], draft.Strings[right.Id]);
        var order = string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
        if (order == 0) order = string.CompareOrdinal(a, b);
        if (order == 0) order = sourceNumbers[left.Source].CompareTo(sourceNumbers[right.Source]);
        return order == 0 ? left.Hash.CompareTo(right.Hash) : order;
    }

    private void NumberVulnerabilities()
    {
        var rejected = advisories.Where(a => a.Traits.HasFlag(AdvisoryTraits.Rejected)).Select(a => a.Id).ToHashSet();
        vulnerabilities = [.. groups.All.Select(group => (group.Key, Ids: group.OrderBy(id => draft.Strings[id], StringComparer.Ordinal).ToArray()))
            .Select(g => (g.Key, g.Ids, Shown: g.Ids.MinBy(id => draft.Strings[id], ShownFirst.Instance), Rejected: IsRejected(g.Ids)))
            .OrderBy(g => draft.Strings[g.Shown], StringComparer.Ordinal)];
        for (var number = 0; number < vulnerabilities.Length; number++) vulnerabilityOfRoot.Add(vulnerabilities[number].Key, number);
        for (var i = 0; i < advisories.Length; i++) told[i] = [.. groups.Told(advisories[i]).Select(root => vulnerabilityOfRoot[root]).Order()];

        bool IsRejected(int[] ids)
        {
            var cves = ids.Where(id => CveNumber.Of(draft.Strings[id]) >= 0).ToArray();
            return cves.Length > 0 && cves.All(rejected.Contains);
        }
    }

    private void AddVulnerabilities()
    {
        var tellers = new List<int>[vulnerabilities.Length];
        for (var i = 0; i < advisories.Length; i++)
        {
            foreach (var number in told[i]) (tellers[number] ??= []).Add(i);
        }

        var rows = new List<VulnerabilityRow>(vulnerabilities.Length);
        var lists = new ByteWriter();
        foreach (var (v, number) in vulnerabilities.Select((v, number) => (v, number)))
        {
            rows.Add(new(String(v.Shown), ((uint)lists.Length << 1) | (v.Rejected ? 1u : 0u)));
            lists.PutAscending(tellers[number] ?? []);
            lists.Put(v.Ids.Length);
            foreach (var id in v.Ids) lists.Put(String(id));
        }

        output.Add(Section.Vulnerabilities, rows);
        output.Add<byte>(Section.VulnerabilityBytes, lists.Length, put => put(lists.Written));
    }

    private int AddKeys(out List<int>?[] affectedOf)
    {
        var keys = new KeyCompiler(this, draft);
        for (var i = 0; i < advisories.Length; i++)
        {
            var advisory = advisories[i];
            var live = told[i].Where(v => !vulnerabilities[v].Rejected).ToArray();
            for (var a = 0; a < advisory.Affected.Count; a++) keys.Add(advisory.Affected.First + a, i, live, advisory.Withdrawn != 0);
        }

        return keys.AddTo(output, advisories.Length, out affectedOf);
    }

    private void AddAdvisories(List<int>?[] affectedOf)
    {
        var rows = new List<AdvisoryRow>(advisories.Length);
        var several = new ByteWriter();
        var facts = new ByteWriter();
        for (var i = 0; i < advisories.Length; i++)
        {
            var advisory = advisories[i];
            var tells = told[i] is [var one] ? one : ~several.Length;
            if (tells < 0) several.PutAscending(told[i]);
            var traits = advisory.Traits | (advisory.Upstream.Count > 0 ? AdvisoryTraits.Notice : 0) | (advisory.Withdrawn != 0 ? AdvisoryTraits.Withdrawn : 0);
            rows.Add(new(tells, Time(advisory.Published), (byte)sourceNumbers[advisory.Source], traits));
            factRows.Add(new(String(advisory.Id), Time(advisory.Modified), 0, (uint)facts.Length));
            if (advisory.Withdrawn != 0) facts.PutFour((int)Time(advisory.Withdrawn));
            facts.PutAscending(affectedOf[i] ?? []);
            PutRatings(advisory.Ratings, facts);
            PutStrings(advisory.Cwes, facts);
            PutStrings(advisory.Ssvc, facts);
        }

        output.Add(Section.Advisories, rows);
        output.Add<byte>(Section.Told, several.Length, put => put(several.Written));
        output.Add<byte>(Section.FactBytes, facts.Length, put => put(facts.Written));
    }

    private uint Time(long ticks) => BookTimes.Code(ticks, times, timePlaces);

    private void AddIds()
    {
        var first = new Dictionary<int, int>();
        for (var i = 0; i < advisories.Length; i++) first.TryAdd(advisories[i].Id, i);
        var grouped = groups.All.SelectMany(group => group.Select(id => (Id: id, Vulnerability: vulnerabilityOfRoot[group.Key])));
        var alone = advisories.Select(a => a.Id).Distinct().Where(id => groups.GroupOf(id) is null).Select(id => (Id: id, Vulnerability: -1));
        var rows = grouped.Concat(alone)
            .OrderBy(x => draft.Strings[x.Id], StringComparer.OrdinalIgnoreCase).ThenBy(x => draft.Strings[x.Id], StringComparer.Ordinal)
            .Select(x => new IdRow(String(x.Id), x.Vulnerability, first.GetValueOrDefault(x.Id, -1)));
        output.Add(Section.Ids, rows.ToList());
    }

    /// <summary>Texts follow each other in the order of the advisories, and are compressed a block at a time. One without a text begins where the next does.</summary>
    private void AddTexts()
    {
        var blocks = new List<TextBlockRow>();
        var bytes = new ByteWriter();
        var block = new byte[BookFormat.TextBlock + (8 * BookFormat.MaxDetails)];
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(block.Length)];
        var used = 0;
        uint start = 0;
        for (var i = 0; i < advisories.Length; i++)
        {
            if (used >= BookFormat.TextBlock) Close();
            factRows[i] = factRows[i] with { Text = checked(start + (uint)used) };
            draft.Texts.Read(advisories[i].Text, block.AsSpan(used));
            used += advisories[i].Text.Length;
        }

        if (used > 0) Close();
        output.Add(Section.AdvisoryFacts, factRows);
        output.Add(Section.TextBlocks, blocks);
        output.Add<byte>(Section.TextBytes, bytes.Length, put => put(bytes.Written));

        void Close()
        {
            if (!BrotliEncoder.TryCompress(block.AsSpan(0, used), packed, out var length, quality: 4, window: 17)) throw new InvalidOperationException("A text block could not be compressed.");
            blocks.Add(new(start, used, bytes.Length, length));
            bytes.Put(packed.AsSpan(0, length));
            start += (uint)used;
            used = 0;
        }
    }

    private void AddTables()
    {
        output.Add(Section.Exploited, draft.Exploited.OrderBy(r => r.Cve).ThenBy(r => r.Added).ThenBy(r => r.Due).ThenByDescending(r => r.Ransomware).DistinctBy(r => r.Cve).ToList());

        draft.ExploitScores.Sort(static (a, b) => a.Cve != b.Cve ? a.Cve.CompareTo(b.Cve) : a.Row.Date != b.Row.Date ? b.Row.Date.CompareTo(a.Row.Date) : b.Row.Score.CompareTo(a.Row.Score));
        var years = new List<ExploitYearRow>();
        var numbers = new List<uint>(draft.ExploitScores.Count);
        var scores = new List<ExploitScoreRow>();
        var pairs = new List<int>(draft.ExploitScores.Count);
        var places = new Dictionary<ExploitScoreRow, int>();
        var before = -1L;
        foreach (var (cve, row) in draft.ExploitScores)
        {
            if (cve == before) continue;
            before = cve;
            if (years.Count == 0 || years[^1].Year != (int)(cve >> 32)) years.Add(new((int)(cve >> 32), numbers.Count));
            numbers.Add((uint)cve);
            if (!places.TryGetValue(row, out var place))
            {
                places.Add(row, place = scores.Count);
                scores.Add(row);
            }

            pairs.Add(place);
        }

        output.Add(Section.ExploitYears, years);
        output.Add(Section.ExploitIds, numbers);
        output.Add(Section.ExploitPairs, pairs);
        output.Add(Section.ExploitScores, scores);
        output.Add(Section.EndOfLife, draft.EndOfLife
            .OrderBy(r => draft.Strings[r.Product], StringComparer.Ordinal).ThenBy(r => draft.Strings[r.Cycle], StringComparer.Ordinal).ThenByDescending(r => r.Ends).ThenByDescending(r => r.Released)
            .DistinctBy(r => (r.Product, r.Cycle)).Select(r => r with { Product = String(r.Product), Cycle = String(r.Cycle) }).ToList());
    }

    /// <summary>CVE before a vendor's id before a GHSA; among CVEs the oldest.</summary>
    private sealed class ShownFirst : IComparer<string>
    {
        public static readonly ShownFirst Instance = new();

        public int Compare(string? left, string? right)
        {
            var order = Class(left!).CompareTo(Class(right!));
            if (order == 0) order = CveNumber.Of(left).CompareTo(CveNumber.Of(right));
            return order == 0 ? string.CompareOrdinal(left, right) : order;
        }

        private static int Class(string id) => CveNumber.Of(id) >= 0 ? 0 : id.StartsWith("GHSA-", StringComparison.Ordinal) ? 2 : 1;
    }
}
