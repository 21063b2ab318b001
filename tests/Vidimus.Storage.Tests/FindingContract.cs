using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>Findings with their history, events and counts.</summary>
public abstract class FindingContract(ITestEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task WritesWhatChangesAndNothingElse()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var opened = await ObserveAsync(Mine, resource, Now, (1, Facts()), (2, Facts(FindingSeverity.Low)));
        Assert.Equal([FindingCause.Opened, FindingCause.Opened], opened.Select(c => c.Cause));
        Assert.Empty(await ObserveAsync(Mine, resource, Now.AddHours(1), (1, Facts()), (2, Facts(FindingSeverity.Low))));

        var later = await ObserveAsync(Mine, resource, Now.AddHours(2), (1, Facts(FindingSeverity.Critical)));
        Assert.Equal([FindingCause.Updated, FindingCause.Closed], later.Select(c => c.Cause));
        var back = await ObserveAsync(Mine, resource, Now.AddHours(3), (1, Facts(FindingSeverity.Critical)), (2, Facts()));
        Assert.Equal(FindingCause.Reopened, Assert.Single(back).Cause);

        var stored = await ReadAsync(s => new FindingStore(s).GetAsync(Mine, [.. opened.Select(c => c.After.Id)], Cancel));
        Assert.Equal([later[0].After, back[0].After], stored);
        Assert.Equal(Now, stored[1].FirstObserved);
    }

    [Fact]
    public async Task TheHistoryRebuildsTheFinding()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var id = (await ObserveAsync(Mine, resource, Now, (1, Facts())))[0].After.Id;
        await ObserveAsync(Mine, resource, Now.AddHours(1), (1, Facts(FindingSeverity.Low, evidence: 2)));
        await ObserveAsync(Mine, resource, Now.AddHours(2));
        await ObserveAsync(Mine, resource, Now.AddHours(3), (1, Facts()));

        var history = await ReadAsync(s => new FindingStore(s).HistoryAsync(Mine, id, Cancel));
        Assert.Equal([FindingCause.Opened, FindingCause.Updated, FindingCause.Closed, FindingCause.Reopened], history.Select(h => h.Cause));
        Assert.Equal([FindingStatus.Active, FindingStatus.Active, FindingStatus.Closed, FindingStatus.Active], history.Select(h => h.Status));
        Assert.Equal([Facts(), Facts(FindingSeverity.Low, 2), Facts(FindingSeverity.Low, 2), Facts()], history.Select(h => h.Facts));
        Assert.Equal(ClosingReason.NotObserved, history[2].Closing);
    }

    [Fact]
    public async Task AnotherIncarnationIsAnotherRow()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var first = (await ObserveAsync(Mine, resource, Now, (1, Facts())))[0].After;
        await ObserveAsync(Mine, resource, Now.AddHours(1));
        var second = Assert.Single(await ObserveAsync(Mine, resource, Now.AddDays(8), (1, Facts()))).After;
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(1, second.Incarnation);
        Assert.Equal(2, (await ReadAsync(s => new FindingStore(s).GetAsync(Mine, [first.Id, second.Id], Cancel))).Count);
    }

    [Fact]
    public async Task DeletesAClosedFindingInItsTimeAndKeepsItsHistory()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var id = (await ObserveAsync(Mine, resource, Now, (1, Facts())))[0].After.Id;
        await ObserveAsync(Mine, resource, Now.AddHours(1));
        Assert.Equal(0, await WriteAsync(s => new FindingStore(s).DeleteDueAsync(Now.AddHours(1).AddDays(30).AddMilliseconds(-1), 100, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new FindingStore(s).DeleteDueAsync(Now.AddHours(1).AddDays(30), 100, Cancel)));
        Assert.Empty(await ReadAsync(s => new FindingStore(s).GetAsync(Mine, [id], Cancel)));
        Assert.Equal(2, (await ReadAsync(s => new FindingStore(s).HistoryAsync(Mine, id, Cancel))).Count);

        // Its number, and with it its ARN, is never given to another.
        Assert.True((await ObserveAsync(Mine, resource, Now.AddDays(40), (1, Facts())))[0].After.Id > id);
    }

    [Fact]
    public async Task RefusesToWriteOverWhatItHasNotSeen()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var finding = (await ObserveAsync(Mine, resource, Now, (1, Facts())))[0].After;
        await ObserveAsync(Mine, resource, Now.AddHours(1), (1, Facts(FindingSeverity.Low)));
        FindingChange stale = new(FindingCause.Updated, finding, finding.With(Facts(FindingSeverity.Critical), Now.AddHours(2)));
        await Assert.ThrowsAsync<StaleFindingException>(() => WriteAsync(s => new FindingStore(s).WriteAsync([stale], Cancel)));
        FindingChange twice = new(FindingCause.Opened, null, Finding.Opened(finding.Key, 0, Facts(), Now));
        await Assert.ThrowsAsync<StaleFindingException>(() => WriteAsync(s => new FindingStore(s).WriteAsync([twice], Cancel)));
    }

    /// <summary>Eight writers observe at random on the same few resources; the store ends as one writer would leave it, and history, events and counts agree with it.</summary>
    [Fact]
    public async Task ManyWritersLeaveOneTruth()
    {
        var resources = await ResourcesAsync(Mine, 3);
        var clock = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), Cancel, async (writer, _) =>
        {
            var random = new Random(writer);
            for (var i = 0; i < 15; i++)
            {
                var observed = Enumerable.Range(1, 6).Where(_ => random.Next(2) == 0).Select(v => ((long)v, Facts((FindingSeverity)random.Next(6)))).ToArray();
                await ObserveAsync(Mine, resources[random.Next(3)], Now.AddMilliseconds(Interlocked.Increment(ref clock)), observed);
                if (i % 5 == 0) await WriteAsync(s => new Counters(s).RollUpAsync(10, Cancel));
            }
        });

        await ConsistentAsync(resources);
        while (await WriteAsync(s => new Counters(s).RollUpAsync(50, Cancel)) > 0) { }
        await ConsistentAsync(resources);
    }

    [Fact]
    public async Task PagesGiveEachFindingOnceInOrder()
    {
        await SeedAsync();
        foreach (var (account, statuses) in new (int?, FindingStatus[])[] { (null, []), (null, [FindingStatus.Active]), (Mine.Account, []), (Sibling.Account, [FindingStatus.Active, FindingStatus.Closed]), (null, [FindingStatus.Suppressed]) })
        {
            var all = await ReadAsync(s => new FindingStore(s).ListAsync(Mine.OfTenant, new(account, statuses, null, 10_000), Cancel));
            var expected = all.OrderBy(f => f.Scope.Account).ThenBy(f => f.Finding.Key.Fingerprint).ThenBy(f => f.Finding.Key.Resource);
            Assert.Equal(expected, all);
            Assert.Equal(statuses.Contains(FindingStatus.Suppressed) ? 0 : statuses.Length == 1 ? 150 : account is null ? 200 : 100, all.Count);

            foreach (var size in new[] { 1, 7 })
            {
                var pages = new List<ListedFinding>();
                FindingCursor? after = null;
                while (await ReadAsync(s => new FindingStore(s).ListAsync(Mine.OfTenant, new(account, statuses, after, size), Cancel)) is [.., var last] page)
                {
                    pages.AddRange(page);
                    after = last.Cursor;
                }

                Assert.Equal(all, pages);
            }
        }
    }

    [Fact]
    public async Task ListsTheFindingsOfAVulnerability()
    {
        await SeedAsync();
        var pages = new List<ListedFinding>();
        ListedFinding? after = null;
        while (await ReadAsync(s => new FindingStore(s).OfVulnerabilityAsync(Mine, 3, after, 3, Cancel)) is [.., var last] page)
        {
            pages.AddRange(page);
            after = last;
        }

        Assert.Equal(10, pages.Select(f => f.Finding.Id).Distinct().Count());
        Assert.All(pages, f => Assert.Equal((3, Mine.Tenant), (f.Finding.Key.Fingerprint, f.Scope.Tenant)));
    }

    /// <summary>60 a round trip or 60,000: the set is one statement. Here 5,000, with what they leave behind.</summary>
    [Fact]
    public async Task AnAdvisorysFindingsAreOneCommit()
    {
        var mine = await ResourcesAsync(Mine, 2500);
        var theirs = await ResourcesAsync(Foreign, 2500);
        var observed = mine.Concat(theirs).Select(r => new Observation(new(r, FindingKind.Package, 77), Facts())).ToArray();
        var written = await WriteAsync(s => new FindingStore(s).WriteAsync(FindingState.Observe([], observed, Now), Cancel));
        Assert.Equal(5000, written.Select(c => c.After.Id).Distinct().Count());
        Assert.Equal(2500, (await ReadAsync(s => new Counters(s).ReadAsync(Foreign, CounterDimension.Vulnerability, [77], Cancel)))[(77, FindingSeverity.High)]);

        var known = await WriteAsync(s => new FindingStore(s).OfKeysAsync(Mine, [.. observed.Select(o => o.Key)], Cancel));
        Assert.Equal(mine.Order(), known.Select(f => f.Key.Resource).Order());
        Assert.Empty(FindingState.Observe(known, observed.Where(o => mine.Contains(o.Key.Resource)), Now.AddDays(1)));
    }

    [Fact]
    public async Task EvidenceIsKeptOnce()
    {
        var first = await WriteAsync(s => new FindingStore(s).PutEvidenceAsync(Mine, [("CVE-1 - a", "[1]"), ("CVE-2 - b", "[2]"), ("CVE-1 - a", "[1]")], Cancel));
        var second = await WriteAsync(s => new FindingStore(s).PutEvidenceAsync(Mine, [("CVE-1 - a", "[1]")], Cancel));
        Assert.Equal(2, first.Count);
        var id = first[FindingStore.DigestOf("CVE-1 - a", "[1]")];
        Assert.Equal(id, Assert.Single(second).Value);
        Assert.Equal(("CVE-1 - a", "[1]"), (await ReadAsync(s => new FindingStore(s).EvidenceAsync(Mine, [id], Cancel)))[id]);
    }

    /// <summary>200 findings of the tenant in two accounts, a quarter of them closed, and some of another tenant.</summary>
    private async Task SeedAsync()
    {
        foreach (var scope in new[] { Mine, Sibling, Foreign })
        {
            var at = Now;
            foreach (var resource in await ResourcesAsync(scope, 10))
            {
                var all = Enumerable.Range(1, 10).Select(v => ((long)v, Facts((FindingSeverity)(v % 6)))).ToArray();
                await ObserveAsync(scope, resource, at, all);
                if (resource % 2 == 0) await ObserveAsync(scope, resource, at.AddMinutes(1), all[..5]);
                at = at.AddMilliseconds(resource % 3);
            }
        }
    }

    private async Task ConsistentAsync(long[] resources)
    {
        await using var session = await Database.ReadAsync(Cancel);
        var findings = new FindingStore(session);
        var all = await findings.ListAsync(Mine.OfTenant, new(null, [], null, 10_000), Cancel);
        foreach (var finding in all.Select(f => f.Finding))
        {
            var history = await findings.HistoryAsync(Mine, finding.Id, Cancel);
            Assert.Equal(FindingCause.Opened, history[0].Cause);
            Assert.Equal((finding.Status, finding.Facts, finding.Updated), (history[^1].Status, history[^1].Facts, history[^1].At));
            Assert.All(history.Zip(history.Skip(1)), pair => Assert.NotEqual((pair.First.Status, pair.First.Facts), (pair.Second.Status, pair.Second.Facts)));
        }

        var counts = await new Counters(session).ReadAsync(Mine, CounterDimension.Resource, resources, Cancel);
        Assert.Equal(
            all.Where(f => f.Finding.Status == FindingStatus.Active).GroupBy(f => (f.Finding.Key.Resource, f.Finding.Severity)).ToDictionary(g => g.Key, g => (long)g.Count()).OrderBy(x => x.Key),
            counts.OrderBy(x => x.Key));
        var status = await new Counters(session).ReadAsync(Mine, CounterDimension.Status, [1, 2], Cancel);
        Assert.Equal(all.Count(f => f.Finding.IsOpen), status.Values.Sum());
    }
}

public sealed class SqliteFindingTests() : FindingContract(new SqliteFile());

public sealed class PostgresFindingTests(PostgresServer server) : FindingContract(server);
