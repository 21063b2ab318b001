using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories;

/// <summary>Compiles records into a book. The same records give the same bytes, in whatever order they and their sources are added.</summary>
public sealed class BookWriter(MatchKeys keys) : IDisposable
{
    private const int MaxSources = 256;

    private readonly BookDraft draft = new(keys);
    private readonly List<string> names = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BookSource> told = new(StringComparer.Ordinal);
    private readonly List<int> counts = [];

    /// <summary>Adds one record; it is taken into a compact form at once and not kept.</summary>
    /// <remarks>A record that its source gives twice counts once. Of several under one id those that are older than the newest are left out; several of the same
    /// modification time, or without one, hold together. Catalogues of exploited vulnerabilities and scores name CVEs only: an entry for another id has nothing to stand beside and is left out.</remarks>
    public void Add(string source, FeedRecord record)
    {
        var number = Number(source);
        counts[number]++;
        switch (record)
        {
            case Advisory advisory:
                draft.Add(number, advisory);
                break;
            case CveRecord cve:
                draft.Add(number, cve);
                break;
            case ExploitedEntry entry when CveNumber.Of(entry.Id) is >= 0 and var cve:
                draft.Exploited.Add(new(cve, entry.Added.DayNumber, entry.Due?.DayNumber ?? -1, entry.Ransomware ? 1 : 0));
                break;
            case ExploitScore score when CveNumber.Of(score.Id) is >= 0 and var cve:
                draft.ExploitScores.Add((cve, new(Billionths(score.Score), score.Percentile is { } p ? Billionths(p) : uint.MaxValue, score.Date?.DayNumber ?? -1)));
                break;
            case Model.Advisories.EndOfLife end:
                draft.EndOfLife.Add(new(draft.Number(end.Product), draft.Number(end.Cycle), end.Ends?.DayNumber ?? -1, end.Released?.DayNumber ?? -1));
                break;
        }
    }

    /// <summary>Tells of a source; each name once. One that is not told of stands in the book with the number of its records alone.</summary>
    public void AddSource(BookSource source)
    {
        Number(source.Name);
        told.Add(source.Name, source);
    }

    /// <summary>Writes the book, once. The file must not exist; one that could not be written whole is left for the caller to remove.</summary>
    public void Write(string path, DateTimeOffset built)
    {
        var sources = names.ToDictionary(n => n, n => told.GetValueOrDefault(n) ?? new(n, null, counts[numbers[n]], 0, ""));
        foreach (var source in sources.Values) _ = (draft.Number(source.Name), draft.Number(source.Terms));
        new BookCompiler(draft, names).Write(path, built, sources);
    }

    public void Dispose() => draft.Dispose();

    private int Number(string source)
    {
        if (numbers.TryGetValue(source, out var number)) return number;
        if (names.Count == MaxSources) throw new InvalidOperationException($"A book holds {MaxSources} sources at most.");
        numbers.Add(source, names.Count);
        names.Add(source);
        counts.Add(0);
        return names.Count - 1;
    }

    private static uint Billionths(double probability) => (uint)Math.Round(Math.Clamp(probability, 0, 1) * 1e9);
}
