using System.Globalization;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Fleet;
using Vidimus.Model.Push;
using Vidimus.Storage;
using Resource = Vidimus.Storage.Resource;

namespace Vidimus.Api.Inspector2.Settings;

/// <summary>Ends coverage by the clock, as Inspector's user guide has it: images when their durations have lapsed, functions after 90 days without an update, machines that send nothing for seven days are stale.</summary>
/// <remarks>An inventory that comes is a sign of life: where nobody says when an image was pushed, or a function updated, the last inventory counts.</remarks>
public sealed class LapsingCoverage(FleetServices services)
{
    public const string Topic = "coverage.lapse";
    private const int Page = 500;

    private static readonly TimeSpan Stale = TimeSpan.FromDays(7);
    private static readonly TimeSpan FunctionLife = TimeSpan.FromDays(90);

    /// <summary>No duration is shorter.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(3);

    public static TimeSpan Period { get; } = TimeSpan.FromHours(1);

    /// <summary>Ends what has lapsed, and gives how many resources.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var ended = 0;
        var durations = new Dictionary<Scope, (TimeSpan? Pushed, TimeSpan Used)>();
        for (var after = 0L; ;)
        {
            IReadOnlyList<Resource> page;
            await using (var session = await services.Database.ReadAsync(cancel))
            {
                page = await new ResourceStore(session).UnseenAsync(services.Time.GetUtcNow() - Shortest, after, Page, cancel);
                foreach (var scope in page.Where(r => r.Key.Kind == ResourceKinds.Image).Select(r => r.Scope).Distinct().Where(s => !durations.ContainsKey(s))) durations[scope] = await DurationsAsync(session, scope, cancel);
            }

            if (page.Count == 0) return ended;
            after = page[^1].Id;
            foreach (var group in page.GroupBy(r => r.Scope))
            {
                long[] lapsed = [.. group.Where(r => HasLapsed(r, durations)).Select(r => r.Id)];
                long[] stale = [.. group.Where(r => r.Key.Kind == ResourceKinds.Host && services.Time.GetUtcNow() - r.LastScan > Stale).Select(r => r.Id)];
                if (lapsed.Length > 0) await Conflicts.RetryAsync(() => new Coverage(services).LapsedAsync(group.Key, lapsed, cancel), cancel);
                if (stale.Length > 0) await new Coverage(services).StaleAsync(group.Key, stale, cancel);
                ended += lapsed.Length + stale.Length;
            }
        }
    }

    private bool HasLapsed(Resource resource, Dictionary<Scope, (TimeSpan? Pushed, TimeSpan Used)> durations)
    {
        var (now, facts) = (services.Time.GetUtcNow(), ContentsText.ReadResource(resource.Facts));
        if (resource.Key.Kind == ResourceKinds.Function) return now - (facts.Function?.LastModifiedAt ?? resource.LastScan) > FunctionLife;
        if (resource.Key.Kind != ResourceKinds.Image) return false;

        // Watched while either holds.
        var (pushed, used) = durations[resource.Scope];
        return now - (facts.Image?.PushedAt ?? resource.LastScan) > pushed && !(now - facts.Image?.LastInUseAt <= used);
    }

    /// <summary>Null for an image's whole life.</summary>
    private static async Task<(TimeSpan? Pushed, TimeSpan Used)> DurationsAsync(Session session, Scope scope, CancellationToken cancel)
    {
        var administrator = (await new OrganizationStore(session).GetAsync(scope.OfTenant, cancel))?.Administrator;
        var (ecr, _) = await ScanSettings.EcrAsync(session, administrator, scope, cancel);
        return (ecr.RescanDuration == EcrRescanDuration.Lifetime ? null : Days(ecr.RescanDuration!), Days(ecr.PullDateRescanDuration ?? EcrPullDateRescanDuration.Days14));
    }

    /// <summary><c>DAYS_14</c></summary>
    private static TimeSpan Days(string duration) => TimeSpan.FromDays(int.Parse(duration.AsSpan("DAYS_".Length), NumberStyles.None, CultureInfo.InvariantCulture));
}
