using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vidimus.Findings;
using Vidimus.Storage;
using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Sinks.Tests;

/// <summary>Nodes are killed (SIGKILL), the disk fills, the database restarts, all under load: no finding, event or entry of history is lost or doubled.</summary>
public abstract class FaultContract(ITestEngine engine) : StoreContract(engine)
{
    private readonly TemporaryFolder folder = Places.Temporary();

    protected string File => folder["events.ndjson"];

    /// <summary>A node in a process of its own.</summary>
    protected sealed class Node : IAsyncDisposable
    {
        private readonly Process process;
        private readonly Task reading;
        private readonly ConcurrentQueue<string> said = new();

        /// <param name="setup">What the shell does before it becomes the node.</param>
        /// <param name="jumps">Has the node's clock jump.</param>
        public Node(string target, string setup = "", string? jumps = null)
        {
            process = Process.Start(new ProcessStartInfo("bash", ["-c", $"{setup} exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "Vidimus.Sinks.Child"), target, .. jumps is null ? Array.Empty<string>() : [jumps]]) { RedirectStandardOutput = true })!;
            reading = Task.Run(async () =>
            {
                while (await process.StandardOutput.ReadLineAsync() is { } line) said.Enqueue(line);
            });
        }

        public IReadOnlyList<string> Said => [.. said];

        public async Task UntilAsync(Func<string, bool> wanted)
        {
            var watch = Stopwatch.StartNew();
            while (!said.Any(wanted) && watch.Elapsed < TimeSpan.FromMinutes(4)) await Task.Delay(10, Cancel);
            Assert.True(said.Any(wanted), string.Join('\n', said.TakeLast(20)));
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            await reading;
            process.Dispose();
        }
    }

    protected async Task<int> LoadAsync(int resources)
    {
        var ids = await ResourcesAsync(Mine, resources);
        await WriteAsync(s => new SinkStore(s).RegisterAsync(Mine, new("file", "file", "plain", [EventKind.Finding], false, File, null), Now, Cancel));
        await WriteAsync(s => new WorkQueue(s).AddAsync(Mine, "ingest", [.. ids.Select(r => (r.ToString(CultureInfo.InvariantCulture), ""))], WorkPriority.Changed, Now.AddYears(-1), Cancel));
        return resources;
    }

    /// <summary>Ten findings of each resource were opened and five of them closed: in the findings, the history, the counts and the sink's file, each once and in order.</summary>
    protected async Task ConsistentAsync(int resources)
    {
        async Task<long> CountAsync(string sql) => (await ReadAsync(s => s.QueryAsync(sql, r => r.GetInt64(0), Cancel)))[0];
        Assert.Equal(0, await CountAsync("select count(*) from work where topic in ('ingest', 'book')"));
        Assert.Equal(0, await CountAsync("select count(*) from outbox"));
        Assert.Equal((resources * 10, resources * 5), (await CountAsync("select count(*) from finding"), await CountAsync("select count(*) from finding where status = 3")));
        Assert.Equal(resources * 15, await CountAsync("select count(*) from finding_history"));
        Assert.Equal(resources * 15, await CountAsync("select count(*) from (select distinct finding, cause from finding_history) as d"));
        Assert.Equal(resources * 5, (await ReadAsync(s => new Counters(s).ReadAsync(Mine, CounterDimension.Status, [1], Cancel)))[(1, FindingSeverity.High)]);

        var told = Directory.EnumerateFiles(folder.Path).OrderByDescending(f => f.Length).ThenByDescending(f => f, StringComparer.Ordinal).SelectMany(System.IO.File.ReadLines)
            .Select(l => JsonDocument.Parse(l).RootElement).Select(e => (Id: e.GetProperty("event").GetInt64(), Finding: e.GetProperty("finding").GetInt64(), Cause: e.GetProperty("cause").GetString())).ToList();
        var once = told.DistinctBy(t => t.Id).ToList();
        TestContext.Current.SendDiagnosticMessage($"{told.Count - once.Count} events were told twice, of {once.Count}");
        Assert.Equal(resources * 15, once.Count);
        Assert.Equal(resources * 15, once.Select(t => (t.Finding, t.Cause)).Distinct().Count());
        foreach (var finding in once.GroupBy(t => t.Finding)) Assert.Equal(["Opened", "Closed"], finding.Select(t => t.Cause).Concat(["Closed"]).Take(2));
    }
}

/// <summary>A node that is killed at random moments and begun anew.</summary>
public abstract class KillContract(ITestEngine engine) : FaultContract(engine)
{
    private async Task KilledAsync(int kills, int seed)
    {
        var resources = await LoadAsync(kills * 15);
        var random = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var node = new Node(Target);
            await node.UntilAsync(l => l == "ready");
            await Task.Delay(random.Next(50, 400), Cancel);
        }

        await using var last = new Node(Target);
        await last.UntilAsync(l => l == "idle");
        await ConsistentAsync(resources);
    }

    [Fact]
    public Task ANodeThatIsKilledLosesAndDoublesNothing() => KilledAsync(kills: 20, seed: 1);

    [Fact]
    [Trait("Long", "true")]
    public Task ANodeThatIsKilledManyTimesLosesAndDoublesNothing() => KilledAsync(kills: 200, seed: 2);
}

public sealed class SqliteFaultTests() : KillContract(new SqliteFile())
{
    /// <summary>(The runtime's own shared memory is such a file too, unless it maps code only once.) No file of the node may grow beyond a bound, as on a full disk: it says so and goes on trying; with room again everything is done, and the file is sound.</summary>
    [Fact]
    public async Task AFullDiskIsAClearErrorAndNoDamage()
    {
        var resources = await LoadAsync(300);
        await using (var full = new Node(Target, "trap '' XFSZ; ulimit -f 1500; export DOTNET_EnableWriteXorExecute=0;"))
        {
            await full.UntilAsync(l => l.StartsWith("failed", StringComparison.Ordinal) && (l.Contains("disk", StringComparison.OrdinalIgnoreCase) || l.Contains("full", StringComparison.OrdinalIgnoreCase)));
            Assert.DoesNotContain("idle", full.Said);
        }

        Assert.Equal(["ok"], await ReadAsync(s => s.QueryAsync("pragma integrity_check", r => r.GetString(0), Cancel)));
        await using var node = new Node(Target);
        await node.UntilAsync(l => l == "idle");
        await ConsistentAsync(resources);
    }
}

public sealed class PostgresFaultTests(PostgresServer server) : KillContract(server)
{
    private async Task InTurnAsync(int resources, int kills)
    {
        await LoadAsync(resources);
        var nodes = new List<Node>();
        try
        {
            for (var i = 0; i < 3; i++) nodes.Add(new(Target));
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(1000, Cancel);
                await nodes[kill % 3].DisposeAsync();
                nodes[kill % 3] = new(Target);
            }

            await nodes[0].UntilAsync(l => l == "idle");
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }

