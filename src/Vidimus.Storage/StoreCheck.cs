namespace Vidimus.Storage;

/// <summary>Looks for what should not be: rows that name rows that are not there.</summary>
/// <remarks>The store has no foreign keys (ADR 21), so this is where they are written down.</remarks>
[AcrossTenants("for who runs the installation")]
public sealed class StoreCheck(Session session)
{
    /// <summary>Each column that names a row of another table. A finding's history outlives it.</summary>
    private static readonly (string Table, string Column, string Target)[] References =
    [
        ("account", "tenant", "tenant"),
        ("principal", "account", "account"),
        ("access_key", "principal", "principal"),
        ("holding", "resource", "resource"),
        ("holding", "document", "document"),
        ("finding", "resource", "resource"),
        ("finding", "evidence", "evidence"),
        ("outbox", "finding", "finding"),
        ("vulnerability_alias", "vulnerability", "vulnerability"),
        ("verdict", "package_version", "package_version"),
        ("verdict", "vulnerability", "vulnerability"),
        ("sink_letter", "sink", "sink"),
        ("sink_letter", "event", "event"),
    ];

    /// <summary>What is wrong, a sentence each; nothing when all is well.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancel)
    {
        var wrong = new List<string>();
        if (session.Engine == Engine.Sqlite)
            wrong.AddRange((await session.QueryAsync("pragma integrity_check(20)", r => r.GetString(0), cancel)).Where(line => line != "ok").Select(line => $"the file is damaged: {line}"));

        foreach (var (table, column, target) in References)
        {
            var sql = $"select count(*) from {table} where {column} is not null and not exists (select 1 from {target} where {target}.id = {table}.{column})";
            if (await CountAsync(sql, cancel) is > 0 and var count) wrong.Add($"{count} rows of {table} name a {target} that is not there");
        }

        foreach (var table in (await new Catalog(session).TablesAsync(cancel)).Where(t => t.IsOfAccount && t.Name is not ("account" or "audit")))
        {
            // Account 0 is the installation itself.
            var sql = $"select count(*) from {table.Name} where account <> 0 and not exists (select 1 from account where account.id = {table.Name}.account and account.tenant = {table.Name}.tenant)";
            if (await CountAsync(sql, cancel) is > 0 and var count) wrong.Add($"{count} rows of {table.Name} are of an account that is not there");
        }

        return wrong;
    }

    private async Task<long> CountAsync(string sql, CancellationToken cancel) => (await session.QueryAsync(sql, r => r.Int64(0), cancel))[0];
}
