using Microsoft.Extensions.Logging;
using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Inspector2.Settings;
using Vidimus.Fleet;
using Vidimus.Fleet.Work;
using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary>Small work: what recurs by the clock, once for all nodes, and what a call leaves to be done.</summary>
internal sealed partial class Upkeep(Node node)
{
    private static readonly TimeSpan ReportsKept = TimeSpan.FromDays(30);
    private static readonly TimeSpan Swept = TimeSpan.FromDays(1);

    private readonly ILogger logger = node.Log.CreateLogger("Vidimus.Upkeep");

    /// <summary>Puts into the queue what is due.</summary>
    public Task ScheduleAsync(CancellationToken cancel) => new Scheduler(node.Database, [.. Chore.Housekeeping(node.Database, node.Time).Select(c => c.Recurring), .. Own().Select(r => r.Recurring)], node.Time).RunAsync(cancel);

    public Task WorkAsync(CancellationToken cancel) =>
        new Worker(node.Database, [.. Chore.Housekeeping(node.Database, node.Time), .. Own(), new DisabledCoverage(node.Fleet), new ReportHandler(node.Database, node.Identity, node.Time)], new(), node.Time, Tell).RunAsync(cancel);

    private Recurrence[] Own() =>
    [
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
        await using var session = await node.Database.WriteAsync(cancel);
        await new ReportStore(session).ForgetAsync(node.Time.GetUtcNow() - ReportsKept, cancel);
        await session.CommitAsync(cancel);
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
