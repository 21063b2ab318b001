using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Vidimus.Sinks.Tests;
using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>What a new user does by the README, from the first start to a closed finding, with the programs as they are started: vidimus, vidimus-server, the aws CLI, and a webhook's receiver that verifies signatures by its own means.</summary>
public class WalkTests(PostgresServer postgres)
{
    private const string Account = "111122223333";
    private const string Region = "eu-west-1";
    private const string Web = "registry.example/shop/web:1";
    private const string Database = "registry.example/shop/db:1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnTheEmbeddedStore()
    {
        using var folder = Places.Temporary();
        await WalkAsync(folder, new Dictionary<string, string>(), nodes: 1);
    }

    /// <summary>Inventories go to one node, questions to the other.</summary>
    [Fact]
    public async Task OnPostgresWithTwoNodes()
    {
        using var folder = Places.Temporary();
        await WalkAsync(folder, new Dictionary<string, string> { ["VIDIMUS_STORE"] = postgres.NewTarget() }, nodes: 2);
    }

    private static async Task WalkAsync(TemporaryFolder folder, IReadOnlyDictionary<string, string> store, int nodes)
    {
        RealTool.Require("aws", "umoci", "skopeo", "python3");
        var variables = new Dictionary<string, string>(store) { ["VIDIMUS_SINK_NETWORKS"] = "127.0.0.1/32" };
        using var first = await RunningServer.StartAsync(folder, variables);
        using var second = nodes == 2 ? await RunningServer.StartAsync(folder, variables) : null;
        var asked = second ?? first;
        var walk = new Walk(folder, first, asked);

        // A webhook, whose key is in a file of the operator's.
        var port = FreePort();
        var added = RunningServer.Run(folder, variables, "admin", "sink", "add", "webhook", "hook", $"http://127.0.0.1:{port}/ok", "--account", Account, "--region", Region, "-o", folder["hook.key"]);
        Assert.True(added.Exit == 0, added.Error);
        Assert.Equal("600\n", RealTool.Run("stat", ["-c", "%a", folder["hook.key"]]));
        await using var receiver = new Receiver(File.ReadAllText(folder["hook.key"]).Trim(), port);

        // Two images.
        Image(folder, "web", ("lodash", "4.17.11"), ("minimist", "0.0.8"));
        Image(folder, "db", ("minimist", "0.0.8"));
        walk.Push("web", Web);
        walk.Push("db", Database);
        var found = walk.Findings();
        Assert.Contains(found, f => f.Resource == Database && f.Package == "minimist");
        var lodash = found.Where(f => f.Resource == Web && f.Package == "lodash").ToList();
        Assert.NotEmpty(lodash);
        Assert.All(found, f => Assert.Equal("ACTIVE", f.Status));

        // A rule hides one, and only it; without the rule it is shown again.
        var one = lodash[0];
        var filter = walk.Aws("create-filter", "--name", "accepted", "--action", "SUPPRESS", "--reason", "not reachable",
            "--filter-criteria", $$"""{"vulnerabilityId":[{"comparison":"EQUALS","value":"{{one.Vulnerability}}"}]}""").GetProperty("arn").GetString()!;
        await walk.UntilAsync(f => f.Where(x => x.Status == "SUPPRESSED").Select(x => x.Arn).SequenceEqual([one.Arn]), "the rule hides the finding");
        walk.Aws("delete-filter", "--arn", filter);
        await walk.UntilAsync(f => f.All(x => x.Status == "ACTIVE"), "the finding is shown again");

        // The package goes up in one image.
        Image(folder, "web", ("lodash", "4.999.0"), ("minimist", "0.0.8"));
        walk.Push("web", Web);
        var after = await walk.UntilAsync(f => f.Single(x => x.Arn == one.Arn).Status == "CLOSED", "the finding is closed");
        Assert.Equal(lodash.Select(f => f.Arn).Order(StringComparer.Ordinal), after.Where(f => f.Status == "CLOSED").Select(f => f.Arn).Order(StringComparer.Ordinal));
        Assert.Equal(found.Where(f => f.Package == "minimist"), after.Where(f => f.Package == "minimist"));

        // All of it was told: signed, once each, in the order of what happened to each finding.
        var told = await ToldAsync(receiver, one.Arn, 4);
        Assert.Equal(["ACTIVE", "SUPPRESSED", "ACTIVE", "CLOSED"], told);
        Assert.All(receiver.All, r => Assert.True(r.Valid && r.Status == 204));
        Assert.Equal(receiver.All.Count, receiver.All.Select(r => r.Id).Distinct().Count());
        Assert.Equal(2, receiver.All.Count(r => r.Body.GetProperty("detail-type").GetString() == "Inspector2 Scan"));
        Assert.All(receiver.All, r => Assert.Equal((Account, Region), (r.Body.GetProperty("account").GetString(), r.Body.GetProperty("region").GetString())));
        Assert.Equal(after.Count, receiver.All.Select(r => r.Body.GetProperty("detail")).Where(d => d.TryGetProperty("findingArn", out _)).Select(d => d.GetProperty("findingArn").GetString()).Distinct().Count());

        // What the operator sees of it, and a resource that goes.
        await UntilListedAsync(folder, variables, receiver.All.Count);
        var ended = RunningServer.Run(folder, variables, "admin", "resource", "end", $"image:{Database}", "--reason", "terminated", "--account", Account, "--region", Region);
        Assert.True(ended.Exit == 0, ended.Error);
        Assert.Matches("[1-9][0-9]* findings closed", ended.Output);
        Assert.All(walk.Findings().Where(f => f.Resource == Database), f => Assert.Equal("CLOSED", f.Status));

        // Switched off: all that is left closes.
        walk.Aws("enable", "--resource-types", "ECR");
        walk.Aws("disable", "--resource-types", "ECR");
        await walk.UntilAsync(f => f.All(x => x.Status == "CLOSED"), "what was found closes when scanning is switched off");
        Assert.Contains("nothing is wrong", RunningServer.Run(folder, variables, "admin", "check").Output);
        Assert.Equal(0, first.Stop());
        if (second is not null) Assert.Equal(0, second.Stop());
    }

