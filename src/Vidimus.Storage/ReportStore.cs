using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Numbers are stored: never change one.</summary>
public enum ReportKind
{
    Findings = 1,
    Sbom = 2,
}

/// <summary>Numbers are stored: never change one.</summary>
public enum ReportStatus
{
    InProgress = 1,
    Succeeded = 2,
    Cancelled = 3,
    Failed = 4,
}

/// <summary>A report that was asked for.</summary>
/// <param name="Name">The report's id as the caller knows it.</param>
/// <param name="Request">Where to and what of, as JSON of who asked.</param>
/// <param name="ErrorCode">Inspector's word for why it failed.</param>
public sealed record Report(Scope Scope, ReportKind Kind, string Name, ReportStatus Status, string Format, string Request, string? ErrorCode, string? Error, DateTimeOffset Created, DateTimeOffset? Finished);

/// <summary>Reports and what became of them.</summary>
public sealed class ReportStore(Session session)
{
    private const string Columns = "tenant, account, region, kind, name, status, format, request, error_code, error, created_ms, finished_ms";

    /// <summary>Adds a report in progress; 0 when the account has one of the kind in progress.</summary>
    public async Task<int> AddAsync(Scope scope, ReportKind kind, string name, string format, string request, DateTimeOffset now, CancellationToken cancel)
    {
        await session.LockAsync($"report {scope.Account} {scope.Region} {(int)kind}", cancel);
        const string add = """
            insert into report (tenant, account, region, kind, name, status, format, request, created_ms) select @tenant, @account, @region, @kind, @name, 1, @format, @request, @now
            where not exists (select 1 from report where tenant = @tenant and account = @account and region = @region and kind = @kind and status = 1)
            """;
        return await session.ExecuteAsync(add, cancel, [.. ResourceStore.Of(scope), ("kind", (int)kind), ("name", name), ("format", format), ("request", request), ("now", now.Milliseconds())]);
    }

    public async Task<Report?> GetAsync(Scope scope, ReportKind kind, string name, CancellationToken cancel)
    {
        const string get = $"select {Columns} from report where tenant = @tenant and account = @account and region = @region and kind = @kind and name = @name";
        return (await session.QueryAsync(get, Read, cancel, [.. ResourceStore.Of(scope), ("kind", (int)kind), ("name", name)])) is [var report] ? report : null;
    }

    /// <summary>The report of the kind that was asked for last.</summary>
    public async Task<Report?> LastAsync(Scope scope, ReportKind kind, CancellationToken cancel)
    {
        const string last = $"select {Columns} from report where tenant = @tenant and account = @account and region = @region and kind = @kind order by id desc limit 1";
        return (await session.QueryAsync(last, Read, cancel, [.. ResourceStore.Of(scope), ("kind", (int)kind)])) is [var report] ? report : null;
    }

    /// <summary>What became of a report in progress; 0 when it is in progress no longer.</summary>
    public Task<int> FinishAsync(Scope scope, ReportKind kind, string name, ReportStatus status, string? errorCode, string? error, DateTimeOffset now, CancellationToken cancel)
    {
        const string finish = """
            update report set status = @status, error_code = @code, error = @error, finished_ms = @now
            where tenant = @tenant and account = @account and region = @region and kind = @kind and name = @name and status = 1
            """;
        return session.ExecuteAsync(finish, cancel, [.. ResourceStore.Of(scope), ("kind", (int)kind), ("name", name), ("status", (int)status), ("code", errorCode), ("error", error), ("now", now.Milliseconds())]);
    }

    /// <summary>Ends reports that were asked for before the time and never ended: their work was given up. Gives how many.</summary>
    [AcrossTenants("the clock is the same for all")]
    public Task<int> GiveUpAsync(DateTimeOffset before, string errorCode, string error, DateTimeOffset now, CancellationToken cancel) =>
        session.ExecuteAsync("update report set status = 4, error_code = @code, error = @error, finished_ms = @now where status = 1 and created_ms < @before", cancel,
            ("before", before.Milliseconds()), ("code", errorCode), ("error", error), ("now", now.Milliseconds()));

    /// <summary>Forgets reports that ended before the time, and gives how many.</summary>
    [AcrossTenants("retention works for all")]
    public Task<int> ForgetAsync(DateTimeOffset before, CancellationToken cancel) =>
        session.ExecuteAsync("delete from report where status <> 1 and finished_ms < @before", cancel, ("before", before.Milliseconds()));

    private static Report Read(DbDataReader r) => new(new(r.Int32(0), r.Int32(1), r.Int32(2)), (ReportKind)r.Int32(3), r.GetString(4), (ReportStatus)r.Int32(5), r.GetString(6), r.GetString(7),
        r.StringOrNull(8), r.StringOrNull(9), r.Time(10), r.TimeOrNull(11));
}
