namespace Vidimus.Storage;

/// <summary>Short leases for long work: who dies is soon followed by another, who lives keeps what it has.</summary>
public static class Leases
{
    /// <summary>Does something under a lease that is renewed every third of it.</summary>
    /// <param name="renew">False when the lease is another's by now: the work is cancelled.</param>
    public static async Task KeepAsync(Func<CancellationToken, Task> work, Func<CancellationToken, Task<bool>> renew, TimeSpan lease, TimeProvider time, CancellationToken cancel)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewing = RenewAsync(renew, lost, lease, time, ended.Token);
        try
        {
            await work(lost.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
        }
    }

    private static async Task RenewAsync(Func<CancellationToken, Task<bool>> renew, CancellationTokenSource lost, TimeSpan lease, TimeProvider time, CancellationToken ended)
    {
        while (true)
        {
            await Task.Delay(lease / 3, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ended.IsCancellationRequested) return;
            try
            {
                if (await renew(ended)) continue;
                await lost.CancelAsync();
                return;
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or IOException)
            {
                // The store can't be told now; nor can others take the lease from it. It is told later.
            }
        }
    }
}
