using System.Diagnostics;
using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Bench.Books;
using Vidimus.Ecosystems;
using Vidimus.Fleet;
using Vidimus.Model.Advisories;
using Vidimus.Storage;

// Usage: books STORE [RESOURCES]   STORE: sqlite:FILE or postgres:CONNECTION, new and empty. Prints what a new book, and an unchanged inventory, cost a fleet of that size.
if (args is not [var store, ..])
{
    Console.Error.WriteLine("usage: books sqlite:FILE|postgres:CONNECTION [RESOURCES]");
    return 2;
}

var resources = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
IDatabase database = store.StartsWith("sqlite:", StringComparison.Ordinal) ? await SqliteDatabase.OpenAsync(store[7..], default) : new PostgresDatabase(store[9..]);
await using (database)
{
    var folder = Directory.CreateTempSubdirectory("vidimus-bench-");
    try
    {
        await MeasureAsync(database, resources, folder.FullName);
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}

return 0;

static async Task MeasureAsync(IDatabase database, int resources, string folder)
{
    var books = new Shelf();
    var services = new FleetServices(database, books, EcosystemList.Keys, TimeProvider.System);
    using var worker = new FleetWorker(services);
    var adoption = new Adoption(services);
    var number = 0;

    async Task<TimeSpan> AdoptAsync(string what, params Advisory[] advisories)
    {
        var path = Path.Combine(folder, $"{number++}.book");
        using (var writer = new BookWriter(EcosystemList.Keys))
        {
            foreach (var advisory in advisories.Concat(Enumerable.Range(0, 1000).Select(i => Plan.Advisory($"GHSA-{i}", $"other{i}")))) writer.Add("osv", advisory);
            writer.Write(path, DateTimeOffset.UnixEpoch.AddDays(number));
        }

        var (earlier, later) = (books.Current, Book.Open(path));
        books.Current = later;
        var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await adoption.AdoptAsync(new(later), earlier is null ? null : new(earlier), default);
        var adopted = clock.Elapsed;
        var units = await worker.DrainAsync(default);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: adopted in {adopted.TotalMilliseconds:n0} ms, {units} units, all done in {clock.Elapsed.TotalMilliseconds:n0} ms ({(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:n0} ms of CPU in this process)"));
        earlier?.Dispose();
        return clock.Elapsed;
    }

    var load = Stopwatch.StartNew();
    var plan = await Plan.LoadAsync(database, resources, default);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database.Engine}: {resources:n0} resources, {plan.Documents:n0} inventories, {Plan.Versions:n0} package versions, {Plan.Packages} a resource, {plan.Holders:n0} hold one of {Plan.HotVersions} versions (loaded in {load.Elapsed.TotalSeconds:n0} s; a document's bytes hold only what the measured advisory hits)"));

    await AdoptAsync("first book");
    for (var i = 0; i < 3; i++) await AdoptAsync("an advisory that hits nothing", Plan.Advisory($"GHSA-miss-{i}", "nobody-has-it"));

    using (var postings = new Postings(database))
    {
        var clock = Stopwatch.StartNew();
        await postings.HoldersAsync([], default);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"postings made in {clock.Elapsed.TotalMilliseconds:n0} ms; {GC.GetTotalMemory(forceFullCollection: true) >> 20} MiB managed"));
        for (var i = 0; i < 3; i++)
        {
            clock.Restart();
            var holders = await postings.HoldersAsync(plan.Hot, default);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{holders.Count:n0} resources known in {clock.Elapsed.TotalMilliseconds:n1} ms"));
        }
    }

    await AdoptAsync("an advisory that hits", Plan.Advisory("GHSA-hit", "hot"));
    await Readers.MeasureAsync(database, plan.First, "at rest", () => Task.Delay(3000));
    await Readers.MeasureAsync(database, plan.First, "while findings are written", () => AdoptAsync("another advisory that hits", Plan.Advisory("GHSA-hit", "hot"), Plan.Advisory("GHSA-again", "hot")));
    await using (var session = await database.WriteAsync(default))
    {
        var vulnerability = await new VulnerabilityStore(session).FindAsync("GHSA-hit", default);
        await new WorkQueue(session).AddAsync(FleetServices.Installation, "fleet.findings", [("again", $$"""{"book":1,"versions":[{{string.Join(',', plan.Hot)}}],"vulnerabilities":[{{vulnerability}}]}""")], 1, DateTimeOffset.UnixEpoch, default);
        await session.CommitAsync(default);
    }

    var (again, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
    await worker.DrainAsync(default);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"looked at again, nothing changed: {again.Elapsed.TotalMilliseconds:n0} ms ({(Environment.CpuUsage.TotalTime - before).TotalMilliseconds:n0} ms of CPU in this process)"));
    await Offers.MeasureAsync(services, plan);
    books.Current?.Dispose();
}
