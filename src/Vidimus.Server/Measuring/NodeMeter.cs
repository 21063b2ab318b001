using System.Diagnostics.Metrics;
using Vidimus.Server.Hosting;

namespace Vidimus.Server.Measuring;

/// <summary>What is measured of a node itself.</summary>
internal sealed class NodeMeter : IDisposable
{
    private static readonly Meter Shared = new("Vidimus.Server");
    private readonly Meter meter = new("Vidimus.Node");

    public NodeMeter(Node node)
    {
        meter.CreateObservableGauge("vidimus.book.age", () => node.Books.Shelf.Age?.TotalSeconds ?? double.NaN, "s", "Since the advisory book was last known to be what the feeds say; NaN while there is none");
        meter.CreateObservableGauge("vidimus.book.stale", () => node.Books.Stale is null ? 0 : 1, null, "1 while the advisories can't be refreshed");
    }

    public static Counter<long> BackgroundFailures { get; } = Shared.CreateCounter<long>("vidimus.background.failures", null, "How often work in the background failed and began anew");

    public void Dispose() => meter.Dispose();
}
