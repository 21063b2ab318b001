using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;

namespace Vidimus.Advisories;

/// <summary>The records of a book to be, in a compact form: strings once, lists in shared pools, texts in a temporary file.</summary>
/// <remarks>Numbers here follow the order in which records come; <see cref="BookCompiler"/> gives the lasting ones.</remarks>
internal sealed class BookDraft(MatchKeys keys) : IDisposable
{
    private readonly Dictionary<string, int> stringNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Source, int Id), int> lastOfId = [];
    private readonly Dictionary<string, Ecosystem?> ecosystems = new(StringComparer.Ordinal);
    private readonly RecordDigest digest = new();

    public TextSpool Texts { get; } = new();

    public List<string> Strings { get; } = [];

    public List<int> Integers { get; } = [];

    public List<AdvisoryDraft> Advisories { get; } = [];

    public List<AffectedDraft> Affected { get; } = [];

    public List<RangeRow> Ranges { get; } = [];

    public List<EventRow> Events { get; } = [];

    public List<RatingRow> Ratings { get; } = [];

    public List<ExploitedRow> Exploited { get; } = [];

    public List<(long Cve, ExploitScoreRow Row)> ExploitScores { get; } = [];

    public List<EndOfLifeRow> EndOfLife { get; } = [];

    public int Number(string text)
    {
        if (stringNumbers.TryGetValue(text, out var number)) return number;
        stringNumbers.Add(text, Strings.Count);
        Strings.Add(text);
        return Strings.Count - 1;
    }

    /// <summary>The order of an advisory ecosystem; null when none is known.</summary>
    public IVersionScheme? Scheme(int ecosystem) => Of(Strings[ecosystem])?.Versions;

    public void Add(int source, Advisory advisory)
    {
        var (hash, text) = digest.Of(advisory);
        if (IsKnown(source, advisory.Id, hash)) return;

        Keep(new()
        {
            Id = Number(advisory.Id),
            Source = source,
            Traits = advisory.Kind == AdvisoryKind.Malicious ? AdvisoryTraits.Malicious : AdvisoryTraits.None,
            Published = Ticks(advisory.Published),
            Modified = Ticks(advisory.Modified),
            Withdrawn = Ticks(advisory.Withdrawn),
            Aliases = List(advisory.Aliases),
            Upstream = List(advisory.Upstream),
            Cwes = List(advisory.Cwes),
            Ratings = List(advisory.Severities),
            Affected = List(advisory.Affected),
            Hash = hash,
            Text = Texts.Add(text.Span),
        });
    }

    public void Add(int source, CveRecord record)
    {
        var (hash, text) = digest.Of(record);
        if (IsKnown(source, record.Id, hash)) return;

        Keep(new()
        {
            Id = Number(record.Id),
            Source = source,
            Traits = AdvisoryTraits.CveRecord | (record.Rejected ? AdvisoryTraits.Rejected : AdvisoryTraits.None),
            Published = Ticks(record.Published),
            Cwes = List(record.Cwes),
            Ratings = List(record.Severities),
            Ssvc = List([.. record.Ssvc.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => new[] { p.Key, p.Value })]),
            Hash = hash,
            Text = Texts.Add(text.Span),
        });
    }

    public void Dispose() => Texts.Dispose();

    private bool IsKnown(int source, string id, long hash)
    {
        if (!lastOfId.TryGetValue((source, Number(id)), out var number)) return false;
        for (; number >= 0; number = Advisories[number].Previous)
        {
            if (Advisories[number].Hash == hash) return true;
        }

        return false;
    }

    /// <summary>Of the records that a source has under one id, those that are older than its newest are superseded.</summary>
    private void Keep(AdvisoryDraft advisory)
    {
        advisory.Previous = lastOfId.GetValueOrDefault((advisory.Source, advisory.Id), -1);
        for (var number = advisory.Previous; number >= 0; number = Advisories[number].Previous)
        {
            var other = Advisories[number];
            if (other.Modified > advisory.Modified) advisory.Superseded = true;
            else if (other.Modified < advisory.Modified) other.Superseded = true;
        }

        lastOfId[(advisory.Source, advisory.Id)] = Advisories.Count;
        Advisories.Add(advisory);
    }

    private Slice List(IReadOnlyList<string> texts)
    {
        var first = Integers.Count;
        foreach (var text in texts) Integers.Add(Number(text));
        return new(first, texts.Count);
    }

    private Slice List(IReadOnlyList<SeverityRating> ratings)
    {
        var first = Ratings.Count;
        foreach (var rating in ratings) Ratings.Add(new(Number(rating.Source), Number(rating.Type), Number(rating.Value), rating.Score ?? double.NaN));
        return new(first, ratings.Count);
    }

    private Slice List(IReadOnlyList<Affected> all)
    {
        var drafts = new AffectedDraft[all.Count];
        for (var i = 0; i < drafts.Length; i++) drafts[i] = Draft(all[i]);
        Affected.AddRange(drafts);
        return new(Affected.Count - drafts.Length, drafts.Length);
    }

    private AffectedDraft Draft(Affected affected)
    {
        var ecosystem = Of(affected.Ecosystem);
        var key = keys.Of(affected.Ecosystem, affected.Name);
        var ranges = new Slice(Ranges.Count, affected.Ranges.Count);
        foreach (var range in affected.Ranges) Ranges.Add(Draft(range, ecosystem));
        return new()
        {
            Ecosystem = Number(key.Ecosystem),
            Name = Number(key.Name),
            Status = affected.Status,
            Module = affected.Module is { } module ? Number(module) : -1,
            Architectures = List(affected.Architectures),
            Ratings = List(affected.Severities),
            Ranges = ranges,
            Versions = List(NotReproduced(affected, ecosystem)),
        };
    }

    private RangeRow Draft(VersionRange range, Ecosystem? ecosystem)
    {
        var first = Events.Count;
        var readable = ecosystem is not null;
        foreach (var (kind, version) in range.Events)
        {
            var text = OsvRanges.IsOpen(kind, version) ? version : ecosystem?.NormalizeVersion(version);
            readable &= text is not null && (OsvRanges.IsOpen(kind, text) || ecosystem!.Versions.IsValid(text));
            Events.Add(new((int)kind, Number(text ?? version)));
        }

        return new(new(first, range.Events.Count), readable ? 1 : 0);
    }

    /// <summary>The listed versions that the ranges do not hold by themselves: sources spell out hundreds of thousands that they do.</summary>
    private static List<string> NotReproduced(Affected affected, Ecosystem? ecosystem)
    {
        var left = new List<string>();
        foreach (var version in affected.Versions)
        {
            var text = ecosystem is null ? version : ecosystem.NormalizeVersion(version) ?? version;
            if (ecosystem is null || !affected.Ranges.Any(r => OsvRanges.Holds(r, text, ecosystem))) left.Add(text);
        }

        return left;
    }

    private Ecosystem? Of(string advisoryEcosystem)
    {
        if (!ecosystems.TryGetValue(advisoryEcosystem, out var known)) ecosystems.Add(advisoryEcosystem, known = keys.OfAdvisory(advisoryEcosystem));
        return known;
    }

    private static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? 0;
}

/// <summary>An advisory or CVE record; its lists are slices of the draft's pools.</summary>
internal sealed class AdvisoryDraft
{
    public int Id { get; init; }

    public int Source { get; init; }

    public AdvisoryTraits Traits { get; init; }

    public long Published { get; init; }

    public long Modified { get; init; }

    public long Withdrawn { get; init; }

    public Slice Aliases { get; init; }

    public Slice Upstream { get; init; }

    public Slice Cwes { get; init; }

    public Slice Ratings { get; init; }

    public Slice Affected { get; init; }

    public Slice Ssvc { get; init; }

    public long Hash { get; init; }

    public (long Offset, int Length) Text { get; init; }

    /// <summary>The one before of the same source and id, or -1.</summary>
    public int Previous { get; set; }

    public bool Superseded { get; set; }
}

internal readonly record struct AffectedDraft(int Ecosystem, int Name, AffectedStatus Status, int Module, Slice Architectures, Slice Ratings, Slice Ranges, Slice Versions);

/// <param name="Readable">0 when its ecosystem's order is unknown or refuses one of its versions: then it holds for nothing.</param>
internal readonly record struct RangeRow(Slice Events, int Readable);

internal readonly record struct EventRow(int Kind, int Version);
