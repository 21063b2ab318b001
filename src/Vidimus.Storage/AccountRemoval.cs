namespace Vidimus.Storage;

/// <summary>Takes an account out of the store.</summary>
[AcrossTenants("for who runs the installation")]
public sealed class AccountRemoval(Session session)
{
    /// <summary>Tables that say who an account is and what was done in it.</summary>
    private static readonly string[] Identity = ["account", "principal", "access_key", "audit"];

    public async Task<long> ResourcesAsync(int account, CancellationToken cancel) =>
        (await session.QueryAsync("select count(*) from resource where account = @account", r => r.Int64(0), cancel, ("account", account)))[0];

    /// <summary>Deletes its rows in every table of accounts, its audit entries too.</summary>
    public async Task DeleteDataAsync(int account, CancellationToken cancel)
    {
        foreach (var table in (await new Catalog(session).TablesAsync(cancel)).Where(t => t.IsOfAccount && (t.Name is "audit" || !Identity.Contains(t.Name))))
            await session.ExecuteAsync($"delete from {table.Name} where account = @account", cancel, ("account", account));
    }

    /// <summary>Deletes its keys, its users and itself, and its tenant when that has no other account.</summary>
    public async Task DeleteIdentityAsync(int tenant, int account, CancellationToken cancel)
    {
        await session.ExecuteAsync("delete from access_key where account = @account", cancel, ("account", account));
        await session.ExecuteAsync("delete from principal where account = @account", cancel, ("account", account));
        await session.ExecuteAsync("delete from account where id = @account", cancel, ("account", account));
        await session.ExecuteAsync("delete from tenant where id = @tenant and not exists (select 1 from account where account.tenant = tenant.id)", cancel, ("tenant", tenant));
    }
}
