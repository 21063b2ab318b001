using System.Diagnostics;
using System.Globalization;
using Vidimus.Bench.Fleet;
using Vidimus.Storage;

// Usage: fleet load|run|all sqlite:PATH|postgres:CONNECTION FINDINGS [QUERIES.json]
if (args is not [("load" or "run" or "all") and var what, var target, var count, .. var rest] || !int.TryParse(count, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var findings))
{
    Console.Error.WriteLine("usage: load|run|all sqlite:PATH|postgres:CONNECTION FINDINGS [QUERIES.json]");
    return 2;
}

var at = target[(target.IndexOf(':', StringComparison.Ordinal) + 1)..];
await using IDatabase database = target.StartsWith("sqlite:", StringComparison.Ordinal) ? await SqliteDatabase.OpenAsync(at, default) : new PostgresDatabase($"{at};Command Timeout=0");
var plan = new FleetPlan(findings);
var clock = Stopwatch.StartNew();
if (what is "load" or "all")
{
    await new Loader(database, at, plan).LoadAsync();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loaded in {clock.Elapsed.TotalSeconds:f0} s"));
}

if (what is "run" or "all") await new Runner(database, at).RunAsync(rest is [var file] ? file : Path.Combine(AppContext.BaseDirectory, "queries.json"));
return 0;
