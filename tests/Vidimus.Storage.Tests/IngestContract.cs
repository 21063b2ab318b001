using System.Globalization;
using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>A process that ingests is killed at random moments: nothing is lost and nothing doubled.</summary>
public abstract class IngestContract(ITestEngine engine) : StoreContract(engine)
{
    [Fact]
    public Task LosesAndDoublesNothingWhenKilled() => KilledAsync(units: 300, seed: 1);

    [Fact]
    [Trait("Long", "true")]
    public Task LosesAndDoublesNothingWhenKilledManyTimes() => KilledAsync(units: 20_000, seed: 2);

    private async Task KilledAsync(int units, int seed)
    {
        var resources = await ResourcesAsync(Mine, units);
        await WriteAsync(s => new WorkQueue(s).AddAsync(Mine, "ingest", [.. resources.Select(r => (r.ToString(CultureInfo.InvariantCulture), ""))], 1, Now.AddYears(-1), Cancel));

        var random = new Random(seed);
        var kills = 0;
        var said = new HashSet<string>();
        while (!await Child.RunAsync("ingest", Target, TimeSpan.FromMilliseconds(random.Next(20)), line => said.Add(line), Cancel, lines: 1 + random.Next(units / 4))) kills++;
        TestContext.Current.SendDiagnosticMessage($"killed {kills} times over {units} units");

        await using var session = await Database.ReadAsync(Cancel);
        async Task<long> CountAsync(string sql) => (await session.QueryAsync(sql, r => r.GetInt64(0), Cancel))[0];
        Assert.True(kills > 0);
        Assert.Equal(0, await CountAsync("select count(*) from work"));
        Assert.Equal(units * 10, await CountAsync("select count(*) from finding"));
        Assert.Equal(units * 10, await CountAsync("select count(*) from finding_history"));
        Assert.Equal(units * 10, await CountAsync("select count(distinct finding) from finding_history"));
        Assert.Equal(units * 10, await CountAsync("select count(distinct finding) from outbox"));
        Assert.Equal(units * 10, await CountAsync("select count(*) from outbox"));
        Assert.Equal(units * 10, (await new Counters(session).ReadAsync(Mine, CounterDimension.Status, [1], Cancel))[(1, FindingSeverity.High)]);
        Assert.Subset(resources.Select(r => r.ToString(CultureInfo.InvariantCulture)).Append("done").ToHashSet(), said);
    }
}

public sealed class SqliteIngestTests() : IngestContract(new SqliteFile());

public sealed class PostgresIngestTests(PostgresServer server) : IngestContract(server);
