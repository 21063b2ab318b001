using System.Diagnostics;
using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>A million findings: first pages are full, and what pages cost at random depths is printed (run with -diagnostics).</summary>
public abstract class ManyFindingsContract(ITestEngine engine) : StoreContract(engine)
{
    [Fact]
    [Trait("Long", "true")]
    public async Task PagesOfAMillionFindings()
    {
        const int vulnerabilities = 20, each = 50_000;
        var resources = await ResourcesAsync(Mine, each);
        var clock = Stopwatch.StartNew();
        for (var v = 1; v <= vulnerabilities; v++)
        {
            var observed = resources.Select(r => new Observation(new(r, FindingKind.Package, v), Facts((FindingSeverity)((r + v) % 6))));
            await WriteAsync(s => new FindingStore(s).WriteAsync(FindingState.Observe([], observed, Now.AddSeconds(v)), Cancel));
        }

        TestContext.Current.SendDiagnosticMessage($"{each} findings with history, events and counts, one commit: {clock.ElapsedMilliseconds / vulnerabilities} ms");
        await using var session = await Database.WriteAsync(Cancel);
        await session.ExecuteAsync("analyze", Cancel);
        await session.CommitAsync(Cancel);
        if (session.Engine == Engine.Postgres) TestContext.Current.SendDiagnosticMessage($"{await SizeAsync()} bytes a finding");

        foreach (var statuses in new FindingStatus[][] { [], [FindingStatus.Active], [FindingStatus.Closed] })
        {
            var times = new List<double>();
            var random = new Random(3);
            for (var i = 0; i < 60; i++)
            {
                FindingCursor? after = i % 3 == 0 ? null : new(Mine.Account, FindingKind.Package, random.Next(vulnerabilities), random.Next(each), 0);
                clock.Restart();
                var page = await ReadAsync(s => new FindingStore(s).ListAsync(Mine.OfTenant, new(null, statuses, after, 100), Cancel));
                times.Add(clock.Elapsed.TotalMilliseconds);
                if (after is null) Assert.Equal(statuses is [FindingStatus.Closed] ? 0 : 100, page.Count);
            }

            times.Sort();
            TestContext.Current.SendDiagnosticMessage($"{string.Join(',', statuses)}: p50 {times[30]:f1} ms, worst {times[^1]:f1} ms");
        }
    }

    private Task<long> SizeAsync() => ReadAsync(async s => (await s.QueryAsync("select pg_total_relation_size('finding') / count(*) from finding", r => r.GetInt64(0), Cancel))[0]);
}

public sealed class SqliteManyFindingsTests() : ManyFindingsContract(new SqliteFile());

public sealed class PostgresManyFindingsTests(PostgresServer server) : ManyFindingsContract(server);
