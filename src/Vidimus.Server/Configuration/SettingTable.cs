using System.Text;

namespace Vidimus.Server.Configuration;

/// <summary>All settings of the server. Help, the environment, the configuration file and docs/server-options.md know what stands here, and nothing else.</summary>
internal static class SettingTable
{
    public static Setting Config { get; } = new("config", "FILE", "", UsedBy.All, "A file of `name = value` lines with the settings of this table; `#` begins a comment");

    public static Setting State { get; } = new("state", "DIR", "`$XDG_STATE_HOME/vidimus`, else `~/.local/state/vidimus`", UsedBy.All, "Where the embedded store and the first credentials lie");

    public static Setting Store { get; } = new("store", "ADDRESS", "`sqlite:STATE/vidimus.db`", UsedBy.All, "`sqlite:FILE`, or `postgres:Host=…;Database=…;Username=…` in Npgsql's words; a password stands in the environment, the configuration file or PostgreSQL's passfile, and is refused on the command line");

    public static Setting KeyFile { get; } = new("key-file", "FILE", "`$XDG_CONFIG_HOME/vidimus/server.key`, else `~/.config/vidimus/server.key`", UsedBy.All, "The key that access keys are sealed with: made at the first start, the same on all nodes, kept apart from the store and its backups");

    public static Setting Data { get; } = new("data", "DIR", "`$XDG_CACHE_HOME/vidimus`, else `~/.cache/vidimus`", UsedBy.Nodes, "Where advisory books are kept, the scanner's and the server's");

    public static Setting Listen { get; } = new("listen", "URL", "`http://127.0.0.1:8900`; a worker `http://127.0.0.1:8901`", UsedBy.Nodes, "Where to answer, a comma list: `http://` or `https://`, an address or `*`, a port (0 for a free one)");

    public static Setting TlsCertificate { get; } = new("tls-certificate", "FILE", "", UsedBy.Nodes, "PEM with the certificate and those above it, for `https://`; read anew when it changes");

    public static Setting TlsKey { get; } = new("tls-key", "FILE", "", UsedBy.Nodes, "PEM with the certificate's private key");

    public static Setting Work { get; } = new("work", "", "true", UsedBy.Serve, "Also do the work in the background that a `worker` does; with PostgreSQL it can be left to workers");

    public static Setting Feeds { get; } = new("feeds", "DIR|URL", "", UsedBy.Nodes, "A mirror of the advisory feeds instead of their public addresses");

    public static Setting Offline { get; } = new("offline", "", "false", UsedBy.Nodes, "Never fetch advisories: answer from the book that is there");

    public static Setting Advisories { get; } = new("advisories", "LIST", "", UsedBy.Nodes, "Feeds to have beside those that what is watched asks for, a comma list (docs/feeds.md): `osv/PyPI,debian`; `all` for everything");

    public static Setting BookRefresh { get; } = new("book-refresh", "TIME", "6h", UsedBy.Nodes, "How often the advisories are fetched anew");

    public static Setting Account { get; } = new("account", "NUMBER", "drawn at random", UsedBy.Serve, "The twelve digits of the account that the first start of an empty store makes");

    public static Setting CallsASecond { get; } = new("calls-a-second", "NUMBER", "100", UsedBy.Serve, "Steady calls a second that an account may make to one service; twice the node's number with two nodes");

    public static Setting Burst { get; } = new("burst", "NUMBER", "500", UsedBy.Serve, "Calls that an account may make at once before it is throttled");

    public static Setting KeepHistory { get; } = new("keep-history", "TIME", "400d", UsedBy.Nodes, "How long the history of findings that are gone is kept");

    public static Setting KeepAudit { get; } = new("keep-audit", "TIME", "400d", UsedBy.Nodes, "How long entries of the audit log are kept");

    public static Setting ScanMemory { get; } = new("scan-memory", "MIB", "1024", UsedBy.Nodes, "Memory that the process of one scan of the server's own may use for its data; one that wants more dies, and is tried again");

    public static Setting ScanTime { get; } = new("scan-time", "TIME", "30m", UsedBy.Nodes, "How long one scan of the server's own may take");

    public static Setting SinkNetworks { get; } = new("sink-networks", "LIST", "", UsedBy.All, "Networks that sinks may reach though they are not of the public Internet, a comma list: `10.1.0.0/16,127.0.0.1/32`; within them also without TLS");

    public static Setting Metrics { get; } = new("metrics", "", "true", UsedBy.Nodes, "Answer `/metrics` in Prometheus' form to anybody who reaches the port; it names no account");

    public static Setting StopWithin { get; } = new("stop-within", "TIME", "30s", UsedBy.Nodes, "How long calls and work that have begun may take to end once the process is asked to stop");

    public static Setting StopWithStdin { get; } = new("stop-with-stdin", "", "false", UsedBy.Nodes, "Stop when standard input ends: for a program that starts it and must not outlive it");

    public static Setting Log { get; } = new("log", "FORM", "`text` on a terminal, else `json`", UsedBy.Nodes, "How standard error tells what goes on: `json`, a line an event, or `text`");

    public static Setting LogLevel { get; } = new("log-level", "LEVEL", "information", UsedBy.Nodes, "`debug`, `information`, `warning` or `error` and worse");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Config, State, Store, KeyFile, Data, Listen, TlsCertificate, TlsKey, Work, Feeds, Offline, Advisories, BookRefresh, Account, CallsASecond, Burst, KeepHistory, KeepAudit, ScanMemory, ScanTime, SinkNetworks, Metrics, StopWithin, StopWithStdin, Log, LogLevel,
    ];

    public static IEnumerable<Setting> Of(UsedBy command) => All.Where(s => (s.UsedBy & command) != 0);

    /// <summary>The table of docs/server-options.md.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| option, `file` name | variable | default | of | what it does |\n|---|---|---|---|---|\n");
        foreach (var setting in All)
        {
            var commands = setting.UsedBy switch { UsedBy.All => "serve, worker, admin", UsedBy.Nodes => "serve, worker", _ => "serve" };
            text.Append($"| `--{setting.Name}{(setting.IsSwitch ? "" : " " + setting.Value.Replace("|", "\\|", StringComparison.Ordinal))}` | `{setting.Variable}` | {setting.Default} | {commands} | {setting.Description} |\n");
        }

        return text.ToString();
    }
}
