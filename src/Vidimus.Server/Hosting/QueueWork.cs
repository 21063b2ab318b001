using Microsoft.Extensions.Logging;
using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Fleet;
using Vidimus.Fleet.Work;
using Vidimus.Server.Scans;
using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary>All that is done from the queue: what a new book says, the reports that callers asked for, what recurs by the clock, once for all nodes, and what a call leaves to be done.</summary>
/// <remarks>One worker does it, so what somebody waits for goes before what the clock asks for, whatever its topic.</remarks>
internal sealed partial class QueueWork(Node node)
{
    private static readonly TimeSpan ReportsKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Swept = TimeSpan.FromDays(1);

    private readonly ILogger logger = node.Log.CreateLogger("Vidimus.Work");

    /// <summary>Puts into the queue what is due.</summary>
    public Task ScheduleAsync(CancellationToken cancel) => new Scheduler(node.Database, [.. Chore.Housekeeping(node.Database, node.Time).Select(c => c.Recurring), .. Own().Select(r => r.Recurring)], node.Time).RunAsync(cancel);

    public async Task WorkAsync(CancellationToken cancel)
    {
        using var fleet = new FleetWorker(node.Fleet);
        IWorkHandler[] handlers = [.. fleet.Handlers, new ReportHandler(node.Database, node.Identity, node.Time), new DisabledCoverage(node.Fleet), .. Scans(), .. Chore.Housekeeping(node.Database, node.Time), .. Own()];
        await new Worker(node.Database, handlers, new(), node.Time, Tell).RunAsync(cancel);
    }

    /// <summary>What any node scans, and what only this machine can.</summary>
    private ScanHandler[] Scans()
    {
        var child = new ScanChild(Path.Combine(AppContext.BaseDirectory, "vidimus"), node.Settings.ScanMemory, node.Settings.ScanTime);
        return [.. new[] { "", Environment.MachineName }.Select(machine => new ScanHandler(node, child, ScanHandler.TopicOf(machine)))];
    }

    private Recurrence[] Own() =>
    [
        new("scans", TimeSpan.FromSeconds(20), cancel => ScanHandler.QueueDueAsync(node.Database, node.Time.GetUtcNow(), cancel)),

        // Rules whose time has come, and those that had more to hide than their call had time for.
        new("suppression", TimeSpan.FromSeconds(10), cancel => Suppressor.ApplyPendingAsync(node.Database, null, TimeSpan.FromMinutes(5), node.Time, cancel)),
        new("coverage.off", TimeSpan.FromHours(1), cancel => new DisabledCoverage(node.Fleet).SweepAsync(node.Time.GetUtcNow() - Swept, cancel)),
        new(LapsingCoverage.Topic, LapsingCoverage.Period, new LapsingCoverage(node.Fleet).RunAsync),
        new(RecurringReports.Topic, RecurringReports.Period, new RecurringReports(node.Database, node.Time).TickAsync),
        new("reports.forget", TimeSpan.FromHours(1), ForgetReportsAsync),
    ];

    private async Task ForgetReportsAsync(CancellationToken cancel)
    {
        await new ReportWork(node.Database, node.Identity, node.Time).GiveUpAsync(cancel);
        await Conflicts.WriteAsync(node.Database, session => new ReportStore(session).ForgetAsync(node.Time.GetUtcNow() - ReportsKept, cancel), cancel);
    }

    private void Tell(WorkFailure failure)
    {
        if (failure.IsDead) GivenUp(logger, failure.Unit ?? "work", failure.Error);
        else Failed(logger, failure.Unit ?? "the store", failure.Error.Message);
    }

    [LoggerMessage(LogLevel.Warning, "{Unit} failed and is tried again: {Reason}")]
    private static partial void Failed(ILogger logger, string unit, string reason);

    [LoggerMessage(LogLevel.Error, "{Unit} was given up; 'vidimus admin work list' shows it")]
    private static partial void GivenUp(ILogger logger, string unit, Exception exception);

    /// <summary>Work of its own transactions that the clock asks for.</summary>
    private sealed class Recurrence(string topic, TimeSpan period, Func<CancellationToken, Task> run) : IWorkHandler
    {
        public string Topic => topic;

        public int Parallel => 1;

        public Recurring Recurring => new(topic, period);

        public Task HandleAsync(HeldWork work, CancellationToken cancel) => run(cancel);
    }
}
