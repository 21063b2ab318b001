namespace Vidimus.Storage;

/// <summary>A package's version as far as advisories can tell two apart.</summary>
/// <param name="Ecosystem">With release and stream, as a match key has it.</param>
/// <param name="Name">The name that the vendor files advisories under.</param>
/// <param name="Context">What else the source's rule reads (architecture, module, origin, pocket); empty for nothing.</param>
public readonly record struct PackageVersion(string Ecosystem, string Name, string Version, string Context);

/// <summary>Numbers for package versions, the same for the whole fleet, so that a verdict is decided once.</summary>
[AcrossTenants("which package versions exist is public knowledge")]
public sealed class PackageVersionStore(Session session)
{
    /// <summary>The numbers of a set, new ones for those that have none.</summary>
    public async Task<IReadOnlyDictionary<PackageVersion, long>> NumberAsync(IReadOnlyList<PackageVersion> versions, CancellationToken cancel)
    {
        PackageVersion[] set = [.. versions.Distinct().OrderBy(v => (v.Ecosystem, v.Name, v.Version, v.Context), Comparer<(string, string, string, string)>.Create((a, b) =>
            string.CompareOrdinal(a.Item1, b.Item1) is not 0 and var e ? e : string.CompareOrdinal(a.Item2, b.Item2) is not 0 and var n ? n
            : string.CompareOrdinal(a.Item3, b.Item3) is not 0 and var v ? v : string.CompareOrdinal(a.Item4, b.Item4)))];
        var rows = Rows.Of(set).Add("ecosystem", v => v.Ecosystem).Add("name", v => v.Name).Add("version", v => v.Version).Add("context", v => v.Context);
        var known = await ReadAsync(rows, cancel);
        if (known.Count == set.Length) return known;

        const string insert = """
            insert into package_version (ecosystem, name, version, context) select given.ecosystem, given.name, given.version, given.context from @rows as given where true
            on conflict (ecosystem, name, version, context) do nothing
            """;
        await session.ExecuteAsync(insert, rows, cancel);
        return await ReadAsync(rows, cancel);
    }

    public async Task<IReadOnlyDictionary<long, PackageVersion>> GetAsync(IReadOnlyList<long> numbers, CancellationToken cancel)
    {
        const string get = "select id, ecosystem, name, version, context from package_version where id in (select id from @rows as given)";
        var found = await session.QueryAsync(get, Rows.Of("id", numbers), r => (Id: r.Int64(0), Version: new PackageVersion(r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4))), cancel);
        return found.ToDictionary(f => f.Id, f => f.Version);
    }

    private async Task<Dictionary<PackageVersion, long>> ReadAsync(Rows rows, CancellationToken cancel)
    {
        const string read = """
            select p.id, p.ecosystem, p.name, p.version, p.context from @rows as given cross join package_version p
            where p.ecosystem = given.ecosystem and p.name = given.name and p.version = given.version and p.context = given.context
            """;
        var found = await session.QueryAsync(read, rows, r => (Id: r.Int64(0), Version: new PackageVersion(r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4))), cancel);
        return found.ToDictionary(f => f.Version, f => f.Id);
    }
}
