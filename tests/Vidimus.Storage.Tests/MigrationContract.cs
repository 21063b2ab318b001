using Vidimus.Storage.Migrations;

namespace Vidimus.Storage.Tests;

/// <summary>The schema comes to be whatever interrupts it.</summary>
public abstract class MigrationContract(ITestEngine engine) : StoreContract(engine)
{
    /// <summary>One run after another fails one statement later; the last finds all but the rest of the work done.</summary>
    [Fact]
    public async Task GoesOnAfterEachStatement()
    {
        await using var database = await OpenAsync(NewTarget());
        for (var i = 0; i < Schema.Migrations[0].Statements.Count; i++)
        {
            string[] broken = [.. Schema.Migrations[0].Statements];
            broken[i] = "create table nothing as select nonsense from nowhere";
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Migrator.MigrateAsync(database, [Schema.Migrations[0] with { Statements = broken }], TimeProvider.System, Cancel));
        }

        await Migrator.MigrateAsync(database, TimeProvider.System, Cancel);
        Assert.Equal(await SchemaAsync(Database), await SchemaAsync(database));
    }

    [Fact]
    public async Task ManyNodesMayStartAtOnce()
    {
        var target = NewTarget();
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), Cancel, async (_, _) =>
        {
            await using var node = await OpenAsync(target);
            await Migrator.MigrateAsync(node, TimeProvider.System, Cancel);
        });
        await using var database = await OpenAsync(target);
        Assert.Equal(await SchemaAsync(Database), await SchemaAsync(database));
    }

    [Fact]
    public async Task RefusesAStoreOfANewerVersion()
    {
        await Migrator.MigrateAsync(Database, [.. Schema.Migrations, new(1000, "later", ["create table later (id {id})"])], TimeProvider.System, Cancel);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrator.MigrateAsync(Database, TimeProvider.System, Cancel));
        Assert.Contains("1000", e.Message);
    }

    [Fact]
    public async Task SurvivesBeingKilled()
    {
        var target = NewTarget();
        var random = new Random(1);
        var kills = 0;
        while (await Child.RunAsync("migrate", target, TimeSpan.FromMilliseconds(random.Next(100 + (kills * 20))), _ => { }, Cancel) is false) kills++;
        TestContext.Current.SendDiagnosticMessage($"killed {kills} times");
        await using var database = await OpenAsync(target);
        Assert.Equal(await SchemaAsync(Database), await SchemaAsync(database));
    }

    private static async Task<List<string>> SchemaAsync(IDatabase database)
    {
        await using var session = await database.ReadAsync(Cancel);
        return session.Engine == Engine.Sqlite
            ? await session.QueryAsync("select name || ': ' || sql from sqlite_master where sql is not null order by 1", r => r.GetString(0), Cancel)
            : await session.QueryAsync("""
                select table_name || '.' || column_name || ': ' || data_type || ' ' || is_nullable || ' ' || is_identity as line from information_schema.columns where table_schema = 'public'
                union all select indexdef from pg_indexes where schemaname = 'public' order by 1
                """, r => r.GetString(0), Cancel);
    }
}

public sealed class SqliteMigrationTests() : MigrationContract(new SqliteFile());

public sealed class PostgresMigrationTests(PostgresServer server) : MigrationContract(server);
