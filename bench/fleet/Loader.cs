using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Storage;
using Vidimus.Storage.Migrations;

namespace Vidimus.Bench.Fleet;

/// <summary>Loads the fleet into the tables of the product: through the stores what is not much, and findings and evidence row by row as fast as the engine takes them, their indexes made afterwards.</summary>
/// <remarks>Each stage is noted, so that a load that was killed goes on with the stage it was in.</remarks>
internal sealed class Loader(IDatabase database, string target, FleetPlan plan)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();

    public async Task LoadAsync()
    {
        await Migrator.MigrateAsync(database, TimeProvider.System, default);
        await WriteAsync(s => s.ExecuteAsync("create table if not exists bench_stage (name text not null primary key)", default));
        await StageAsync("accounts", AccountsAsync);
        await StageAsync("vulnerabilities", VulnerabilitiesAsync);
        await StageAsync("resources", ResourcesAsync);
        await StageAsync("evidence", EvidenceAsync);
        await StageAsync("findings", FindingsAsync);
        await StageAsync("indexes", IndexesAsync);
        await StageAsync("counters", CountersAsync);
        await StageAsync("analyze", () => WriteAsync(s => s.ExecuteAsync("analyze", default)));
        if (database.Engine == Engine.Postgres) await StageAsync("vacuum", () => RawAsync("vacuum finding; vacuum resource_fact; vacuum evidence; vacuum evidence_package; vacuum counter; vacuum vulnerability"));
    }

    private async Task StageAsync(string name, Func<Task> stage)
    {
        await using (var session = await database.ReadAsync(default))
        {
            if ((await session.QueryAsync("select 1 from bench_stage where name = @name", r => r.GetInt32(0), default, ("name", name))).Count > 0) return;
        }

        var began = clock.Elapsed;
        await stage();
        await WriteAsync(s => s.ExecuteAsync("insert into bench_stage (name) values (@name)", default, ("name", name)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {(clock.Elapsed - began).TotalSeconds:f1} s"));
    }

    private Task AccountsAsync() => WriteAsync(async s =>
    {
        var tenants = new TenantStore(s);
        await tenants.RegionAsync(FleetPlan.Region, default);
        var tenant = await tenants.AddTenantAsync("fleet", FleetPlan.Start, default);
        for (var a = 0; a < FleetPlan.Accounts; a++) await tenants.AddAccountAsync(tenant, FleetPlan.Number(a), FleetPlan.Start, default);
    });

    private async Task VulnerabilitiesAsync()
    {
        foreach (var some in Enumerable.Range(0, FleetPlan.Vulnerabilities).Chunk(5000))
        {
            await WriteAsync(async s =>
            {
                var store = new VulnerabilityStore(s);
                var numbers = await store.NumberAsync([.. some.Select(v => new[] { FleetPlan.Id(v) })], default);
                await store.PutAsync([.. some.Select((v, i) => (numbers[i].Number, FleetPlan.Facts(v)))], default);
            });
        }
    }

    private async Task ResourcesAsync()
    {
        for (var a = 0; a < FleetPlan.Accounts; a++)
        {
            var scope = await ScopeAsync(a);
            foreach (var some in Enumerable.Range(0, plan.ResourcesOf(a)).Chunk(2000))
            {
                await WriteAsync(async s =>
                {
                    var ids = await new ResourceStore(s).PutAsync(scope, [.. some.Select(r => FleetPlan.Resource(a, r))], FleetPlan.Start, default);
                    await s.ExecuteAsync("update resource set last_scan_ms = first_ms + 1000 where id in (select id from @rows as given)", Rows.Of("id", [.. ids.Values]), default);
                });
            }
        }
    }

    /// <summary>Two variants of each vulnerability that an account has.</summary>
    private async Task EvidenceAsync()
    {
        for (var a = 0; a < FleetPlan.Accounts; a++)
        {
            var scope = await ScopeAsync(a);
            foreach (var some in Enumerable.Range(0, FleetPlan.Vulnerabilities).Where(v => plan.Spread(a, v) > 0).Chunk(5000))
            {
                await WriteAsync(async s =>
                {
                    var all = some.SelectMany(v => Enumerable.Range(0, plan.Spread(a, v) > 5 ? 2 : 1), (v, i) => FleetPlan.Evidence(v, i)).Select(e => (e.Title, ContentsText.Write(e.Evidence))).ToArray();
                    await new FindingStore(s).PutEvidenceAsync(scope, all, default);
                });
            }
        }

        await WriteAsync(s => s.ExecuteAsync("update evidence set vulnerability = (select v.id from vulnerability v where v.display = substr(evidence.title, 1, position_of)) from (select 1) as x where vulnerability is null".Replace(
            "substr(evidence.title, 1, position_of)", s.Engine == Engine.Sqlite ? "substr(evidence.title, 1, instr(evidence.title, ' - ') - 1)" : "split_part(evidence.title, ' - ', 1)", StringComparison.Ordinal), default));
        await WriteAsync(s => s.ExecuteAsync(Own("update evidence set undescribed"), default));
    }

    private async Task FindingsAsync()
    {
        foreach (var (name, _) in Indexes()) await RawAsync($"drop index if exists {name}");
        await RawAsync("delete from finding");
        if (database.Engine == Engine.Sqlite) await SqliteAsync();
        else await PostgresAsync();
    }

    private async Task IndexesAsync()
    {
        foreach (var (_, statement) in Indexes()) await RawAsync(statement);
    }

    /// <summary>The product's own statements for the indexes of the finding table that no later one drops.</summary>
    private static IEnumerable<(string Name, string Statement)> Indexes()
    {
        var all = Schema.Migrations.SelectMany(m => m.Statements).ToArray();
        return all.Where(s => s.Contains(" on finding (", StringComparison.Ordinal) && s.Contains("index ", StringComparison.Ordinal)).Select(s => (s[(s.IndexOf("index ", StringComparison.Ordinal) + 6)..].Split(' ')[0], s))
            .Where(i => !all.Contains($"drop index {i.Item1}"));
    }

    /// <summary>A migration's statement that fills what was not kept before.</summary>
    private static string Own(string beginning) => Schema.Migrations.SelectMany(m => m.Statements).Single(s => s.StartsWith(beginning, StringComparison.Ordinal));

    private Task CountersAsync() => WriteAsync(async s =>
    {
        await s.ExecuteAsync("delete from counter", default);
        (string Dimension, string Subject, string Where)[] all =
        [
            ("1", "finding.status", "finding.status <> 3"), ("2", "finding.fingerprint", "finding.status = 1"), ("3", "finding.resource", "finding.status = 1"),
            ("100 + resource.type", "(select e.titled from evidence e where e.id = finding.evidence)", "finding.status = 1"), ("200 + resource.type", "finding.fix", "finding.status = 1"),
        ];
        foreach (var (dimension, subject, where) in all)
        {
            await s.ExecuteAsync($"""
                insert into counter (tenant, account, region, dimension, subject, severity, n)
                select finding.tenant, finding.account, finding.region, {dimension}, {subject}, finding.severity, count(*) from finding join resource on resource.id = finding.resource where {where}
                group by finding.tenant, finding.account, finding.region, {dimension}, {subject}, finding.severity
                """, default);
        }

        await s.ExecuteAsync("""
            insert into counter (tenant, account, region, dimension, subject, severity, n)
            select c.tenant, c.account, c.region, c.dimension + 200, p.package, c.severity, sum(c.n) from counter c
            join (select distinct e.evidence, n.id as package from evidence_package e join package_name n on n.name = e.name) p on p.evidence = c.subject
            where c.dimension between 100 and 199 group by c.tenant, c.account, c.region, c.dimension + 200, p.package, c.severity
            """, default);
        await s.ExecuteAsync(Own("insert into counter ("), default);
    });

    /// <summary>All findings in the order of the key.</summary>
    private async IAsyncEnumerable<FindingRow> RowsAsync()
    {
        var numbers = await ReadAsync("select id, display from vulnerability", r => (Id: r.GetInt64(0), Display: r.GetString(1)));
        var byDisplay = numbers.ToDictionary(n => n.Display, n => n.Id);
        var id = 0L;
        for (var a = 0; a < FleetPlan.Accounts; a++)
        {
            var scope = await ScopeAsync(a);
            var resources = (await ReadAsync($"select id from resource where account = {scope.Account} order by id", r => (int)r.GetInt64(0))).ToArray();
            var evidence = (await ReadAsync($"select id, vulnerability from evidence where account = {scope.Account} order by id", r => (Id: (int)r.GetInt64(0), Vulnerability: r.GetInt64(1)))).ToLookup(e => e.Vulnerability, e => e.Id);
            for (var v = 0; v < FleetPlan.Vulnerabilities; v++)
            {
                var spread = Math.Min(plan.Spread(a, v), resources.Length);
                if (spread == 0) continue;
                var number = byDisplay[FleetPlan.Id(v)];
                var some = evidence[number].ToArray();
                var start = FleetPlan.Draw(resources.Length, a, v, 40);
                int[] chosen = [.. Enumerable.Range(0, spread).Select(i => resources[(int)((start + ((long)i * resources.Length / spread)) % resources.Length)]).Distinct().Order()];
                foreach (var resource in chosen)
                {
                    var draw = FleetPlan.Draw(100, v, resource, 41);
                    var status = draw < 70 ? 1 : draw < 75 ? 2 : 3;
                    var first = FleetPlan.Start.ToUnixTimeMilliseconds() + ((long)FleetPlan.Draw(27_000_000, v, resource, 42) * 1000);
                    var updated = first + ((long)FleetPlan.Draw(1_000_000, v, resource, 43) * 1000);
                    yield return new(scope.Account, ++id, status, (int)FleetPlan.Severity(v), FleetPlan.Draw(40, v, kind: 44) switch { 0 => 1, < 15 => 0, _ => 2 },
                        FleetPlan.Score(v) is { } score ? (int)Math.Round(score * 1000) : -1, resource, some[FleetPlan.Draw(some.Length, resource, v, 45)], number, first, updated, status == 3 ? updated : null);
                }
            }
        }
    }

    private async Task SqliteAsync()
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using (var pragma = connection.CreateCommand())
        {
            pragma.CommandText = "pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -400000";
            await pragma.ExecuteNonQueryAsync();
        }

        var (tenant, region) = (1, 1);
        await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"""
            insert into finding (tenant, account, region, kind, status, severity, fix, incarnation, score, resource, evidence, id, fingerprint, first_ms, updated_ms, closed_ms, delete_ms, suppression, closing)
            values ({tenant}, @p0, {region}, 1, @p1, @p2, @p3, 0, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, null, null, case when @p11 is null then null else 1 end)
            """;
        var p = Enumerable.Range(0, 12).Select(i => insert.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" })).ToArray();
        await foreach (var row in RowsAsync())
        {
            object[] all = [row.Account, row.Status, row.Severity, row.Fix, row.Score, row.Resource, row.Evidence, row.Id, row.Vulnerability, row.First, row.Updated, row.Closed is { } closed ? closed : DBNull.Value];
            for (var i = 0; i < all.Length; i++) p[i].Value = all[i];
            insert.ExecuteNonQuery();
        }

        await transaction.CommitAsync();
    }

    private async Task PostgresAsync()
    {
        await using var connection = new NpgsqlConnection(target);
        await connection.OpenAsync();
        const string columns = "tenant, account, region, kind, status, severity, fix, incarnation, score, resource, evidence, id, fingerprint, first_ms, updated_ms, closed_ms, closing";
        await using (var writer = await connection.BeginBinaryImportAsync($"copy finding ({columns}) from stdin (format binary)"))
        {
            await foreach (var row in RowsAsync())
            {
                await writer.StartRowAsync();
                await writer.WriteAsync(1, NpgsqlDbType.Integer);
                await writer.WriteAsync(row.Account, NpgsqlDbType.Integer);
                foreach (var small in new[] { 1, 1, row.Status, row.Severity, row.Fix, 0, row.Score }) await writer.WriteAsync((short)small, NpgsqlDbType.Smallint);
                await writer.WriteAsync(row.Resource, NpgsqlDbType.Integer);
                await writer.WriteAsync(row.Evidence, NpgsqlDbType.Integer);
                foreach (var wide in new[] { row.Id, row.Vulnerability, row.First, row.Updated }) await writer.WriteAsync(wide, NpgsqlDbType.Bigint);
                if (row.Closed is { } closed) await writer.WriteAsync(closed, NpgsqlDbType.Bigint);
                else await writer.WriteNullAsync();
                if (row.Closed is not null) await writer.WriteAsync((short)1, NpgsqlDbType.Smallint);
                else await writer.WriteNullAsync();
            }

            await writer.CompleteAsync();
        }

        await RawAsync("select setval(pg_get_serial_sequence('finding', 'id'), (select max(id) from finding))");
    }

    private async Task<Scope> ScopeAsync(int account)
    {
        await using var session = await database.ReadAsync(default);
        return await new TenantStore(session).FindAsync(FleetPlan.Number(account), FleetPlan.Region, default) ?? throw new InvalidOperationException("no account");
    }

    private async Task<List<T>> ReadAsync<T>(string sql, Func<System.Data.Common.DbDataReader, T> read)
    {
        await using var session = await database.ReadAsync(default);
        return await session.QueryAsync(sql, read, default);
    }

    /// <summary>Outside of a transaction, and with no limit of time.</summary>
    private async Task RawAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection = database.Engine == Engine.Sqlite
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString())
            : new NpgsqlConnection($"{target};Command Timeout=0;Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in sql.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task WriteAsync(Func<Session, Task> work)
    {
        await using var session = await database.WriteAsync(default);
        await work(session);
        await session.CommitAsync(default);
    }
}
