using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Numbers of alias groups; when groups that had numbers turn out to be one vulnerability, their findings go on under the number that lives on.</summary>
internal sealed class Numbering(Session session, DateTimeOffset now)
{
    /// <summary>The number of each group, in their order.</summary>
    public async Task<IReadOnlyList<long>> NumberAsync(IReadOnlyList<IReadOnlyList<string>> groups, CancellationToken cancel)
    {
        if (groups.Count == 0) return [];
        var numbered = await new VulnerabilityStore(session).NumberAsync(groups, cancel);
        var merges = numbered.SelectMany(n => n.Merged, (n, gone) => (Gone: gone, n.Number)).Distinct().ToDictionary(m => m.Gone, m => m.Number);
        if (merges.Count > 0) await RenumberAsync(merges, cancel);
        return [.. numbered.Select(n => n.Number)];
    }

    private async Task RenumberAsync(Dictionary<long, long> merges, CancellationToken cancel)
    {
        var findings = new FindingStore(session);
        var previous = await findings.OfVulnerabilitiesAsync([.. merges.Keys.Concat(merges.Values).Distinct().Order()], cancel);
        await findings.WriteAsync(FindingState.Renumber(previous, merges, now), cancel);
    }
}
