using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A document of an account's configuration.</summary>
/// <param name="Kind">What it configures: <c>ecr</c>, <c>cis-configuration</c>, …</param>
/// <param name="Body">JSON of who wrote it.</param>
/// <param name="Version">Counts the times it was written.</param>
public sealed record StoredConfiguration(Scope Scope, string Kind, string Name, string Body, int Version, DateTimeOffset Created, DateTimeOffset Updated);

/// <summary>Configurations that are read whole by their name: settings of scans, CIS and code configurations, connectors. What is searched has tables of its own.</summary>
public sealed class ConfigurationStore(Session session)
{
    private const string Columns = "tenant, account, region, kind, name, body, version, created_ms, updated_ms";

    public async Task<StoredConfiguration?> GetAsync(Scope scope, string kind, string name, CancellationToken cancel)
    {
        const string get = $"select {Columns} from configuration where tenant = @tenant and account = @account and region = @region and kind = @kind and name = @name";
        return (await session.QueryAsync(get, Read, cancel, [.. ResourceStore.Of(scope), ("kind", kind), ("name", name)])) is [var found] ? found : null;
    }

    /// <summary>All of a kind that the account has, by name.</summary>
    public async Task<IReadOnlyList<StoredConfiguration>> ListAsync(Scope scope, string kind, CancellationToken cancel)
    {
        const string list = $"select {Columns} from configuration where tenant = @tenant and account = @account and region = @region and kind = @kind order by name";
        return await session.QueryAsync(list, Read, cancel, [.. ResourceStore.Of(scope), ("kind", kind)]);
    }

    /// <summary>All of a kind in the tenant, by account and name.</summary>
    public async Task<IReadOnlyList<StoredConfiguration>> OfTenantAsync(TenantScope scope, string kind, CancellationToken cancel)
    {
        const string list = $"select {Columns} from configuration where tenant = @tenant and region = @region and kind = @kind order by account, name";
        return await session.QueryAsync(list, Read, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("kind", kind));
    }

    /// <summary>All of a kind, of everybody.</summary>
    [AcrossTenants("a worker works for all")]
    public async Task<IReadOnlyList<StoredConfiguration>> OfKindAsync(string kind, CancellationToken cancel) =>
        await session.QueryAsync($"select {Columns} from configuration where kind = @kind order by tenant, account, region, name", Read, cancel, ("kind", kind));

    /// <summary>Writes a new one or over the old one.</summary>
    public Task<int> PutAsync(Scope scope, string kind, string name, string body, DateTimeOffset now, CancellationToken cancel)
    {
        const string put = """
            insert into configuration (tenant, account, region, kind, name, body, version, created_ms, updated_ms) values (@tenant, @account, @region, @kind, @name, @body, 1, @now, @now)
            on conflict (tenant, account, region, kind, name) do update set body = excluded.body, version = configuration.version + 1, updated_ms = excluded.updated_ms
            """;
        return session.ExecuteAsync(put, cancel, [.. ResourceStore.Of(scope), ("kind", kind), ("name", name), ("body", body), ("now", now.Milliseconds())]);
    }

    public Task<int> DeleteAsync(Scope scope, string kind, string name, CancellationToken cancel) =>
        session.ExecuteAsync("delete from configuration where tenant = @tenant and account = @account and region = @region and kind = @kind and name = @name", cancel, [.. ResourceStore.Of(scope), ("kind", kind), ("name", name)]);

    private static StoredConfiguration Read(DbDataReader r) =>
        new(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.GetString(3), r.GetString(4), r.GetString(5), r.Int32(6), r.Time(7), r.Time(8));
}
