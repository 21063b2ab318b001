using Vidimus.Findings;
using Vidimus.Matching;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Sees to it that package versions have the verdicts of the book in use: decided once for all who hold them.</summary>
internal sealed class VerdictDesk(Session session, FleetBook book, long number, MatchKeys keys, DateTimeOffset now)
{
    private readonly FleetStore fleet = new(session);
    private readonly VerdictStore verdicts = new(session);
    private readonly VulnerabilityStore vulnerabilities = new(session);

    /// <summary>Decides those of the versions that the book in use has not decided. Where that changes what was said before, the findings of others who hold them become work.</summary>
    public async Task EnsureAsync(IReadOnlyList<long> versions, CancellationToken cancel)
    {
        var undecided = await fleet.UndecidedAsync(versions, cancel);
        if (undecided.Count == 0) return;

        long[] numbers = [.. undecided.Select(u => u.Number)];
        var before = (await verdicts.OfPackageVersionsAsync(numbers, cancel)).ToHashSet();
        var (decided, renamed) = await DecideAsync(undecided, cancel);
        await verdicts.ReplaceAsync(numbers, decided, cancel);
        await fleet.DecidedAsync(numbers, number, cancel);

        var again = undecided.Where(u => u.Before).Select(u => u.Number).ToHashSet();
        await TellAsync(before, decided, again, renamed, cancel);
    }

    /// <summary>The verdicts of versions, by version.</summary>
    public async Task<ILookup<long, Verdict>> ReadAsync(IReadOnlyList<long> versions, CancellationToken cancel) => (await verdicts.OfPackageVersionsAsync(versions, cancel)).ToLookup(v => v.PackageVersion);

    /// <summary>What is true of vulnerabilities, those of the verdicts.</summary>
    public Task<IReadOnlyDictionary<long, VulnerabilityFacts>> FactsAsync(IEnumerable<long> ids, CancellationToken cancel) => vulnerabilities.GetAsync([.. ids.Distinct()], cancel);

    private async Task<(List<Verdict> Verdicts, IReadOnlyList<long> Renamed)> DecideAsync(IReadOnlyList<(long Number, PackageVersion Version, bool Before)> undecided, CancellationToken cancel)
    {
        var maker = new VerdictMaker(book.Book, keys);
        var found = new List<(long Version, BookVerdict Verdict)>();
        var ended = new List<(long Version, ReportFinding Finding)>();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        foreach (var (version, text, _) in undecided)
        {
            if (text.Ecosystem == Filing.Systems)
            {
                if (Support.Of(Filing.ToSystem(text), book.Book, keys)?.Finding(today) is { } finding) ended.Add((version, finding));
            }
            else
            {
                found.AddRange(maker.Decide(Filing.ToFiled(text)).Select(v => (version, v)));
            }
        }

        int[] own = [.. found.Select(f => f.Verdict.Vulnerability).Distinct().Order()];
        string[] ends = [.. ended.Select(e => e.Finding.Id).Distinct(StringComparer.Ordinal)];
        var facts = own.Select(v => VulnerabilityFactsMaker.Of(book.Book.Vulnerability(v))).Concat(ends.Select(id => OfEnd(ended.First(e => e.Finding.Id == id).Finding))).ToList();
        var groups = own.Select(v => book.Book.Vulnerability(v)).Select(v => (IReadOnlyList<string>)[v.Id, .. v.Aliases]).Concat(ends.Select(id => (IReadOnlyList<string>)[id])).ToList();
        var numbered = await new Numbering(session, now).NumberAsync(groups, cancel);
        var renamed = await PutFactsAsync(numbered, facts, cancel);

        var ofBook = own.Select((v, i) => (v, Number: numbered[i])).ToDictionary(x => x.v, x => x.Number);
        var ofEnd = ends.Select((id, i) => (id, Number: numbered[own.Length + i])).ToDictionary(x => x.id, x => x.Number, StringComparer.Ordinal);
        var all = found.Select(f => ToRow(f.Version, ofBook[f.Verdict.Vulnerability], f.Verdict))
            .Concat(ended.Select(e => new Verdict(e.Version, ofEnd[e.Finding.Id], e.Finding.Advisory, null, VerdictStatus.Number(e.Finding.Status), number)
            {
                Source = e.Finding.Source,
                Range = e.Finding.Evidence[0].Range,
                Severity = FindingSeverity.Critical, // as Inspector rates it; the report leaves it untriaged
            }));
        return ([.. all.GroupBy(v => (v.PackageVersion, v.Vulnerability, v.Advisory)).Select(g => g.OrderByDescending(v => v.Severity).ThenBy(v => v.Source, StringComparer.Ordinal).First())], renamed);
    }

    /// <summary>Writes the facts and gives the vulnerabilities whose name for display is another than before: it stands in the titles of their findings.</summary>
    private async Task<IReadOnlyList<long>> PutFactsAsync(IReadOnlyList<long> numbered, List<VulnerabilityFacts> facts, CancellationToken cancel)
    {
        // Groups that a book parts keep one number: then the first name counts.
        var rows = numbered.Zip(facts).GroupBy(x => x.First).Select(g => (Number: g.Key, Facts: g.MinBy(x => x.Second.DisplayId, StringComparer.Ordinal).Second)).ToArray();
        var before = await vulnerabilities.GetAsync([.. rows.Select(r => r.Number)], cancel);
        await vulnerabilities.PutAsync(rows, cancel);
        return [.. rows.Where(r => before.TryGetValue(r.Number, out var was) && was.DisplayId != r.Facts.DisplayId).Select(r => r.Number)];
    }

    private Verdict ToRow(long version, long vulnerability, BookVerdict verdict) => new(version, vulnerability, verdict.Advisory, verdict.Fixed, VerdictStatus.Number(verdict.Status), number)
    {
        Source = verdict.Source,
        Range = verdict.Range,
        Severity = (FindingSeverity)verdict.Severity,
        Score = verdict.Score,
        Hidden = verdict.Hidden,
    };

    private static VulnerabilityFacts OfEnd(ReportFinding finding) => new()
    {
        DisplayId = finding.Id,
        Title = finding.Title,
        Severity = FindingSeverity.Critical,
        Details = Findings.Contents.ContentsText.Write(new Findings.Contents.VulnerabilityDetails
        {
            Description = finding.Title,
            References = finding.Url is { } url ? [url] : [],
            Sources = [new(finding.Source, VulnerabilityFactsMaker.SourceName(finding.Source, finding.Id), finding.Url, null, null, null)],
        }),
    };

    /// <summary>Makes work of what is said otherwise now of versions that were decided before.</summary>
    private async Task TellAsync(HashSet<Verdict> before, List<Verdict> after, HashSet<long> again, IReadOnlyList<long> renamed, CancellationToken cancel)
    {
        var old = before.Where(v => again.Contains(v.PackageVersion)).Select(v => v with { Book = 0 }).ToHashSet();
        var young = after.Where(v => again.Contains(v.PackageVersion)).Select(v => v with { Book = 0 }).ToHashSet();
        var changed = old.Where(v => !young.Contains(v)).Concat(young.Where(v => !old.Contains(v))).ToList();
        if (renamed.Count > 0) changed.AddRange(await verdicts.OfVulnerabilitiesAsync(renamed, cancel));
        await new FleetWork(session).AddFindingsAsync(number, [.. changed.Select(v => (v.Vulnerability, v.PackageVersion)).Distinct()], now, cancel);
    }
}
