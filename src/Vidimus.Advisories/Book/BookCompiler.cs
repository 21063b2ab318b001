using System.IO.Compression;

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
    private readonly List<char> stringChars = [];
    private readonly List<int> integers = [];
    private readonly List<RatingRow> ratings = [];

    private readonly AdvisoryDraft[] advisories;
    private readonly List<AdvisoryRow> advisoryRows = [];
    private readonly List<VulnerabilityRow> vulnerabilityRows = [];
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
        output.Add(Section.Meta, [new MetaRow(built.UtcTicks)]);
        output.Add(Section.Sources, sourceNames.Select(n => sources[n]).Select(s => new SourceRow(String(s.Name), String(s.Terms), s.Records, s.Rejected, s.Date?.UtcTicks ?? 0)).ToList());
        AddVulnerabilities();
        AddKeysAndAdvisories();
        AddIds();
        AddTexts();
        AddTables();
        output.Add(Section.Ratings, ratings);
        output.Add(Section.Integers, integers);
        output.Add(Section.StringEnds, stringEnds);
        output.Add(Section.StringChars, stringChars);
        output.Write(path);
    }

    /// <summary>The lasting number of a draft's string.</summary>
    public int String(int draftNumber)
    {
        if (stringNumbers[draftNumber] == 0) stringNumbers[draftNumber] = NewString(draft.Strings[draftNumber]) + 1;
        return stringNumbers[draftNumber] - 1;
    }

    /// <summary>The lasting numbers of a list of the draft's strings.</summary>
    public Slice Strings(Slice draftNumbers)
    {
        var first = integers.Count;
        for (var i = 0; i < draftNumbers.Count; i++) integers.Add(String(draft.Integers[draftNumbers.First + i]));
        return new(first, draftNumbers.Count);
    }

    public Slice Integers(IReadOnlyCollection<int> numbers)
    {
        integers.AddRange(numbers);
        return new(integers.Count - numbers.Count, numbers.Count);
    }

    public Slice Ratings(Slice draftRatings)
    {
        var first = ratings.Count;
        foreach (var row in draft.Ratings.Skip(draftRatings.First).Take(draftRatings.Count)) ratings.Add(new(String(row.Source), String(row.Type), String(row.Value), 0, row.Score));
        return new(first, draftRatings.Count);
    }

    private int String(string text) => String(draft.Number(text));

    private int NewString(string text)
    {
        stringChars.AddRange(text);
        stringEnds.Add(stringChars.Count);
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

    private void AddVulnerabilities()
    {
        var rejected = advisories.Where(a => a.Traits.HasFlag(AdvisoryTraits.Rejected)).Select(a => a.Id).ToHashSet();
        var all = groups.All.Select(group => (group.Key, Ids: group.OrderBy(id => draft.Strings[id], StringComparer.Ordinal).ToArray()))
            .Select(g => (g.Key, g.Ids, Shown: g.Ids.MinBy(id => draft.Strings[id], ShownFirst.Instance)))
            .OrderBy(g => draft.Strings[g.Shown], StringComparer.Ordinal).ToArray();
        for (var number = 0; number < all.Length; number++) vulnerabilityOfRoot.Add(all[number].Key, number);

        var statements = new List<int>[all.Length];
        var notices = new List<int>[all.Length];
        for (var i = 0; i < advisories.Length; i++)
        {
            told[i] = [.. groups.Told(advisories[i]).Select(root => vulnerabilityOfRoot[root]).Order()];
            foreach (var number in told[i])
            {
                if (advisories[i].Upstream.Count == 0) (statements[number] ??= []).Add(i);
                else (notices[number] ??= []).Add(i);
            }
        }

        for (var number = 0; number < all.Length; number++)
        {
            var cves = all[number].Ids.Where(id => CveNumber.Of(draft.Strings[id]) >= 0).ToArray();
            vulnerabilityRows.Add(new(
                String(all[number].Shown), cves.Length > 0 && cves.All(rejected.Contains) ? 1 : 0, Integers([.. all[number].Ids.Select(String)]),
                Integers(statements[number] ?? []), Integers(notices[number] ?? [])));
        }

        output.Add(Section.Vulnerabilities, vulnerabilityRows);
    }

    private void AddKeysAndAdvisories()
    {
        var keys = new KeyCompiler(this, draft);
        for (var i = 0; i < advisories.Length; i++)
        {
            var advisory = advisories[i];
            var live = advisory.Withdrawn == 0 ? told[i].Where(v => vulnerabilityRows[v].Rejected == 0).ToArray() : [];
            for (var a = 0; a < advisory.Affected.Count; a++) keys.Add(advisory.Affected.First + a, i, sourceNumbers[advisory.Source], live);
        }

        keys.AddTo(output, advisories.Length, out var affectedOf);
        for (var i = 0; i < advisories.Length; i++)
        {
            var advisory = advisories[i];
            advisoryRows.Add(new(
                String(advisory.Id), sourceNumbers[advisory.Source], advisory.Traits,
                advisory.Published, advisory.Modified, advisory.Withdrawn, Integers(told[i]), Ratings(advisory.Ratings), Strings(advisory.Cwes), Strings(advisory.Ssvc),
                Integers(affectedOf[i] ?? []), -1, 0, 0));
        }
    }

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

    /// <summary>Texts follow each other in the order of the advisories, and are compressed a block at a time.</summary>
    private void AddTexts()
    {
        var blocks = new List<TextBlockRow>();
        var bytes = new MemoryStream();
        var block = new byte[BookFormat.TextBlock + (8 * BookFormat.MaxDetails)];
        var used = 0;
        for (var i = 0; i < advisories.Length; i++)
        {
            var text = advisories[i].Text;
            if (text.Length == 0) continue;
            if (used >= BookFormat.TextBlock) Close();
            draft.Texts.Read(text, block.AsSpan(used));
            advisoryRows[i] = advisoryRows[i] with { TextBlock = blocks.Count, TextOffset = used, TextLength = text.Length };
            used += text.Length;
        }

        if (used > 0) Close();
        output.Add(Section.Advisories, advisoryRows);
        output.Add(Section.TextBlocks, blocks);
        output.Add<byte>(Section.TextBytes, bytes.Length, put => put(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));

        void Close()
        {
            var start = bytes.Length;
            using (var deflate = new DeflateStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(block, 0, used);
            blocks.Add(new(start, (int)(bytes.Length - start), used));
            used = 0;
        }
    }

    private void AddTables()
    {
        output.Add(Section.Exploited, draft.Exploited.OrderBy(r => r.Cve).ThenBy(r => r.Added).ThenBy(r => r.Due).ThenByDescending(r => r.Ransomware).DistinctBy(r => r.Cve).ToList());

        draft.ExploitScores.Sort(static (a, b) => a.Cve != b.Cve ? a.Cve.CompareTo(b.Cve) : a.Row.Date != b.Row.Date ? b.Row.Date.CompareTo(a.Row.Date) : b.Row.Score.CompareTo(a.Row.Score));
        var scored = new List<long>(draft.ExploitScores.Count);
        var scores = new List<ExploitScoreRow>(draft.ExploitScores.Count);
        foreach (var (cve, row) in draft.ExploitScores)
        {
            if (scored.Count > 0 && scored[^1] == cve) continue;
            scored.Add(cve);
            scores.Add(row);
        }

        output.Add(Section.ExploitIds, scored);
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
