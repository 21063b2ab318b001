using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>What the operations on both kinds of report have in common.</summary>
internal static class Reporting
{
    /// <exception cref="ApiException">One of the kind is in progress.</exception>
    public static async Task<string> StartAsync(Backing backing, Caller caller, ReportKind kind, string format, Shapes.Destination destination, IShape request, ReportRecurrence? recurrence, CancellationToken cancel)
    {
        _ = ObjectKey.Segments(destination.KeyPrefix);
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var name = Guid.NewGuid().ToString();
        var now = backing.Time.GetUtcNow();
        await using var session = await backing.Database.WriteAsync(cancel);
        if (recurrence is not null)
        {
            var recurring = await RecurringReports.CreateAsync(session, sight.Own, kind, format, ShapeText.Write(request), recurrence, now, cancel);
            await session.CommitAsync(cancel);
            return recurring;
        }

        if (await new ReportStore(session).AddAsync(sight.Own, kind, name, format, ShapeText.Write(request), now, cancel) == 0) throw ApiException.Validation("Cannot have multiple reports in-progress");
        await ReportWork.EnqueueAsync(session, sight.Own, kind, name, now, cancel);
        await session.CommitAsync(cancel);
        return name;
    }

    /// <summary>The report of the id, or the one that was asked for last. One that recurs is shown as its last report, and as in progress before the first.</summary>
    /// <exception cref="ApiException">ResourceNotFoundException.</exception>
    public static async Task<Report> FindAsync(Backing backing, Caller caller, ReportKind kind, string? name, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var store = new ReportStore(session);
        if (name is null) return await store.LastAsync(sight.Own, kind, cancel) ?? throw NotFound(name);
        if (await store.GetAsync(sight.Own, kind, name, cancel) is { } found) return found;
        var recurring = await RecurringReports.FindAsync(session, sight.Own, kind, name, cancel) ?? throw NotFound(name);
        var last = recurring.Last is { } made ? await store.GetAsync(sight.Own, kind, made, cancel) : null;
        return last is null
            ? new(sight.Own, kind, name, Storage.ReportStatus.InProgress, recurring.Format, recurring.Request, null, null, backing.Time.GetUtcNow(), null)
            : last with { Name = name };
    }

    /// <exception cref="ApiException">There is no such report, or it has ended.</exception>
    public static async Task CancelAsync(Backing backing, Caller caller, ReportKind kind, string name, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        var store = new ReportStore(session);
        if (await RecurringReports.FindAsync(session, sight.Own, kind, name, cancel) is not null)
        {
            await RecurringReports.DeleteAsync(session, sight.Own, name, cancel);
            await session.CommitAsync(cancel);
            return;
        }

        if (await store.GetAsync(sight.Own, kind, name, cancel) is null) throw NotFound(name);
        if (await store.FinishAsync(sight.Own, kind, name, Storage.ReportStatus.Cancelled, null, null, backing.Time.GetUtcNow(), cancel) == 0) throw ApiException.Validation("The report is not in progress.");
        await session.CommitAsync(cancel);
    }

    public static string ToWire(this Storage.ReportStatus status) => status switch
    {
        Storage.ReportStatus.InProgress => ExternalReportStatus.InProgress,
        Storage.ReportStatus.Succeeded => ExternalReportStatus.Succeeded,
        Storage.ReportStatus.Cancelled => ExternalReportStatus.Cancelled,
        _ => ExternalReportStatus.Failed,
    };

    private static ApiException NotFound(string? name) => ApiException.NotFound(name is null ? "There is no report." : $"There is no report {name}.");
}
