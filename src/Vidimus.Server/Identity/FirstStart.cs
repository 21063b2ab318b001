using System.Globalization;
using System.Security.Cryptography;
using Vidimus.Server.CommandLine;
using Vidimus.Storage;

namespace Vidimus.Server.Identity;

/// <summary>Makes an empty store usable: an account, its administrator, and a key in a file that only the one who started the server can read.</summary>
internal static class FirstStart
{
    /// <summary>The name of the file in the state folder.</summary>
    public const string FileName = "first-credentials";

    /// <summary>The new credentials and where they lie; null for a store that has an account.</summary>
    /// <param name="account">Twelve digits; null to draw them.</param>
    /// <exception cref="UnfinishedException">The file can't be written; then the store is as it was.</exception>
    public static async Task<(NewKey Key, string Account, string Path)?> RunAsync(IDatabase database, SecretBox box, string folder, string? account, DateTimeOffset now, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        await session.LockAsync("first start", cancel);
        var identities = new IdentityStore(session);
        if ((await identities.AccountsAsync(cancel)).Count > 0) return null;

        account ??= RandomNumberGenerator.GetInt32(100_000, 1_000_000).ToString(CultureInfo.InvariantCulture) + RandomNumberGenerator.GetInt32(1_000_000).ToString("d6", CultureInfo.InvariantCulture);
        var tenants = new TenantStore(session);
        var tenant = await tenants.AddTenantAsync(account, now, cancel);
        var id = await tenants.AddAccountAsync(tenant, account, now, cancel);
        var principal = await identities.PutPrincipalAsync(tenant, id, "admin", Role.Administrator, now, cancel);
        var key = NewKey.Draw();
        await key.AddAsync(identities, principal, box, now, cancel);

        var path = Path.Combine(folder, FileName);
        if (File.Exists(path)) File.Move(path, $"{path}-{now:yyyyMMddHHmmss}"); // of a store that is gone
        PrivateFile.Write(path, key.ToCredentialsFile());
        await session.CommitAsync(cancel);
        return (key, account, path);
    }
}
