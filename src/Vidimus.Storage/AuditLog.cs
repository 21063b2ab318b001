using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Who asked for what change, and what came of it.</summary>
/// <param name="Request">As JSON, without secrets.</param>
public sealed record AuditEntry(long Id, DateTimeOffset At, string Principal, string Operation, string Request, string Outcome);

/// <summary>All calls that change something. A row is written when the call begins, and once more when it ends: never else.</summary>
public sealed class AuditLog(Session session)
{
    /// <summary>Gives the entry's id.</summary>
    public async Task<long> AddAsync(Scope scope, DateTimeOffset at, string principal, string operation, string request, string outcome, CancellationToken cancel)
    {
        const string add = """
            insert into audit (tenant, account, region, at_ms, principal, operation, request, outcome)
            values (@tenant, @account, @region, @at, @principal, @operation, @request, @outcome) returning id
            """;
        return (await session.QueryAsync(add, r => r.Int64(0), cancel,
            [.. ResourceStore.Of(scope), ("at", at.Milliseconds()), ("principal", principal), ("operation", operation), ("request", request), ("outcome", outcome)]))[0];
    }

    /// <summary>Notes what came of a call.</summary>
    public Task<int> EndAsync(Scope scope, long id, string outcome, CancellationToken cancel) => session.ExecuteAsync(
        "update audit set outcome = @outcome where id = @id and tenant = @tenant and account = @account and region = @region", cancel, [.. ResourceStore.Of(scope), ("id", id), ("outcome", outcome)]);

    /// <summary>A page, oldest first.</summary>
    /// <param name="after">The last entry's id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(Scope scope, long after, int limit, CancellationToken cancel)
    {
        const string read = """
            select id, at_ms, principal, operation, request, outcome from audit
            where tenant = @tenant and account = @account and region = @region and id > @after order by id limit @limit
            """;
        return await session.QueryAsync(read, r => new AuditEntry(r.Int64(0), r.Time(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5)), cancel, [.. ResourceStore.Of(scope), ("after", after), ("limit", limit)]);
    }

    /// <summary>A page of all accounts' entries since a time, oldest first, with the account's digits and the region's name (empty for what was done at the server itself).</summary>
    [AcrossTenants("for who runs the installation")]
    public async Task<IReadOnlyList<(string Account, string Region, AuditEntry Entry)>> AllAsync(DateTimeOffset since, long after, int limit, CancellationToken cancel)
    {
        const string read = """
            select coalesce(account.number, ''), coalesce(region.name, ''), audit.id, audit.at_ms, audit.principal, audit.operation, audit.request, audit.outcome
            from audit left join account on account.id = audit.account left join region on region.id = audit.region
            where audit.id > @after and audit.at_ms >= @since order by audit.id limit @limit
            """;
        return await session.QueryAsync(read, r => (r.GetString(0), r.GetString(1), new AuditEntry(r.Int64(2), r.Time(3), r.GetString(4), r.GetString(5), r.GetString(6), r.GetString(7))),
            cancel, ("since", since.Milliseconds()), ("after", after), ("limit", limit));
    }
}
