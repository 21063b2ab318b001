using System.IO.Compression;
using System.Text.Json;
using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>Nodes that share a PostgreSQL and nothing else.</summary>
public class NodeTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>One node compiles the book from a feed; another, which has neither the feed nor the folder, answers; a third does the work when the first is gone.</summary>
    [Fact]
    public async Task NodesWithFoldersOfTheirOwnJudgeByOneBook()
    {
        using var folder = Places.Temporary();
        Feed(folder, ("GHSA-xxxx-xxxx-0001", "one-of-ours"));
        var store = postgres.NewTarget();
        Dictionary<string, string> Of(string data, bool feeds) => new() { ["VIDIMUS_STORE"] = store, ["VIDIMUS_DATA"] = folder[data], ["VIDIMUS_OFFLINE"] = feeds ? "false" : "true", ["VIDIMUS_FEEDS"] = feeds ? folder["feeds"] : "", ["VIDIMUS_BOOK_REFRESH"] = "2s" };
        using var answers = await RunningServer.StartAsync(folder, Of("b", feeds: false), "serve", "--work", "false");
        using var compiles = await RunningServer.StartAsync(folder, Of("a", feeds: true), "worker");
        using var works = await RunningServer.StartAsync(folder, Of("c", feeds: false), "worker");
        await UntilAsync(() => Books(folder, "b") == 1 && Books(folder, "c") == 1, () => answers.Error + works.Error + compiles.Error);

        Push(folder, answers, "one-of-ours", "two-of-ours");
        await UntilFoundAsync(folder, answers, "GHSA-xxxx-xxxx-0001");
        Feed(folder, ("GHSA-xxxx-xxxx-0001", "one-of-ours"), ("GHSA-xxxx-xxxx-0002", "two-of-ours"));
        await UntilFoundAsync(folder, answers, "GHSA-xxxx-xxxx-0002");

        // Who compiled it dies; a node that comes new gets it from the store.
        compiles.Stop("KILL");
        using var comes = await RunningServer.StartAsync(folder, Of("d", feeds: false), "worker");
        await UntilAsync(() => Books(folder, "d") == 1, () => comes.Error);
        Assert.Single(new[] { "b", "c", "d" }.Select(d => Path.GetFileName(Directory.GetFiles(folder[$"{d}/books/fleet"])[0])).Distinct());
    }

    private static int Books(TemporaryFolder folder, string data) => Directory.Exists(folder[$"{data}/books/fleet"]) ? Directory.GetFiles(folder[$"{data}/books/fleet"]).Count(f => !f.EndsWith(".tmp", StringComparison.Ordinal)) : 0;

    private static void Feed(TemporaryFolder folder, params (string Id, string Package)[] advisories)
    {
        Directory.CreateDirectory(folder["feeds/osv/npm"]);
        using (var zip = ZipFile.Open(folder["feeds.new"], ZipArchiveMode.Create))
        {
            foreach (var (id, package) in advisories)
            {
                using var writer = new StreamWriter(zip.CreateEntry($"{id}.json").Open());
                writer.Write($$"""{"schema_version":"1.6.0","id":"{{id}}","modified":"2026-01-01T00:00:00Z","published":"2026-01-01T00:00:00Z","summary":"a hole","affected":[{"package":{"ecosystem":"npm","name":"{{package}}"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"9.0.0"}]}]}]}""");
            }
        }

        File.Move(folder["feeds.new"], folder["feeds/osv/npm/all.zip"], overwrite: true);
    }

    private static void Push(TemporaryFolder folder, RunningServer server, params string[] packages)
    {
        foreach (var package in packages)
        {
            Directory.CreateDirectory(folder[$"app/node_modules/{package}"]);
            File.WriteAllText(folder[$"app/node_modules/{package}/package.json"], $$"""{"name":"{{package}}","version":"1.0.0"}""");
        }

        var (exit, _, error) = RealTool.Try(Path.Combine(AppContext.BaseDirectory, "vidimus"), ["push", $"dir:{folder["app"]}", "--as", "folder:app", "--server", server.Endpoint, "--region", "eu-west-1"],
            environment: new Dictionary<string, string>(RunningServer.Client(folder)) { ["VIDIMUS_DATA"] = folder["tool"], ["HOME"] = folder["home"] });
        Assert.True(exit == 0, error + server.Error);
    }

    private static async Task UntilFoundAsync(TemporaryFolder folder, RunningServer server, string id)
    {
        var client = RunningServer.Client(folder);
        await UntilAsync(() =>
        {
            using var json = JsonDocument.Parse(server.Aws(client, "inspector2", "list-findings").Output);
            return json.RootElement.GetProperty("findings").EnumerateArray().Any(f => f.GetProperty("packageVulnerabilityDetails").GetProperty("vulnerabilityId").GetString() == id);
        }, () => server.Error);
    }

    private static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 120, otherwise());
            await Task.Delay(500, Cancel);
        }
    }
}
