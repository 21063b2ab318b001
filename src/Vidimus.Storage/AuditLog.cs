using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Who asked for what change, and what came of it.</summary>
/// <param name="Request">As JSON, without secrets.</param>
public sealed record AuditEntry(long Id, DateTimeOffset At, string Principal, string Operation, string Request, string Outcome);

/// <summary>All calls that change something. Rows are only added.</summary>
public sealed class AuditLog(Session session)
{
    public Task AddAsync(Scope scope, DateTimeOffset at, string principal, string operation, string request, string outcome, CancellationToken cancel) => session.ExecuteAsync(
        "insert into audit (tenant, account, region, at_ms, principal, operation, request, outcome) values (@tenant, @account, @region, @at, @principal, @operation, @request, @outcome)",
        cancel, [.. ResourceStore.Of(scope), ("at", at.Milliseconds()), ("principal", principal), ("operation", operation), ("request", request), ("outcome", outcome)]);

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
}