    private static async Task<List<string>> ToldAsync(Receiver receiver, string arn, int count)
    {
        var told = new List<string>();
        for (var tries = 0; tries < 120; tries++)
        {
            told = [.. receiver.All.Select(r => r.Body.GetProperty("detail")).Where(d => d.TryGetProperty("findingArn", out var of) && of.GetString() == arn).Select(d => d.GetProperty("status").GetString()!)];
            if (told.Count >= count) break;
            await Task.Delay(500, Cancel);
        }

        return told;
    }

    /// <summary>A sender notes what it sent when its turn ends.</summary>
    private static async Task UntilListedAsync(TemporaryFolder folder, IReadOnlyDictionary<string, string> variables, int sent)
    {
        for (var tries = 0; ; tries++)
        {
            var (exit, output, error) = RunningServer.Run(folder, variables, "admin", "sink", "list", "--account", Account, "--region", Region);
            Assert.True(exit == 0, error);
            if (System.Text.RegularExpressions.Regex.IsMatch(output, $@"hook +webhook +eventbridge +{sent} ")) return;
            Assert.True(tries < 20, $"{sent} were sent: {output}");
            await Task.Delay(500, Cancel);
        }
    }

    /// <summary>An image of one layer with installed packages of npm's.</summary>
    private static void Image(TemporaryFolder folder, string name, params (string Name, string Version)[] packages)
    {
        RealTool.Bash($"rm -rf rootfs lay {name}.tar; mkdir -p rootfs/app", folder.Path);
        foreach (var (package, version) in packages)
        {
            Directory.CreateDirectory(folder[$"rootfs/app/node_modules/{package}"]);
            File.WriteAllText(folder[$"rootfs/app/node_modules/{package}/package.json"], $$"""{"name":"{{package}}","version":"{{version}}"}""");
        }

        RealTool.Bash($"""
            umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base rootfs / >/dev/null
            umoci config --image lay:base --architecture amd64 --os linux
            skopeo copy -q oci:lay:base docker-archive:{name}.tar:example/{name}:1
            """, folder.Path);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Found(string Arn, string Vulnerability, string Package, string Resource, string Status);

    /// <summary>A user with the first credentials.</summary>
    private sealed class Walk(TemporaryFolder folder, RunningServer pushed, RunningServer asked)
    {
        private readonly Dictionary<string, string> client = RunningServer.Client(folder);

        public void Push(string image, string name)
        {
            var (exit, _, error) = RealTool.Try(Path.Combine(AppContext.BaseDirectory, "vidimus"), ["push", $"docker-archive:{folder[$"{image}.tar"]}", "--as", $"image:{name}", "--server", pushed.Endpoint, "--region", Region],
                environment: new Dictionary<string, string>(client) { ["VIDIMUS_DATA"] = folder["data"], ["HOME"] = folder["home"] });
            Assert.True(exit == 0, error);
        }

        public JsonElement Aws(params IEnumerable<string> arguments)
        {
            var (exit, output, error) = asked.Aws(client, ["inspector2", .. arguments]);
            Assert.True(exit == 0, error);
            using var json = JsonDocument.Parse(output);
            return json.RootElement.Clone();
        }

        public IReadOnlyList<Found> Findings() =>
        [
            .. Aws("list-findings").GetProperty("findings").EnumerateArray().Select(f => (Finding: f, Details: f.GetProperty("packageVulnerabilityDetails"))).Select(f => new Found(f.Finding.GetProperty("findingArn").GetString()!,
                f.Details.GetProperty("vulnerabilityId").GetString()!, f.Details.GetProperty("vulnerablePackages")[0].GetProperty("name").GetString()!,
                NameOf(f.Finding.GetProperty("resources")[0].GetProperty("id").GetString()!), f.Finding.GetProperty("status").GetString()!)).OrderBy(f => f.Arn, StringComparer.Ordinal),
        ];

        /// <summary>The image of an ARN that ends with its repository and its digest, which is another after each build.</summary>
        private static string NameOf(string arn) => arn.Contains("/registry.example/shop/web/sha256:", StringComparison.Ordinal) ? Web : arn.Contains("/registry.example/shop/db/sha256:", StringComparison.Ordinal) ? Database : arn;

        public async Task<IReadOnlyList<Found>> UntilAsync(Func<IReadOnlyList<Found>, bool> holds, string what)
        {
            for (var tries = 0; ; tries++)
            {
                var findings = Findings();
                if (holds(findings)) return findings;
                Assert.True(tries < 20, $"{what}: {string.Join('\n', findings)}\n{asked.Error}");
                await Task.Delay(500, Cancel);
            }
        }
    }
}
