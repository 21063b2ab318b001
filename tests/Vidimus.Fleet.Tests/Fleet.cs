using System.Globalization;
using Vidimus.Ecosystems;
using Vidimus.Findings;
using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Model.Push;
using Vidimus.Storage;
using Vidimus.Storage.Migrations;

namespace Vidimus.Fleet.Tests;

/// <summary>A small installation over a store: one account, one node.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private Fleet(IDatabase database, TestBooks books, TestClock clock, Scope scope)
    {
        (Database, Books, Clock, Scope) = (database, books, clock, scope);
        Services = new(database, books, EcosystemList.Keys, clock);
        (Intake, Adoption, Coverage, Worker) = (new(Services), new(Services), new(Services), new(Services));
    }

    public static DateTimeOffset Start { get; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public IDatabase Database { get; }

    public TestBooks Books { get; }

    public TestClock Clock { get; }

    public Scope Scope { get; }

    public FleetServices Services { get; }

    public Intake Intake { get; }

    public Adoption Adoption { get; }

    public Coverage Coverage { get; }

    public FleetWorker Worker { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="target"><c>sqlite:PATH</c> or <c>postgres:CONNECTION</c>, new and empty.</param>
    public static async Task<Fleet> OpenAsync(string target, TestClock? clock = null)
    {
        IDatabase database = target.StartsWith("sqlite:", StringComparison.Ordinal) ? await SqliteDatabase.OpenAsync(target[7..], Cancel) : new PostgresDatabase(target[9..]);
        await Migrator.MigrateAsync(database, TimeProvider.System, Cancel);
        await using var session = await database.WriteAsync(Cancel);
        var tenants = new TenantStore(session);
        var tenant = await tenants.AddTenantAsync("t", Start, Cancel);
        var scope = new Scope(tenant, await tenants.AddAccountAsync(tenant, "111122223333", Start, Cancel), await tenants.RegionAsync("eu-west-1", Cancel));
        await session.CommitAsync(Cancel);
        return new(database, new(), clock ?? new(Start), scope);
    }

    public async ValueTask DisposeAsync()
    {
        Worker.Dispose();
        Books.Dispose();
        await Database.DisposeAsync();
    }

    /// <summary>Takes a book into use and does what follows of it.</summary>
    public async Task AdoptAsync(Advisories.Book book, bool drain = true)
    {
        var earlier = Books.Current is { } current ? new FleetBook(current) : null;
        Books.Current = book;
        await Adoption.AdoptAsync(new(book), earlier, Cancel);
        if (drain) await Worker.DrainAsync(Cancel);
    }

    /// <summary>Pushes as the tool does: an offer, what is missing, the offer again.</summary>
    public async Task<(OfferAnswer Answer, int Sent)> PushAsync(string name, Inventory inventory, string collectors = "c1", string kind = ResourceKinds.Folder)
    {
        var documents = InventoryDocuments.Of(inventory);
        var offer = new Offer(kind, name, collectors, documents.ToDictionary(d => d.Kind, d => d.Digest));
        var answer = await Intake.OfferAsync(Scope, offer, "tester", Cancel);
        var missing = documents.Where(d => answer.Missing.Contains(d.Digest)).ToList();
        foreach (var document in missing)
        {
            Assert.True(Digest.TryParse(document.Digest, out var digest));
            await Intake.PutDocumentAsync(Scope, digest, document.Body, Cancel);
        }

        return (missing.Count == 0 ? answer : await Intake.OfferAsync(Scope, offer, "tester", Cancel), missing.Count);
    }

    public async Task<T> ReadAsync<T>(Func<Session, Task<T>> work)
    {
        await using var session = await Database.ReadAsync(Cancel);
        return await work(session);
    }

    public Task<long> ResourceAsync(string name) => ReadAsync(async s => (await new ResourceStore(s).FindAsync(Scope, new(ResourceKinds.Folder, name), Cancel))!.Id);

    public async Task<IReadOnlyList<Finding>> FindingsAsync(string name)
    {
        var id = await ResourceAsync(name);
        await using var session = await Database.WriteAsync(Cancel);
        return await new FindingStore(session).OfResourceAsync(Scope, id, FindingKind.Package, Cancel);
    }

    /// <summary>What is open on all resources, in words that do not depend on row ids.</summary>
    public async Task<IReadOnlyList<string>> StateAsync()
    {
        var lines = new List<string>();
        await using var session = await Database.WriteAsync(Cancel);
        foreach (var resource in await new ResourceStore(session).ListAsync(Scope.OfTenant, 0, 1000, Cancel))
        {
            var open = (await new FindingStore(session).OfResourceAsync(Scope, resource.Id, FindingKind.Package, Cancel)).Where(f => f.IsOpen).ToList();
            var names = await new VulnerabilityStore(session).GetAsync([.. open.Select(f => f.Key.Fingerprint)], Cancel);
            var evidence = await new FindingStore(session).EvidenceAsync(Scope, [.. open.Select(f => f.Facts.Evidence).Distinct()], Cancel);
            lines.AddRange(open.Select(f => string.Create(CultureInfo.InvariantCulture,
                $"{resource.Key.Id} {names[f.Key.Fingerprint].DisplayId} {f.Status} {f.Facts.Severity} {f.Facts.Score} {f.Facts.Fix} {evidence[f.Facts.Evidence].Title} {evidence[f.Facts.Evidence].Body} {names[f.Key.Fingerprint].Details}")));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public static Inventory Inventory(OsRelease? os, params IEnumerable<Package> packages) => new()
    {
        Target = new("dir", "t", null, null, []),
        Os = os,
        Packages = [.. packages.Select((p, i) => new InventoryPackage($"{i}", Purls.Of(p, os).ToString(), p, [new(p.Type == "deb" ? "var/lib/dpkg/status" : $"app/node_modules/{p.Name}/package.json", null, null)], null))],
        Notes = [],
    };

    public static Package Npm(string name, string version) => new() { Type = "npm", Name = name, Version = version };

    public static Package Deb(string name, string version, string? source = null) => new() { Type = "deb", Name = name, Version = version, Architecture = "amd64", Source = source is null ? null : new(source, version) };

    public static OsRelease Debian { get; } = new("debian", "12", "Debian GNU/Linux 12 (bookworm)");
}
