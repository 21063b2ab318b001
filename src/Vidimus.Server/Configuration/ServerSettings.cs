using System.Net;
using Microsoft.Extensions.Logging;
using Vidimus.Server.CommandLine;

namespace Vidimus.Server.Configuration;

/// <summary>What the settings come to.</summary>
internal sealed record ServerSettings
{
    public required UsedBy Command { get; init; }

    public required string StateFolder { get; init; }

    /// <summary><c>sqlite:FILE</c> or <c>postgres:CONNECTION</c>. May hold a password: never logged.</summary>
    public required string Store { get; init; }

    public required string KeyFile { get; init; }
    public required string DataFolder { get; init; }
    public required IReadOnlyList<string> Listen { get; init; }
    public required (string Certificate, string Key)? Tls { get; init; }
    public required bool Works { get; init; }
    public required string? Feeds { get; init; }
    public required bool Offline { get; init; }
    public required IReadOnlyList<string> Advisories { get; init; }
    public required TimeSpan BookRefresh { get; init; }
    public required string? Account { get; init; }
    public required double CallsASecond { get; init; }
    public required int Burst { get; init; }
    public required TimeSpan KeepHistory { get; init; }
    public required TimeSpan KeepAudit { get; init; }
    public required long ScanMemory { get; init; }
    public required TimeSpan ScanTime { get; init; }
    public required IReadOnlyList<IPNetwork> SinkNetworks { get; init; }
    public required bool ShowsMetrics { get; init; }
    public required TimeSpan StopWithin { get; init; }
    public required bool StopsWithStdin { get; init; }
    public required bool LogsJson { get; init; }
    public required LogLevel LogLevel { get; init; }

    public bool IsEmbedded => Store.StartsWith("sqlite:", StringComparison.Ordinal);

    /// <exception cref="UsageException">A value can't be.</exception>
    public static ServerSettings From(SettingValues values, UsedBy command)
    {
        var state = values.Find(SettingTable.State) ?? UserFolder(values, "XDG_STATE_HOME", ".local/state");
        var settings = new ServerSettings
        {
            Command = command,
            StateFolder = state,
            Store = values.Find(SettingTable.Store) ?? $"sqlite:{Path.Combine(state, "vidimus.db")}",
            KeyFile = values.Find(SettingTable.KeyFile) ?? Path.Combine(UserFolder(values, "XDG_CONFIG_HOME", ".config"), "server.key"),
            DataFolder = values.Find(SettingTable.Data) ?? UserFolder(values, "XDG_CACHE_HOME", ".cache"),
            Listen = values.List(SettingTable.Listen) is { Count: > 0 } named ? named : [command is UsedBy.Worker ? "http://127.0.0.1:8901" : "http://127.0.0.1:8900"],
            Tls = TlsOf(values),
            Works = command is UsedBy.Worker || values.Switch(SettingTable.Work),
            Feeds = values.Find(SettingTable.Feeds),
            Offline = values.Switch(SettingTable.Offline),
            Advisories = values.List(SettingTable.Advisories),
            BookRefresh = values.Span(SettingTable.BookRefresh),
            Account = values.Find(SettingTable.Account),
            CallsASecond = values.Number(SettingTable.CallsASecond),
            Burst = (int)values.Number(SettingTable.Burst),
            KeepHistory = values.Span(SettingTable.KeepHistory),
            KeepAudit = values.Span(SettingTable.KeepAudit),
            ScanMemory = (long)(values.Number(SettingTable.ScanMemory) * (1 << 20)),
            ScanTime = values.Span(SettingTable.ScanTime),
            SinkNetworks = [.. values.List(SettingTable.SinkNetworks).Select(NetworkOf)],
            ShowsMetrics = values.Switch(SettingTable.Metrics),
            StopsWithStdin = values.Switch(SettingTable.StopWithStdin),
            StopWithin = values.Span(SettingTable.StopWithin),
            LogsJson = LogsJsonOf(values),
            LogLevel = LevelOf(values),
        };
        settings.Check();
        return settings;
    }

    private void Check()
    {
        if (!IsEmbedded && !Store.StartsWith("postgres:", StringComparison.Ordinal)) throw new UsageException("--store: begins with 'sqlite:' or 'postgres:'");
        if (Command is UsedBy.Worker && IsEmbedded) throw new UsageException("a worker needs a PostgreSQL store (--store postgres:…); on the embedded store 'serve' does the work itself");
        if (!Works && IsEmbedded) throw new UsageException("--work false needs a PostgreSQL store and workers; on the embedded store nobody else can do the work");
        if (Account is not null && !IsAccount(Account)) throw SettingValues.Wrong(SettingTable.Account, Account, "twelve digits");
        if (Feeds is not null && !Feeds.Contains("://", StringComparison.Ordinal) && !Directory.Exists(Feeds)) throw new UsageException($"the feeds folder {Feeds} does not exist");
        foreach (var url in Listen)
        {
            if (!Uri.TryCreate(url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath is not "/")
                throw SettingValues.Wrong(SettingTable.Listen, url, "an http:// or https:// address with a port");
            if (uri.Scheme is "https" && Tls is null) throw new UsageException("an https:// address needs --tls-certificate and --tls-key");
        }
    }

    /// <summary>An AWS account's number.</summary>
    public static bool IsAccount(string text) => text.Length == 12 && text.All(char.IsAsciiDigit);

    private static (string, string)? TlsOf(SettingValues values) => (values.Find(SettingTable.TlsCertificate), values.Find(SettingTable.TlsKey)) switch
    {
        (null, null) => null,
        ({ } certificate, { } key) => (certificate, key),
        _ => throw new UsageException("--tls-certificate and --tls-key go together"),
    };

    private static IPNetwork NetworkOf(string text) =>
        IPNetwork.TryParse(text, out var network) ? network : throw SettingValues.Wrong(SettingTable.SinkNetworks, text, "a network such as 10.1.0.0/16, its address the first of it");

    private static bool LogsJsonOf(SettingValues values) => values.Find(SettingTable.Log) switch
    {
        null => Console.IsErrorRedirected,
        "json" => true,
        "text" => false,
        var other => throw SettingValues.Wrong(SettingTable.Log, other, "json or text"),
    };

    private static LogLevel LevelOf(SettingValues values) => values.Text(SettingTable.LogLevel) switch
    {
        "debug" => LogLevel.Debug,
        "information" => LogLevel.Information,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        var other => throw SettingValues.Wrong(SettingTable.LogLevel, other, "debug, information, warning or error"),
    };

    /// <summary>A folder of ours below one of the user's, as the XDG base directory specification has them.</summary>
    private static string UserFolder(SettingValues values, string variable, string below) =>
        Path.Combine(values.Environment(variable) ?? Path.Combine(values.Environment("HOME") ?? throw new UsageException($"neither HOME nor {variable} is set; name the folder"), below), "vidimus");
}
