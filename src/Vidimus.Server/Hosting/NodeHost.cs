using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vidimus.Api;
using Vidimus.Server.Configuration;
using Vidimus.Server.Identity;
using Vidimus.Server.Measuring;

namespace Vidimus.Server.Hosting;

/// <summary>A running node: what answers on its port, and what goes on behind.</summary>
internal sealed partial class NodeHost(Node node)
{
    private readonly ILogger logger = node.Log.CreateLogger("Vidimus.Server");
    private readonly Health health = new(node.Database);

    /// <summary>Runs until it is cancelled, then lets what has begun end.</summary>
    /// <param name="started">Is told the addresses once they answer.</param>
    public async Task RunAsync(Func<IReadOnlyList<string>, Task> started, CancellationToken cancel)
    {
        using var metrics = new PrometheusMetrics();
        await using var app = Build(metrics);
        using var stopping = new CancellationTokenSource();
        await app.StartAsync(cancel);
        var addresses = app.Urls.Select(Reachable).ToArray();
        Listening(logger, string.Join(", ", addresses));

        using var meter = new NodeMeter(node);
        var supervisor = new Supervisor(node.Time, logger);
        var backgrounds = supervisor.RunAsync([.. Backgrounds.OfEveryNode(node), .. node.Settings.Works ? Backgrounds.OfWorkers(node) : []], stopping.Token);
        health.IsReady = true;
        try
        {
            await started(addresses);
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            health.IsReady = false;
            Stopping(logger);
            using var limit = new CancellationTokenSource(node.Settings.StopWithin, node.Time);
            await app.StopAsync(limit.Token);
            await stopping.CancelAsync();
            await backgrounds.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!backgrounds.IsCompleted) Unfinished(logger, node.Settings.StopWithin.TotalSeconds);
        }
    }

    private WebApplication Build(PrometheusMetrics metrics)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(node.Log);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (node.Settings.Tls is { } files) kestrel.ConfigureHttpsDefaults(new TlsFiles(files.Certificate, files.Key, node.Time, logger).Apply);
        });
        builder.WebHost.UseUrls([.. node.Settings.Listen]);

        var app = builder.Build();
        app.UseRouting();
        health.Map(app);
        if (node.Settings.ShowsMetrics) metrics.Map(app);
        if (node.Settings.Command is UsedBy.Serve) app.MapVidimusApi(Services());
        return app;
    }

    private ApiServices Services() => new()
    {
        Credentials = new StoredCredentials(node.Database, node.Box, node.Time),
        Books = node.Books,
        Fleet = node.Fleet,
        Database = node.Database,
        Identity = node.Identity,
        PageKey = node.Key.PageKey,
        Time = node.Time,
        Limits = new() { CallsASecond = node.Settings.CallsASecond, Burst = node.Settings.Burst },
    };

    /// <summary>An address that a client on this machine can be pointed at.</summary>
    private static string Reachable(string url) => url.Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal);

    [LoggerMessage(LogLevel.Information, "answering at {Addresses}")]
    private static partial void Listening(ILogger logger, string addresses);

    [LoggerMessage(LogLevel.Information, "stopping: calls and work that have begun may end")]
    private static partial void Stopping(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "work in the background had not ended after {Seconds} s; its leases run out and it is done again")]
    private static partial void Unfinished(ILogger logger, double seconds);
}
