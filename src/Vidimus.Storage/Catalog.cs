using System.Text.RegularExpressions;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage;

/// <summary>A column as the engine has it: an integer unless it is text, bytes or a real number.</summary>
public sealed record CatalogColumn(string Name, string Type)
{
    public bool IsText => Type is "text";
    public bool IsBytes => Type is "bytea";
    public bool IsReal => Type is "double precision";
}

/// <summary>A table as the engine has it.</summary>
public sealed record CatalogTable(string Name, IReadOnlyList<CatalogColumn> Columns)
{
    /// <summary>Its rows are an account's.</summary>
    public bool IsOfAccount => Has("tenant") && Has("account");

    /// <summary>Its rows have numbers that are never given out twice.</summary>
    public bool HasId => Has("id");

    private bool Has(string column) => Columns.Any(c => c.Name == column);
}

/// <summary>Which tables there are: for what must reach all of them, those of later versions too. Names are those of our own migrations; what an engine keeps beside them (a text index) is derived from them.</summary>
[AcrossTenants("it reads no tenant's rows")]
public sealed partial class Catalog(Session session)
{
    /// <summary>The tables that the migrations make, by name; their columns in the order of their making.</summary>
    public async Task<IReadOnlyList<CatalogTable>> TablesAsync(CancellationToken cancel)
    {
        // The two engines have their own catalogues.
        var sql = session.Engine == Engine.Sqlite
            ? "select m.name, c.name, lower(c.type) from sqlite_master as m, pragma_table_info(m.name) as c where m.type = 'table' order by m.name, c.cid"
            : "select table_name::text, column_name::text, data_type::text from information_schema.columns where table_schema = current_schema() order by table_name, ordinal_position";
        var rows = await session.QueryAsync(sql, r => (Table: r.GetString(0), Column: new CatalogColumn(r.GetString(1), r.GetString(2))), cancel);
        var ours = Schema.Migrations.SelectMany(m => m.Statements).Select(s => Created().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(r => ours.Contains(r.Table)).GroupBy(r => r.Table, r => r.Column).Select(g => new CatalogTable(g.Key, [.. g])).OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"^\s*create table (\w+) ")]
    private static partial Regex Created();
}
