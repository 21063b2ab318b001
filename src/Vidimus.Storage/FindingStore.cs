using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Somebody else wrote a finding between reading and writing it: read it again and decide anew.</summary>
public sealed class StaleFindingException(string message) : Exception(message);

/// <summary>An entry of a finding's history: what it was from then on.</summary>
public sealed record FindingHistoryEntry(DateTimeOffset At, FindingCause Cause, FindingStatus Status, FindingFacts Facts, long? Suppression, ClosingReason? Closing, long Fingerprint)
{
    /// <inheritdoc cref="Finding.Rating"/>
    public RuledSeverity? Rating { get; init; }
}

/// <summary>Findings with their history, events and counts.</summary>
public sealed partial class FindingStore(Session session)
{
    private const string Columns =
        "finding.id, finding.resource, finding.kind, finding.fingerprint, finding.incarnation, finding.severity, finding.score, finding.fix, finding.evidence, finding.suppression, finding.closed_ms, finding.closing, finding.first_ms, finding.updated_ms, finding.source_severity, finding.rating";

    /// <summary>All findings of one kind on a resource, all incarnations. Others who want to write them wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<Finding>> OfResourceAsync(Scope scope, long resource, FindingKind kind, CancellationToken cancel)
    {
        await LockAsync(scope, [resource], cancel);
        const string read = $"select {Columns} from finding where resource = @resource and tenant = @tenant and account = @account and region = @region and kind = @kind order by fingerprint, incarnation";
        return await session.QueryAsync(read, Read, cancel, [.. ResourceStore.Of(scope), ("resource", resource), ("kind", (int)kind)]);
    }

    /// <summary>All findings of the account under the keys. Others who want to write findings of those resources wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<Finding>> OfKeysAsync(Scope scope, IReadOnlyList<FindingKey> keys, CancellationToken cancel)
    {
        await LockAsync(scope, [.. keys.Select(k => k.Resource).Distinct().Order()], cancel);
        const string read = $"""
            select {Columns} from @rows as given cross join finding
            where finding.tenant = @tenant and finding.account = @account and finding.region = @region and finding.kind = given.kind and finding.fingerprint = given.fingerprint
            and finding.resource = given.resource
            """;
        var rows = Rows.Of([.. keys.Order()]).Add("kind", k => (long)k.Kind).Add("fingerprint", k => k.Fingerprint).Add("resource", k => k.Resource);
        return await session.QueryAsync(read, rows, Read, cancel, ResourceStore.Of(scope));
    }

    /// <summary>All findings of vulnerabilities, all incarnations, of all tenants. Others who want to write findings of those resources wait until this transaction ends.</summary>
    [AcrossTenants("what becomes of a vulnerability becomes of it everywhere")]
    public async Task<IReadOnlyList<Finding>> OfVulnerabilitiesAsync(IReadOnlyList<long> vulnerabilities, CancellationToken cancel)
    {
        // The index begins with the account, so each account and region is asked.
        const string where = """
            from account cross join region cross join @rows as given cross join finding
            where finding.account = account.id and finding.region = region.id and finding.kind = 1 and finding.fingerprint = given.fingerprint
            """;
        var rows = Rows.Of("fingerprint", vulnerabilities);
        if (session.ForUpdate.Length > 0)
        {
            var take = $"select id from resource where id in (select finding.resource {where}) order by id {session.ForUpdate}";
            await session.QueryAsync(take, rows, r => r.Int64(0), cancel);
        }

        return await session.QueryAsync($"select {Columns} {where} order by finding.fingerprint, finding.resource, finding.incarnation", rows, Read, cancel);
    }

    /// <summary>Findings of the tenant. Others who want to write findings of those resources wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<Finding>> OfIdsAsync(TenantScope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        var rows = Rows.Of("id", ids);
        if (session.ForUpdate.Length > 0)
        {
            var take = $"select id from resource where tenant = @tenant and id in (select finding.resource from @rows as given cross join finding where finding.id = given.id) order by id {session.ForUpdate}";
            await session.QueryAsync(take, rows, r => r.Int64(0), cancel, ("tenant", scope.Tenant));
        }

