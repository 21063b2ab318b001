using System.Globalization;
using Vidimus.Findings;
using Vidimus.Model.Push;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>What became of a finding, read from its history, which outlives it.</summary>
public sealed class Lives(Session session)
{
    /// <summary>The life of an account's finding; null when it has none of that id.</summary>
    public async Task<FindingLife?> ReadAsync(Scope scope, long finding, string arn, CancellationToken cancel)
    {
        var store = new FindingStore(session);
        var history = await store.HistoryAsync(scope, finding, cancel);
        if (history.Count == 0) return null;
        var evidence = await store.EvidenceAsync(scope, [.. history.Select(h => h.Facts.Evidence).Distinct()], cancel);
        var names = await new VulnerabilityStore(session).GetAsync([.. history.Select(h => h.Fingerprint).Distinct()], cancel);
        var resource = await store.GetAsync(scope, [finding], cancel) is [var row] && await new ResourceStore(session).GetAsync(scope, [row.Key.Resource], cancel) is [var found] ? found : null;
        return new(arn, evidence.TryGetValue(history[^1].Facts.Evidence, out var last) ? last.Title : "", resource?.Key.Id ?? "",
            [.. history.Select(h => new LifeEntry(h.At, Word(h.Cause), Word(h.Status), Word(h.Rating?.Severity ?? h.Facts.Severity), h.Facts.Score, Word(h.Facts.Fix), h.Closing is { } closing ? Word(closing) : null, names.GetValueOrDefault(h.Fingerprint)?.DisplayId) { SourceSeverity = h.Rating is null ? null : Word(h.Facts.Severity) })]);
    }

    /// <summary><c>NotObserved</c> as <c>NOT_OBSERVED</c>.</summary>
    private static string Word<T>(T value) where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"_{c}" : char.ToUpper(c, CultureInfo.InvariantCulture).ToString()));
}
