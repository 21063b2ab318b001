namespace Vidimus.Storage;

/// <summary>A table as the engine has it.</summary>
public sealed record CatalogTable(string Name, IReadOnlyList<string> Columns)
{
    /// <summary>Its rows are an account's.</summary>
    public bool IsOfAccount => Columns.Contains("tenant") && Columns.Contains("account");
}

/// <summary>Which tables there are: for what must reach all of them, those of later versions too. The names are those of our own migrations.</summary>
[AcrossTenants("it reads no tenant's rows")]
public sealed class Catalog(Session session)
{
    /// <summary>All tables of the schema, by name; their columns in the order of their making.</summary>
    public async Task<IReadOnlyList<CatalogTable>> TablesAsync(CancellationToken cancel)
    {
        // The two engines have their own catalogues.
        var sql = session.Engine == Engine.Sqlite
            ? "select m.name, c.name from sqlite_master as m, pragma_table_info(m.name) as c where m.type = 'table' and m.name not like 'sqlite~_%' escape '~' order by m.name, c.cid"
            : """
              select c.table_name::text, c.column_name::text from information_schema.columns as c join information_schema.tables as t using (table_schema, table_name)
              where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' order by c.table_name, c.ordinal_position
              """;
        var rows = await session.QueryAsync(sql, r => (Table: r.GetString(0), Column: r.GetString(1)), cancel);
        return [.. rows.GroupBy(r => r.Table, r => r.Column).Select(g => new CatalogTable(g.Key, [.. g])).OrderBy(t => t.Name, StringComparer.Ordinal)];
    }
}
