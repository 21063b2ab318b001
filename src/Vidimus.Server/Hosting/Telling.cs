using Microsoft.Extensions.Logging;
using Vidimus.Api.Events;
using Vidimus.Sinks;

namespace Vidimus.Server.Hosting;

/// <summary>Tells sinks what happens.</summary>
internal sealed partial class Telling(Node node)
{
    private const long FullFile = 256L << 20;
    private const int FilesKept = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ILogger logger = node.Log.CreateLogger("Vidimus.Sinks");

    public async Task RunAsync(CancellationToken cancel)
    {
        using var webhook = Webhook(node);
        await new EventSender(node.Database, new EventForms(node.Identity), Kinds(node, webhook), node.Box, node.Time, failure => Failed(logger, failure.Sink ?? "the store", failure.Error)).RunAsync(cancel);
    }

    /// <summary>Registers sinks and tries them.</summary>
    public static SinkDesk Desk(Node node, Webhook webhook) => new(node.Database, new EventForms(node.Identity), Kinds(node, webhook), node.Box, node.Time);

    public static Webhook Webhook(Node node) => new(Rule(node), node.Time, Patience);

    private static IReadOnlyList<ISinkKind> Kinds(Node node, Webhook webhook) => [webhook, new NdjsonFile(FullFile, FilesKept), new MailDigest(Rule(node), node.Time, 2 * Patience)];

    private static AddressRule Rule(Node node) => new(node.Settings.SinkNetworks);

    [LoggerMessage(LogLevel.Warning, "{Sink} could not be told: {Reason}")]
    private static partial void Failed(ILogger logger, string sink, string reason);
}