        const string get = $"select {Columns} from @rows as given cross join finding where finding.id = given.id and finding.tenant = @tenant and finding.region = @region order by finding.id";
        return await session.QueryAsync(get, rows, Read, cancel, ("tenant", scope.Tenant), ("region", scope.Region));
    }

    public async Task<IReadOnlyList<Finding>> GetAsync(Scope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        const string get = $"select {Columns} from @rows as given cross join finding where finding.id = given.id and finding.tenant = @tenant and finding.account = @account and finding.region = @region order by finding.id";
        return await session.QueryAsync(get, Rows.Of("id", ids), Read, cancel, ResourceStore.Of(scope));
    }

    /// <summary>A finding's history, oldest first. It outlives the finding.</summary>
    public async Task<IReadOnlyList<FindingHistoryEntry>> HistoryAsync(Scope scope, long finding, CancellationToken cancel)
    {
        const string read = """
            select at_ms, cause, status, severity, score, fix, evidence, suppression, closing, fingerprint, source_severity, rating from finding_history
            where finding = @finding and tenant = @tenant and account = @account and region = @region order by id
            """;
        return await session.QueryAsync(read, r => new FindingHistoryEntry(r.Time(0), (FindingCause)r.Int32(1), (FindingStatus)r.Int32(2),
            new(SourceSeverity(r, 3, 10), r.DoubleOrNull(4), (FixAvailable)r.Int32(5), r.Int64(6)), r.Int64OrNull(7), (ClosingReason?)r.Int64OrNull(8), r.Int64(9)) { Rating = RatingOf(r, 3, 11) },
            cancel, [.. ResourceStore.Of(scope), ("finding", finding)]);
    }

    public async Task<IReadOnlyDictionary<long, (string Title, string Body)>> EvidenceAsync(Scope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        const string get = "select id, title, body from evidence where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given)";
        var found = await session.QueryAsync(get, Rows.Of("id", ids), r => (Id: r.Int64(0), Title: r.GetString(1), Body: r.GetString(2)), cancel, ResourceStore.Of(scope));
        return found.ToDictionary(f => f.Id, f => (f.Title, f.Body));
    }

    /// <summary>Scores are kept as thousandths: they have one decimal, and a narrow number is exact and sorts.</summary>
    internal static long ScoreOf(double? score) => score is { } some ? (long)Math.Round(Math.Clamp(some, 0, 30) * 1000) : -1;

    internal static double? ScoreOf(int thousandths) => thousandths < 0 ? null : thousandths / 1000.0;

    /// <summary>Row locks, in one order; a resource's findings are only written by who holds its row.</summary>
    private async Task LockAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel)
    {
        if (session.ForUpdate.Length == 0) return;
        var take = $"select id from resource where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given) order by id {session.ForUpdate}";
        await session.QueryAsync(take, Rows.Of("id", resources), r => r.Int64(0), cancel, ResourceStore.Of(scope));
    }

    private static Finding Read(DbDataReader r) => new(
        r.Int64(0),
        new(r.Int64(1), (FindingKind)r.Int32(2), r.Int64(3)),
        r.Int32(4),
        new(SourceSeverity(r, 5, 14), ScoreOf(r.Int32(6)), (FixAvailable)r.Int32(7), r.Int64(8)),
        r.Int64OrNull(9),
        r.IsDBNull(10) ? null : new(r.Time(10), (ClosingReason)r.Int32(11)),
        r.Time(12),
        r.Time(13))
    {
        Rating = RatingOf(r, 5, 15),
    };

    /// <summary>What the source says: the severity that is displayed, unless a rule displays another; then it stands beside.</summary>
    internal static FindingSeverity SourceSeverity(DbDataReader r, int displayed, int source) => (FindingSeverity)(r.Int64OrNull(source) ?? r.Int64(displayed));

    internal static RuledSeverity? RatingOf(DbDataReader r, int displayed, int rule) => r.Int64OrNull(rule) is { } by ? new(by, (FindingSeverity)r.Int32(displayed)) : null;
}
