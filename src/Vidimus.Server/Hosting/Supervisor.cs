using Microsoft.Extensions.Logging;
using Vidimus.Server.Measuring;

namespace Vidimus.Server.Hosting;

/// <summary>Keeps backgrounds running until the node stops.</summary>
internal sealed partial class Supervisor(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Runs them all; ends when every one has, after the cancellation.</summary>
    public Task RunAsync(IEnumerable<Background> backgrounds, CancellationToken cancel) => Task.WhenAll(backgrounds.Select(b => Task.Run(() => KeepAsync(b, cancel), CancellationToken.None)));

    private async Task KeepAsync(Background background, CancellationToken cancel)
    {
        var pause = TimeSpan.FromSeconds(1);
        NodeMeter.BackgroundFailures.Add(0, new KeyValuePair<string, object?>("background", background.Name));
        while (!cancel.IsCancellationRequested)
        {
            var start = time.GetTimestamp();
            try
            {
                await background.RunAsync(cancel);
                return;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever stopped it, the node goes on and tries again.
            catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
            {
                NodeMeter.BackgroundFailures.Add(1, new KeyValuePair<string, object?>("background", background.Name));
                if (time.GetElapsedTime(start) > LongestPause) pause = TimeSpan.FromSeconds(1);
                Failed(logger, background.Name, pause.TotalSeconds, e);
            }

            await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [LoggerMessage(LogLevel.Error, "the background {Name} failed and begins anew in {Seconds} s")]
    private static partial void Failed(ILogger logger, string name, double seconds, Exception exception);
}
