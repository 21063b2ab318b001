using Vidimus.Findings;
using Vidimus.Storage;
using Vidimus.Storage.Migrations;

// migrate TARGET: brings a store up to date.
// ingest TARGET: works on the topic "ingest" until nothing is left; the subject is a resource's number, and every unit gives it ten findings. Says each unit after its commit.
// TARGET is sqlite:PATH or postgres:CONNECTION.
var target = args[1];
await using IDatabase database = target.StartsWith("sqlite:", StringComparison.Ordinal) ? await SqliteDatabase.OpenAsync(target[7..], default) : new PostgresDatabase(target[9..]);
Console.WriteLine("ready");
if (args[0] == "migrate")
{
    await Migrator.MigrateAsync(database, TimeProvider.System, default);
    Console.WriteLine("done");
    return;
}

while (true)
{
    IReadOnlyList<WorkUnit> units;
    await using (var session = await database.WriteAsync(default))
    {
        var now = TimeProvider.System.GetUtcNow();
        units = await new WorkQueue(session).TakeAsync("ingest", 3, now, now.AddSeconds(1), default);
        await session.CommitAsync(default);
    }

    foreach (var unit in units)
    {
        await using var session = await database.WriteAsync(default);
        var resource = long.Parse(unit.Subject, System.Globalization.CultureInfo.InvariantCulture);
        var findings = new FindingStore(session);
        var previous = await findings.OfResourceAsync(unit.Scope, resource, FindingKind.Package, default);
        var observed = Enumerable.Range(1, 10).Select(v => new Observation(new(resource, FindingKind.Package, v), new(FindingSeverity.High, 9.8, FixAvailable.Yes, 1)));
        await findings.WriteAsync(FindingState.Observe(previous, observed, TimeProvider.System.GetUtcNow()), default);
        await new WorkQueue(session).CompleteAsync(unit, default);
        await session.CommitAsync(default);
        Console.WriteLine(unit.Subject);
    }

    if (units.Count > 0) continue;
    await using (var session = await database.ReadAsync(default))
    {
        if ((await session.QueryAsync("select count(*) from work", r => r.GetInt64(0), default))[0] == 0) break;
    }

    await Task.Delay(50);
}

Console.WriteLine("done");
