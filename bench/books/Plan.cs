using Vidimus.Advisories;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Model.Advisories;
using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Storage;
using Vidimus.Storage.Migrations;

namespace Vidimus.Bench.Books;

/// <summary>A seeded fleet: images that share inventories by Zipf's law, hosts that are all different; six in ten resources hold one of forty versions of one package.</summary>
internal sealed class Plan
{
    public const int Versions = 200_000;
    public const int Packages = 500;
    public const int HotVersions = 40;
    private const int Accounts = 20;
    private const int ImagesInTen = 8;
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public required Scope First { get; init; }

    public required long[] Hot { get; init; }

    public int Documents { get; private set; }

    public int Holders { get; private set; }

    /// <summary>Offers of the first account's resources that are as the store has them.</summary>
    public List<(string Id, string Digest)> Known { get; } = [];

    public static Advisory Advisory(string id, string name) =>
        new() { Id = id, Severities = [new("ghsa", "word", "HIGH")], Affected = [new() { Ecosystem = "npm", Name = name, Ranges = [new([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, "100.0.0")])] }] };

    public static async Task<Plan> LoadAsync(IDatabase database, int resources, CancellationToken cancel)
    {
        await Migrator.MigrateAsync(database, TimeProvider.System, cancel);
        var scopes = new List<Scope>();
        await using (var session = await database.WriteAsync(cancel))
        {
            var tenants = new TenantStore(session);
            var tenant = await tenants.AddTenantAsync("bench", Start, cancel);
            var region = await tenants.RegionAsync("eu-west-1", cancel);
            for (var i = 0; i < Accounts; i++) scopes.Add(new(tenant, await tenants.AddAccountAsync(tenant, $"{111122223333 + i}", Start, cancel), region));
            await new FleetStore(session).AddEcosystemsAsync(["npm"], cancel);
            await session.CommitAsync(cancel);
        }

        var plan = new Plan { First = scopes[0], Hot = await NumberAsync(database, Enumerable.Range(0, HotVersions).Select(i => new PackageVersion("npm", "hot", $"{i}.0.0", "")), cancel) };
        var cold = await NumberAsync(database, Enumerable.Range(0, Versions - HotVersions).Select(i => new PackageVersion("npm", $"cold{i / 10}", $"{i % 10}.0.0", "")), cancel);
        await plan.HoldAsync(database, scopes, resources, cold, cancel);
        return plan;
    }

    private static async Task<long[]> NumberAsync(IDatabase database, IEnumerable<PackageVersion> versions, CancellationToken cancel)
    {
        var numbers = new List<long>();
        foreach (var chunk in versions.Chunk(20_000))
        {
            await using var session = await database.WriteAsync(cancel);
            var found = await new PackageVersionStore(session).NumberAsync(chunk, cancel);
            await new FleetStore(session).DecidedAsync([.. found.Values], 1, cancel); // as if a first book had said nothing of them
            await session.CommitAsync(cancel);
            numbers.AddRange(found.Values);
        }

        return [.. numbers];
    }

    private async Task HoldAsync(IDatabase database, List<Scope> scopes, int resources, long[] cold, CancellationToken cancel)
    {
        var random = new Random(1);
        var perAccount = resources / scopes.Count;
        foreach (var scope in scopes)
        {
            var images = Enumerable.Range(0, Math.Max(1, perAccount / 50)).Select(_ => Some(random, cold)).ToArray();
            foreach (var chunk in Enumerable.Range(0, perAccount).Chunk(1_000))
            {
                await using var session = await database.WriteAsync(cancel);
                var held = chunk.Select(i => (Id: $"r{i:d6}", Document: random.Next(10) < ImagesInTen ? images[(int)(images.Length * Math.Pow(random.NextDouble(), 3))] : Some(random, cold))).ToArray();
                var rows = await new ResourceStore(session).PutAsync(scope, [.. held.Select(h => (new ResourceKey("folder", h.Id), "{\"tags\":{}}"))], Start, cancel);
                var documents = await new DocumentStore(session).PutAsync(scope, [.. held.Select(h => h.Document).DistinctBy(d => d.Digest)], Start, cancel);
                await new DocumentStore(session).HoldAsync(scope, [.. held.Select(h => (rows[new("folder", h.Id)], "language", documents[h.Document.Digest]))], "bench", cancel);
                await new ResourceStore(session).ScannedAsync(scope, [.. rows.Values], Start, cancel);
                await session.CommitAsync(cancel);
                Holders += held.Count(h => h.Document.Body.Length > 80);
                if (scope == First) Known.AddRange(held.Select(h => (h.Id, h.Document.Digest.ToString())));
            }
        }

        await using var look = await database.ReadAsync(cancel);
        Documents = (int)(await look.QueryAsync("select count(*) from document", r => r.GetInt64(0), cancel))[0];
    }

    private Document Some(Random random, long[] cold)
    {
        var versions = Enumerable.Range(0, Packages).Select(_ => cold[(int)(cold.Length * Math.Pow(random.NextDouble(), 2))]).ToList();
        var hot = random.Next(10) < 6 ? random.Next(HotVersions) : -1;
        if (hot >= 0) versions.Add(Hot[hot]);
        IEnumerable<InventoryPackage> packages = hot < 0 ? [] : [new("0", $"pkg:npm/hot@{hot}.0.0", new() { Type = "npm", Name = "hot", Version = $"{hot}.0.0" }, [new($"srv/{random.Next()}/package.json", null, null)], null)];
        var body = InventoryDocuments.Of(new() { Target = new("dir", "", null, null, []), Packages = [.. packages], Notes = [] }).Single(d => d.Kind == "language").Body;
        return new(Digest.Of(body.Span), "language", versions, body);
    }
}

/// <summary>The book of the only node.</summary>
internal sealed class Shelf : IFleetBooks
{
    public Book? Current { get; set; }

    public ValueTask<FleetBook?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult(Current is { } book ? new FleetBook(book) : null);
}
