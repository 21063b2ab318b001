using System.Data.Common;

namespace Vidimus.Storage;

/// <summary>What a principal may do; ADR 30 has the rules.</summary>
public enum Role : short
{
    /// <summary>Sees everything of its account and changes nothing.</summary>
    Reader = 1,

    /// <summary>Also changes whatever concerns findings and scanning.</summary>
    Operator = 2,

    /// <summary>Also the organization and the encryption key.</summary>
    Administrator = 3,
}

/// <param name="Number">Twelve digits.</param>
public sealed record AccountEntry(int Tenant, int Id, string Number, string Name, DateTimeOffset Created, int Principals, int Keys);

/// <summary>Who can hold keys in an account.</summary>
public sealed record Principal(int Tenant, int Account, long Id, string Name, Role Role);

/// <summary>An access key, its secret still sealed.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="Used">When it was last used, to the hour.</param>
/// <param name="Expires">When it ends; null for one that is good until it is revoked.</param>
/// <param name="Token">The session token that calls with it must carry, sealed; null for none.</param>
public sealed record AccessKey(string KeyId, string Account, string Principal, Role Role, byte[] Secret, DateTimeOffset Created, DateTimeOffset? Used, DateTimeOffset? Expires, byte[]? Token);

/// <summary>Accounts, who may act in them, and by which keys.</summary>
[AcrossTenants("it says who a caller is, before it is known whose rows are asked for")]
public sealed class IdentityStore(Session session)
{
    private const string Keys = """
        select access_key.key_id, account.number, principal.name, principal.role, access_key.secret, access_key.created_ms, access_key.used_ms, access_key.expires_ms, access_key.token
        from access_key join account on account.id = access_key.account join principal on principal.id = access_key.principal
        """;

    public Task<List<AccountEntry>> AccountsAsync(CancellationToken cancel) => session.QueryAsync(
        """
        select tenant, id, number, name, created_ms, (select count(*) from principal where principal.account = account.id), (select count(*) from access_key where access_key.account = account.id)
        from account order by number
        """,
        r => new AccountEntry(r.Int32(0), r.Int32(1), r.GetString(2), r.GetString(3), r.Time(4), r.Int32(5), r.Int32(6)), cancel);

    /// <summary>Gives an account its name for people.</summary>
    public Task<int> NameAccountAsync(int account, string name, CancellationToken cancel) => session.ExecuteAsync("update account set name = @name where id = @id", cancel, ("id", account), ("name", name));

    /// <summary>The principal of the name, who comes to be with the role if there is none; one who is there keeps its role.</summary>
    public async Task<Principal> PutPrincipalAsync(int tenant, int account, string name, Role role, DateTimeOffset now, CancellationToken cancel)
    {
        const string put = "insert into principal (tenant, account, name, role, created_ms) values (@tenant, @account, @name, @role, @now) on conflict (account, name) do nothing";
        await session.ExecuteAsync(put, cancel, ("tenant", tenant), ("account", account), ("name", name), ("role", (int)role), ("now", now.Milliseconds()));
        return (await PrincipalsAsync(account, cancel)).Single(p => p.Name == name);
    }

    public Task<List<Principal>> PrincipalsAsync(int account, CancellationToken cancel) => session.QueryAsync(
        "select tenant, account, id, name, role from principal where account = @account order by name", r => new Principal(r.Int32(0), r.Int32(1), r.Int64(2), r.GetString(3), (Role)r.Int32(4)), cancel, ("account", account));

    public Task<int> SetRoleAsync(long principal, Role role, CancellationToken cancel) => session.ExecuteAsync("update principal set role = @role where id = @id", cancel, ("id", principal), ("role", (int)role));

    /// <param name="secret">Sealed, see <see cref="SecretBox"/>.</param>
    public Task<int> AddKeyAsync(Principal principal, string keyId, byte[] secret, DateTimeOffset now, CancellationToken cancel) => session.ExecuteAsync(
        "insert into access_key (tenant, account, principal, key_id, secret, created_ms) values (@tenant, @account, @principal, @key, @secret, @now)",
        cancel, ("tenant", principal.Tenant), ("account", principal.Account), ("principal", principal.Id), ("key", keyId), ("secret", secret), ("now", now.Milliseconds()));

    /// <summary>Makes a key one that ends, and that goes with a token.</summary>
    /// <param name="token">Sealed, see <see cref="SecretBox"/>.</param>
    public Task<int> LimitKeyAsync(string keyId, byte[] token, DateTimeOffset expires, CancellationToken cancel) =>
        session.ExecuteAsync("update access_key set token = @token, expires_ms = @expires where key_id = @key", cancel, ("key", keyId), ("token", token), ("expires", expires.Milliseconds()));

    /// <summary>Deletes keys that ended before a time.</summary>
    public Task<int> ForgetKeysAsync(DateTimeOffset ended, CancellationToken cancel) => session.ExecuteAsync("delete from access_key where expires_ms < @ended", cancel, ("ended", ended.Milliseconds()));

    public async Task<AccessKey?> FindKeyAsync(string keyId, CancellationToken cancel)
    {
        var found = await session.QueryAsync($"{Keys} where access_key.key_id = @key", Read, cancel, ("key", keyId));
        return found is [var key] ? key : null;
    }

    /// <summary>All keys, or those of one account.</summary>
    public Task<List<AccessKey>> KeysAsync(string? account, CancellationToken cancel) =>
        session.QueryAsync($"{Keys} where @account = '' or account.number = @account order by account.number, principal.name, access_key.key_id", Read, cancel, ("account", account ?? ""));

    /// <summary>Whether there was one.</summary>
    public async Task<bool> RevokeKeyAsync(string keyId, CancellationToken cancel) => await session.ExecuteAsync("delete from access_key where key_id = @key", cancel, ("key", keyId)) > 0;

    public Task<int> UsedKeyAsync(string keyId, DateTimeOffset now, CancellationToken cancel) => session.ExecuteAsync("update access_key set used_ms = @now where key_id = @key", cancel, ("key", keyId), ("now", now.Milliseconds()));

    /// <summary>The check by which a node knows that its key file is the one that this store's secrets are sealed under; <paramref name="mine"/> becomes it when there is none.</summary>
    public async Task<byte[]> KeyCheckAsync(byte[] mine, CancellationToken cancel)
    {
        await session.ExecuteAsync("insert into setting (name, body) values ('key check', @body) on conflict (name) do nothing", cancel, ("body", mine));
        return (await FindKeyCheckAsync(cancel))!;
    }

    /// <summary>Null for a store that was never served.</summary>
    public async Task<byte[]?> FindKeyCheckAsync(CancellationToken cancel)
    {
        var found = await session.QueryAsync("select body from setting where name = 'key check'", r => r.Bytes(0), cancel);
        return found is [var body] ? body : null;
    }

    private static AccessKey Read(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetString(2), (Role)r.Int32(3), r.Bytes(4), r.Time(5), r.TimeOrNull(6), r.TimeOrNull(7), r.IsDBNull(8) ? null : r.Bytes(8));
}
