using Vidimus.Api.Inspector2.Reports;
using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary>Writes the reports that callers asked for, one at a time on a node.</summary>
internal sealed class ReportChore(Node node)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancel)
    {
        var work = new ReportWork(node.Database, node.Identity, node.Time);
        while (true)
        {
            if (await TakeAsync(cancel) is { } unit) await DoAsync(work, unit, cancel);
            else await node.Database.WaitAsync("work", Pause, cancel);
        }
    }

    private async Task<WorkUnit?> TakeAsync(CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        var now = node.Time.GetUtcNow();
        var taken = await new WorkQueue(session).TakeAsync([new(ReportWork.Topic, 1)], 1, now, now + Lease, cancel);
        await session.CommitAsync(cancel);
        return taken is [var unit] ? unit : null;
    }

    private async Task DoAsync(ReportWork work, WorkUnit unit, CancellationToken cancel)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var keeping = KeepAsync(unit, done);
        try
        {
            await work.RunAsync(unit, done.Token);
        }
        catch (IOException e)
        {
            await using var session = await node.Database.WriteAsync(cancel);
            await new WorkQueue(session).FailAsync(unit, e.Message, node.Time.GetUtcNow() + Retry, cancel);
            await session.CommitAsync(cancel);
        }
        finally
        {
            await done.CancelAsync();
            await keeping;
        }
    }

    /// <summary>A long report outlives a lease; one whose lease is lost stops.</summary>
    private async Task KeepAsync(WorkUnit unit, CancellationTokenSource done)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Lease / 3, node.Time, done.Token);
                await using var session = await node.Database.WriteAsync(done.Token);
                var held = await new WorkQueue(session).RenewAsync([unit], node.Time.GetUtcNow() + Lease, done.Token);
                await session.CommitAsync(done.Token);
                if (held.Count == 0) await done.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // It is done, or another worker has it.
        }
    }
}
