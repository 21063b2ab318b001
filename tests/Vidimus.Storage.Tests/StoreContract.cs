using Vidimus.Findings;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage.Tests;

/// <summary>What both engines must do: each test of a class under this one runs over SQLite and over PostgreSQL.</summary>
public abstract class StoreContract(ITestEngine engine) : IAsyncLifetime
{
    protected static DateTimeOffset Now { get; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A migrated store, new for each test.</summary>
    protected IDatabase Database { get; private set; } = null!;

    /// <summary>Two accounts of one tenant and one of another.</summary>
    protected Scope Mine { get; private set; }

    protected Scope Sibling { get; private set; }

    protected Scope Foreign { get; private set; }

    protected string Target { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Target = engine.NewTarget();
        Database = await OpenAsync(Target);
        await Migrator.MigrateAsync(Database, TimeProvider.System, Cancel);
        (Mine, Sibling, Foreign) = await WriteAsync(async session =>
        {
            var tenants = new TenantStore(session);
            var region = await tenants.RegionAsync("eu-central-1", Cancel);
            var mine = await tenants.AddTenantAsync("mine", Now, Cancel);
            var foreign = await tenants.AddTenantAsync("foreign", Now, Cancel);
            return (new Scope(mine, await tenants.AddAccountAsync(mine, "111111111111", Now, Cancel), region), new Scope(mine, await tenants.AddAccountAsync(mine, "222222222222", Now, Cancel), region),
                new Scope(foreign, await tenants.AddAccountAsync(foreign, "333333333333", Now, Cancel), region));
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        if (engine is SqliteFile file) file.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string NewTarget() => engine.NewTarget();

    protected static async Task<IDatabase> OpenAsync(string target) =>
        target.StartsWith("sqlite:", StringComparison.Ordinal) ? await SqliteDatabase.OpenAsync(target[7..], Cancel) : new PostgresDatabase(target[9..]);

    protected async Task<T> WriteAsync<T>(Func<Session, Task<T>> work)
    {
        await using var session = await Database.WriteAsync(Cancel);
        var result = await work(session);
        await session.CommitAsync(Cancel);
        return result;
    }

    protected Task WriteAsync(Func<Session, Task> work) => WriteAsync(async session =>
    {
        await work(session);
        return 0;
    });

    protected async Task<T> ReadAsync<T>(Func<Session, Task<T>> work)
    {
        await using var session = await Database.ReadAsync(Cancel);
        return await work(session);
    }

    /// <summary>New resources of the account, named by their numbers.</summary>
    protected Task<long[]> ResourcesAsync(Scope scope, int count) => WriteAsync(async session =>
    {
        var ids = await new ResourceStore(session).PutAsync(scope, [.. Enumerable.Range(0, count).Select(i => (new ResourceKey("host", $"host-{i:d6}"), "{}"))], Now, Cancel);
        return ids.OrderBy(x => x.Key.Id, StringComparer.Ordinal).Select(x => x.Value).ToArray();
    });

    protected static FindingFacts Facts(FindingSeverity severity = FindingSeverity.High, long evidence = 1) => new(severity, 9.8, FixAvailable.Yes, evidence);

    /// <summary>Observes exactly these vulnerabilities on a resource and writes what changes.</summary>
    protected Task<IReadOnlyList<FindingChange>> ObserveAsync(Scope scope, long resource, DateTimeOffset at, params (long Vulnerability, FindingFacts Facts)[] observed) => WriteAsync(async session =>
    {
        var findings = new FindingStore(session);
        var previous = await findings.OfResourceAsync(scope, resource, FindingKind.Package, Cancel);
        return await findings.WriteAsync(FindingState.Observe(previous, observed.Select(o => new Observation(new(resource, FindingKind.Package, o.Vulnerability), o.Facts)), at), Cancel);
    });
}