        await ConsistentAsync(resources);
    }

    /// <summary>Three nodes, one of them killed about every second and another put in its place.</summary>
    [Fact]
    public Task NodesThatAreKilledInTurnDoAllWorkOnce() => InTurnAsync(resources: 400, kills: 5);

    [Fact]
    [Trait("Long", "true")]
    public Task NodesThatAreKilledInTurnForMinutesDoAllWorkOnce() => InTurnAsync(resources: 4_000, kills: 200);

    /// <summary>Two nodes, the clock of each right, a day ahead or a day behind, another every half second: leases end too early or never, and all work is done once all the same.</summary>
    [Fact]
    public async Task NodesWhoseClocksJumpDoAllWorkOnce()
    {
        var resources = await LoadAsync(300);
        await using var first = new Node(Target, jumps: "1");
        await using var second = new Node(Target, jumps: "2");
        await first.UntilAsync(l => l == "idle");
        await ConsistentAsync(resources);
    }
}

/// <summary>Over a PostgreSQL of its own, since it is ended underneath.</summary>
public sealed class RestartTests : FaultContract, IDisposable
{
    private readonly PostgresServer server;

    public RestartTests() : this(new PostgresServer())
    {
    }

    private RestartTests(PostgresServer server) : base(server) => this.server = server;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task ANodeGoesOnWhenTheDatabaseIsBack()
    {
        var resources = await LoadAsync(150);
        await using var node = new Node(Target);
        await node.UntilAsync(l => l.StartsWith("ingest", StringComparison.Ordinal));
        for (var i = 0; i < 2; i++)
        {
            server.Restart();
            await Task.Delay(1500, Cancel);
        }

        await node.UntilAsync(l => l == "idle");
        Assert.Contains(node.Said, l => l.StartsWith("failed", StringComparison.Ordinal));
        // The test's own idle connections died with the server too: each read that fails takes one out of the pool.
        for (var left = 20; left > 0; left--)
        {
            try
            {
                await ReadAsync(x => x.QueryAsync("select 1", r => r.GetInt32(0), Cancel));
                left = 0;
            }
            catch (System.Data.Common.DbException) when (left > 1)
            {
                // The next connection may be alive.
            }
        }

        await ConsistentAsync(resources);
    }
}
