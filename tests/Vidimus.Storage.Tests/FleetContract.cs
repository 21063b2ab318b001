using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>What matching asks of the whole fleet: books, versions that are decided, who holds what.</summary>
public abstract class FleetContract(ITestEngine engine) : StoreContract(engine)
{
    private static Document Doc(string text, string kind, params long[] versions) => new(Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)), kind, versions, System.Text.Encoding.UTF8.GetBytes(text));

    private Task<T> FleetAsync<T>(Func<FleetStore, Task<T>> ask) => WriteAsync(s => ask(new(s)));

    private Task<long[]> VersionsAsync(params (string Ecosystem, string Name)[] names) => WriteAsync(async s =>
    {
        PackageVersion[] versions = [.. names.Select(n => new PackageVersion(n.Ecosystem, n.Name, "1", ""))];
        var numbers = await new PackageVersionStore(s).NumberAsync(versions, Cancel);
        return versions.Select(v => numbers[v]).ToArray();
    });

    private Task<long> DocumentAsync(Scope scope, Document document, DateTimeOffset? sent = null) =>
        WriteAsync(async s => (await new DocumentStore(s).PutAsync(scope, [document], sent ?? Now, Cancel))[document.Digest]);

    private Task<int> HoldAsync(Scope scope, long resource, string kind, long document, string collectors = "c1") =>
        WriteAsync(s => new DocumentStore(s).HoldAsync(scope, [(resource, kind, document)], collectors, Cancel));

    [Fact]
    public async Task TheLastBookAdoptedIsInUse()
    {
        Assert.Null(await FleetAsync(f => f.BookAsync(Cancel)));
        var first = await FleetAsync(f => f.AdoptAsync(Digest.Of("a"u8), Now, Now.AddHours(1), Cancel));
        var second = await FleetAsync(f => f.AdoptAsync(Digest.Of("b"u8), Now.AddHours(2), Now.AddHours(3), Cancel));
        Assert.True(second > first);
        Assert.Equal(new AdoptedBook(second, Digest.Of("b"u8), Now.AddHours(2)), await FleetAsync(f => f.BookAsync(Cancel)));
    }

    [Fact]
    public async Task AVersionIsDecidedUntilItIsDoubted()
    {
        var v = await VersionsAsync(("npm", "a"), ("npm", "b"), ("Debian:12", "a"));
        Assert.Equal(v.Order().Select(n => (n, false)), (await FleetAsync(f => f.UndecidedAsync(v, Cancel))).Select(u => (u.Number, u.Before)));
        await FleetAsync(async f =>
        {
            await f.DecidedAsync(v, 7, Cancel);
            return 0;
        });
        Assert.Empty(await FleetAsync(f => f.UndecidedAsync(v, Cancel)));

        // By keys, by a list of ecosystems, all; what is in doubt already is not named again.
        Assert.Equal([v[0]], await FleetAsync(f => f.DoubtAsync([("npm", "a"), ("npm", "unknown")], Cancel)));
        var undecided = Assert.Single(await FleetAsync(f => f.UndecidedAsync(v, Cancel)));
        Assert.Equal((v[0], new PackageVersion("npm", "a", "1", ""), true), undecided);
        Assert.Equal([v[2]], await FleetAsync(f => f.DoubtAllAsync("Debian:12", Cancel)));
        Assert.Equal([v[1]], await FleetAsync(f => f.DoubtAllAsync(null, Cancel)));
        Assert.Empty(await FleetAsync(f => f.DoubtAllAsync(null, Cancel)));
    }

    [Fact]
    public async Task EcosystemsAreListedOnce()
    {
        foreach (var names in new[] { new[] { "npm", "Debian:12", "npm" }, ["npm", "PyPI"] })
        {
            await FleetAsync(async f =>
            {
                await f.AddEcosystemsAsync(names, Cancel);
                return 0;
            });
        }

        Assert.Equal(["Debian:12", "PyPI", "npm"], (await FleetAsync(f => f.EcosystemsAsync(Cancel))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhoHoldsWhatAndHowThatChanged()
    {
        var mine = await ResourcesAsync(Mine, 2);
        var foreign = (await ResourcesAsync(Foreign, 1))[0];
        var system = await DocumentAsync(Mine, Doc("system", "os", 1, 2));
        var upgraded = await DocumentAsync(Mine, Doc("upgraded", "os", 1, 3));
        var libraries = await DocumentAsync(Mine, Doc("libraries", "language", 4));
        var theirs = await DocumentAsync(Foreign, Doc("system", "os", 1, 2));
        Assert.NotEqual(system, theirs);

        Assert.Equal((1, 1, 1, 1), (await HoldAsync(Mine, mine[0], "os", system), await HoldAsync(Mine, mine[0], "language", libraries), await HoldAsync(Mine, mine[1], "os", system), await HoldAsync(Foreign, foreign, "os", theirs)));
        Assert.Equal(0, await HoldAsync(Mine, mine[0], "os", system));
        Assert.Equal(0, await HoldAsync(Mine, mine[0], "os", theirs)); // another's document
        Assert.Equal(0, await HoldAsync(Foreign, mine[0], "os", theirs)); // another's resource
        Assert.Equal(1, await HoldAsync(Mine, mine[0], "os", upgraded));
        Assert.Equal(1, await WriteAsync(s => new DocumentStore(s).ReleaseAsync(Mine, [mine[1], foreign], Cancel)));

        Assert.Equal([(mine[0], "language", libraries), (mine[0], "os", upgraded), (foreign, "os", theirs)], (await FleetAsync(f => f.HeldAsync([.. mine, foreign], Cancel))).Select(h => (h.Resource, h.Kind, h.Document)));
        Assert.Equal([Mine, Mine, Foreign], (await FleetAsync(f => f.HeldAsync([.. mine, foreign], Cancel))).Select(h => h.Scope));
        Assert.Equal([(mine[0], upgraded), (mine[0], libraries), (foreign, theirs)], (await FleetAsync(f => f.HoldingsAsync(Cancel))).OrderBy(h => h.Resource).ThenBy(h => h.Document));
        Assert.Equal([1, 3], PackageVersionSet.Decode((await FleetAsync(f => f.VersionsAsync([upgraded], Cancel)))[0].Versions));
        Assert.Equal("libraries"u8.ToArray(), (await FleetAsync(f => f.BodiesAsync([libraries], Cancel)))[libraries]);

        var changes = await FleetAsync(f => f.ChangesAsync(0, 100, Cancel));
        Assert.Equal([(mine[0], system, null), (mine[0], libraries, null), (mine[1], system, null), (foreign, theirs, null), (mine[0], upgraded, system), (mine[1], null, system)],
            changes.Select(c => (c.Resource, c.Document, c.Before)));
        var last = await FleetAsync(f => f.SequenceAsync(Cancel));
        Assert.Equal(changes[^1].Sequence, last);
        Assert.Equal(changes.Skip(2).Take(2), await FleetAsync(f => f.ChangesAsync(changes[1].Sequence, 2, Cancel)));

        // Who is behind what is forgotten begins anew.
        Assert.Equal(3, await FleetAsync(f => f.ForgetChangesAsync(changes[2].Sequence, Cancel)));
        Assert.True(await FleetAsync(f => f.CanFollowAsync(changes[2].Sequence, Cancel)));
        Assert.False(await FleetAsync(f => f.CanFollowAsync(changes[1].Sequence, Cancel)));
    }

    [Fact]
    public async Task AnotherCollectorAsksForAnotherScan()
    {
        var resources = await ResourcesAsync(Mine, 2);
        var document = await DocumentAsync(Mine, Doc("system", "os", 1));
        foreach (var resource in resources) await HoldAsync(Mine, resource, "os", document, "c1");
        Assert.Equal(1, await HoldAsync(Mine, resources[0], "os", document, "c2"));
        Assert.Equal([(Mine, resources[1])], await FleetAsync(f => f.ByOtherCollectorsAsync("c2", 0, 10, Cancel)));
        Assert.Empty(await FleetAsync(f => f.ByOtherCollectorsAsync("c2", resources[1], 10, Cancel)));
        Assert.Equal("c2", (await ReadAsync(s => new DocumentStore(s).HeldWithAsync(Mine, resources[0], Cancel)))["os"].Collectors);
        Assert.Empty(await ReadAsync(s => new DocumentStore(s).HeldWithAsync(Sibling, resources[0], Cancel)));
    }

    [Fact]
    public async Task DocumentsThatNobodyHoldsGo()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        var held = await DocumentAsync(Mine, Doc("held", "os", 1));
        await DocumentAsync(Mine, Doc("unheld", "os", 1));
        var young = Doc("young", "os", 1);
        await DocumentAsync(Mine, young, Now.AddDays(2));
        await HoldAsync(Mine, resource, "os", held);
        Assert.Equal(1, await WriteAsync(s => new DocumentStore(s).DeleteUnheldAsync(Now.AddDays(1), 10, Cancel)));
        Assert.Equal([held, (await ReadAsync(s => new DocumentStore(s).KnownAsync(Mine, [young.Digest], Cancel)))[young.Digest]],
            (await ReadAsync(s => new DocumentStore(s).KnownAsync(Mine, [Doc("held", "os").Digest, Doc("unheld", "os").Digest, young.Digest], Cancel))).Values.Order());
    }

    [Fact]
    public async Task FindingsOfSomeVulnerabilitiesOnSomeResourcesOfAllTenants()
    {
        var mine = await ResourcesAsync(Mine, 2);
        var foreign = (await ResourcesAsync(Foreign, 1))[0];
        foreach (var resource in mine) await ObserveAsync(Mine, resource, Now, (1, Facts()), (2, Facts()), (3, Facts()));
        await ObserveAsync(Foreign, foreign, Now, (2, Facts()));
        var found = await WriteAsync(s => new FindingStore(s).OfResourcesAsync([mine[1], foreign], [2, 3], Cancel));
        Assert.Equal([(mine[1], 2), (foreign, 2), (mine[1], 3)], found.Select(f => (f.Key.Resource, f.Key.Fingerprint)).OrderBy(f => f.Fingerprint).ThenBy(f => f.Resource));
        Assert.Equal(3, (await WriteAsync(s => new FindingStore(s).OfVulnerabilitiesAsync([2], Cancel))).Count);
    }

    /// <summary>Two transactions lock two resources in opposite orders: PostgreSQL ends one of them, which is begun anew; both are done.</summary>
    [Fact]
    public async Task WhoMeetsAnotherTransactionBeginsAnew()
    {
        var resources = await ResourcesAsync(Mine, 2);
        var runs = 0;
        using var both = new Barrier(Database.Engine == Engine.Postgres ? 2 : 1);
        Task CrossAsync(params long[] order) => Conflicts.RetryAsync(async () =>
        {
            var isFirst = Interlocked.Increment(ref runs) <= 2;
            await using var session = await Database.WriteAsync(Cancel);
            await new ResourceStore(session).ScannedAsync(Mine, [order[0]], Now, Cancel);
            if (isFirst) both.SignalAndWait(Cancel);
            await new ResourceStore(session).ScannedAsync(Mine, [order[1]], Now, Cancel);
            await new AuditLog(session).AddAsync(Mine, Now, "p", "crossed", $"{order[0]}", "ok", Cancel);
            await session.CommitAsync(Cancel);
        }, Cancel);

        await Task.WhenAll(Task.Run(() => CrossAsync(resources[0], resources[1]), Cancel), Task.Run(() => CrossAsync(resources[1], resources[0]), Cancel));
        Assert.Equal(2, (await ReadAsync(s => new AuditLog(s).ReadAsync(Mine, 0, 10, Cancel))).Count);
        Assert.Equal(Database.Engine == Engine.Postgres ? 3 : 2, runs);
    }
}

public sealed class SqliteFleetTests() : FleetContract(new SqliteFile());

public sealed class PostgresFleetTests(PostgresServer server) : FleetContract(server);
