namespace Vidimus.Findings;

/// <summary>What a scan or a verdict says is there now.</summary>
public readonly record struct Observation(FindingKey Key, FindingFacts Facts);

/// <summary>The one place where findings come to be, change and go. Pure: the state before, what is seen and the time in, the changes out.</summary>
public static class FindingState
{
    /// <summary>What changes when exactly <paramref name="observed"/> is seen where <paramref name="previous"/> was known.</summary>
    /// <param name="previous">All that is known under the keys that were looked at: a resource's findings of one kind after a scan, or those of some vulnerabilities after a change
    /// of the book. Several incarnations of a key may be among them; the latest counts.</param>
    /// <returns>In the order of the keys, at most one for each. Nothing for what is as it was.</returns>
    /// <exception cref="ArgumentException">Two observations of one key: a finding holds all packages of its resource, so they must be put together first.</exception>
    public static IReadOnlyList<FindingChange> Observe(IEnumerable<Finding> previous, IEnumerable<Observation> observed, DateTimeOffset now)
    {
        var known = new Dictionary<FindingKey, Finding>();
        foreach (var finding in previous)
        {
            if (!known.TryGetValue(finding.Key, out var other) || finding.Incarnation > other.Incarnation) known[finding.Key] = finding;
        }

        var changes = new List<FindingChange>();
        var seen = new HashSet<FindingKey>();
        foreach (var (key, facts) in observed)
        {
            if (!seen.Add(key)) throw new ArgumentException($"two observations of one finding: {key}");
            if (Seen(known.GetValueOrDefault(key), key, facts, now) is { } change) changes.Add(change);
        }

        changes.AddRange(known.Values.Where(f => f.IsOpen && !seen.Contains(f.Key)).Select(f => Close(f, ClosingReason.NotObserved, now)));
        changes.Sort((a, b) => a.Key.CompareTo(b.Key));
        return changes;
    }

    /// <summary>What changes when a resource goes or is no longer watched: everything that is open closes.</summary>
    public static IReadOnlyList<FindingChange> End(IEnumerable<Finding> previous, ClosingReason reason, DateTimeOffset now) =>
        [.. previous.Where(f => f.IsOpen).Select(f => Close(f, reason, now)).OrderBy(c => c.Key)];

    /// <summary>What changes when rules are applied anew: <paramref name="rule"/> gives the rule that hides a finding and what one displays in place of its severity, or nulls. Closed findings are left as they are.</summary>
    public static IReadOnlyList<FindingChange> Rule(IEnumerable<Finding> previous, Func<Finding, (long? Suppression, RuledSeverity? Rating)> rule, DateTimeOffset now) =>
    [
        .. previous.Where(f => f.IsOpen)
            .Select(f => (Finding: f, Rule: rule(f)))
            .Where(x => x.Rule != (x.Finding.Suppression, x.Finding.Rating))
            .Select(x => new FindingChange(CauseOf(x.Finding, x.Rule.Suppression), x.Finding, x.Finding.Ruled(x.Rule.Suppression, x.Rule.Rating, now)))
            .OrderBy(c => c.Key),
    ];

    /// <summary>What changes when vulnerabilities turn out to be one: an open finding goes on under the surviving number with its ARN; where the resource has that one open already,
    /// it closes in its favour. Where none is open, the one that closed last goes under that number too, so that it is the one that comes back.</summary>
    /// <param name="previous">All findings, all incarnations, of the swallowed and of the surviving vulnerabilities.</param>
    /// <param name="merges">From a swallowed number to the surviving one.</param>
    public static IReadOnlyList<FindingChange> Renumber(IEnumerable<Finding> previous, IReadOnlyDictionary<long, long> merges, DateTimeOffset now)
    {
        var changes = new List<FindingChange>();
        foreach (var one in previous.Where(f => f.Key.Kind == FindingKind.Package).GroupBy(f => (f.Key.Resource, Number: merges.GetValueOrDefault(f.Key.Fingerprint, f.Key.Fingerprint))))
        {
            var there = one.Where(f => f.Key.Fingerprint == one.Key.Number).ToArray();
            var taken = there.Any(f => f.IsOpen);
            foreach (var finding in one.Where(f => f.IsOpen && f.Key.Fingerprint != one.Key.Number).OrderBy(f => f.FirstObserved).ThenBy(f => f.Id))
            {
                var number = finding with { Key = finding.Key with { Fingerprint = one.Key.Number }, Incarnation = there.Length == 0 ? 0 : there.Max(f => f.Incarnation) + 1, Updated = now };
                changes.Add(taken ? Close(finding, ClosingReason.Merged, now) : new(FindingCause.Renumbered, finding, number));
                taken = true;
            }

            if (taken || one.Where(f => f.Closing is { Reason: not ClosingReason.Merged }).MaxBy(f => (f.Closing!.Value.At, f.Id)) is not { } last || last.Key.Fingerprint == one.Key.Number) continue;
            changes.Add(new(FindingCause.Renumbered, last, last with { Key = last.Key with { Fingerprint = one.Key.Number }, Incarnation = there.Length == 0 ? 0 : there.Max(f => f.Incarnation) + 1, Updated = now }));
        }

        changes.Sort((a, b) => a.Key.CompareTo(b.Key));
        return changes;
    }

    private static FindingCause CauseOf(Finding finding, long? suppression) =>
        suppression == finding.Suppression ? FindingCause.Rated : suppression is null ? FindingCause.Unsuppressed : FindingCause.Suppressed;

    private static FindingChange? Seen(Finding? before, FindingKey key, FindingFacts facts, DateTimeOffset now) => before switch
    {
        null => new(FindingCause.Opened, null, Finding.Opened(key, 0, facts, now)),
        { IsOpen: true } when before.Facts == facts => null,
        { IsOpen: true } => new(FindingCause.Updated, before, before.With(facts, now)),
        _ when before.MayReopen(now) => new(FindingCause.Reopened, before, before.Reopened(facts, now)),
        _ => new(FindingCause.Opened, null, Finding.Opened(key, before.Incarnation + 1, facts, now)),
    };

    private static FindingChange Close(Finding finding, ClosingReason reason, DateTimeOffset now) => new(FindingCause.Closed, finding, finding.Closed(reason, now));
}
