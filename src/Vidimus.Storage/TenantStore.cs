using System.Security.Cryptography;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Tenants, their accounts, the names of regions, and the installation's identity.</summary>
[AcrossTenants("it says which tenant a caller has")]
public sealed class TenantStore(Session session)
{
    /// <summary>A new organization, or an account that stands alone.</summary>
    public async Task<int> AddTenantAsync(string name, DateTimeOffset now, CancellationToken cancel) =>
        (await session.QueryAsync("insert into tenant (name, created_ms) values (@name, @now) returning id", r => r.Int32(0), cancel, ("name", name), ("now", now.Milliseconds())))[0];

    /// <summary>A new account of a tenant.</summary>
    /// <param name="number">Twelve digits.</param>
    public async Task<int> AddAccountAsync(int tenant, string number, DateTimeOffset now, CancellationToken cancel)
    {
        const string insert = "insert into account (tenant, number, created_ms) values (@tenant, @number, @now) returning id";
        return (await session.QueryAsync(insert, r => r.Int32(0), cancel, ("tenant", tenant), ("number", number), ("now", now.Milliseconds())))[0];
    }

    /// <summary>The account with the twelve digits, in a region; null when there is none.</summary>
    public async Task<Scope?> FindAsync(string number, string region, CancellationToken cancel)
    {
        const string find = "select account.tenant, account.id, region.id from account cross join region where account.number = @number and region.name = @region";
        var found = await session.QueryAsync(find, r => new Scope(r.Int32(0), r.Int32(1), r.Int32(2)), cancel, ("number", number), ("region", region));
        return found is [var scope] ? scope : null;
    }

    /// <summary>The number of a region's name, which it gets now if it has none.</summary>
    public async Task<int> RegionAsync(string name, CancellationToken cancel)
    {
        await session.ExecuteAsync("insert into region (name) values (@name) on conflict (name) do nothing", cancel, ("name", name));
        return (await session.QueryAsync("select id from region where name = @name", r => r.Int32(0), cancel, ("name", name)))[0];
    }

    /// <summary>How many regions have a number.</summary>
    public async Task<int> RegionsAsync(CancellationToken cancel) => (await session.QueryAsync("select count(*) from region", r => r.Int32(0), cancel))[0];

    /// <summary>The installation's identity key, drawn when first asked for.</summary>
    public async Task<IdentityKey> IdentityAsync(CancellationToken cancel)
    {
        await session.ExecuteAsync("insert into setting (name, body) values ('identity', @body) on conflict (name) do nothing", cancel, ("body", RandomNumberGenerator.GetBytes(IdentityKey.Length)));
        return new((await session.QueryAsync("select body from setting where name = 'identity'", r => r.Bytes(0), cancel))[0]);
    }
}
