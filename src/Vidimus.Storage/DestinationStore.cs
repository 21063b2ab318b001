using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Where reports of a tenant may be written.</summary>
/// <param name="Account">The account that it was registered under.</param>
/// <param name="Bucket">As callers name it.</param>
/// <param name="Folder">Absolute.</param>
public sealed record Destination(int Account, string Bucket, string Folder);

/// <summary>The buckets that the operator registered for a tenant; no other exists for it.</summary>
public sealed class DestinationStore(Session session)
{
    /// <summary>Registers a bucket, or gives one another folder; 0 when another account of the tenant has it.</summary>
    public Task<int> PutAsync(Scope scope, string bucket, string folder, DateTimeOffset now, CancellationToken cancel)
    {
        const string put = """
            insert into destination (tenant, account, bucket, folder, created_ms) values (@tenant, @account, @bucket, @folder, @now)
            on conflict (tenant, bucket) do update set folder = excluded.folder where destination.account = excluded.account
            """;
        return session.ExecuteAsync(put, cancel, ("tenant", scope.Tenant), ("account", scope.Account), ("bucket", bucket), ("folder", folder), ("now", now.Milliseconds()));
    }

    /// <summary>Whether a folder is, lies in, or holds a destination of another tenant.</summary>
    [AcrossTenants("no two tenants may write into one folder")]
    public async Task<bool> IsTakenAsync(int tenant, string folder, CancellationToken cancel)
    {
        var others = await session.QueryAsync("select folder from destination where tenant <> @tenant", r => r.GetString(0), cancel, ("tenant", tenant));
        var wanted = $"{folder.TrimEnd('/')}/";
        return others.Select(o => $"{o.TrimEnd('/')}/").Any(o => o.StartsWith(wanted, StringComparison.Ordinal) || wanted.StartsWith(o, StringComparison.Ordinal));
    }

    public async Task<Destination?> FindAsync(TenantScope scope, string bucket, CancellationToken cancel)
    {
        const string find = "select account, bucket, folder from destination where tenant = @tenant and bucket = @bucket";
        return (await session.QueryAsync(find, Read, cancel, ("tenant", scope.Tenant), ("bucket", bucket))) is [var destination] ? destination : null;
    }

    public async Task<IReadOnlyList<Destination>> ListAsync(TenantScope scope, CancellationToken cancel) =>
        await session.QueryAsync("select account, bucket, folder from destination where tenant = @tenant order by bucket", Read, cancel, ("tenant", scope.Tenant));

    public Task<int> DeleteAsync(TenantScope scope, string bucket, CancellationToken cancel) =>
        session.ExecuteAsync("delete from destination where tenant = @tenant and bucket = @bucket", cancel, ("tenant", scope.Tenant), ("bucket", bucket));

    private static Destination Read(System.Data.Common.DbDataReader r) => new(r.Int32(0), r.GetString(1), r.GetString(2));
}
