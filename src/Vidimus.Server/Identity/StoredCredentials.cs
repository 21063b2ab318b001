using System.Collections.Concurrent;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Server.Identity;

/// <summary>Access keys from the store. What was looked up is good for a second, so a key that was revoked, by whatever node, is forgotten within that.</summary>
internal sealed class StoredCredentials(IDatabase database, SecretBox box, TimeProvider time) : ICredentials
{
    private const int Most = 10_000;
    private const int LongestId = 128;
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (Credential? Credential, long At)> known = new(StringComparer.Ordinal);

    public async ValueTask<Credential?> FindAsync(string accessKeyId, CancellationToken cancel)
    {
        if (accessKeyId.Length > LongestId) return null;
        if (known.TryGetValue(accessKeyId, out var cached) && time.GetElapsedTime(cached.At) < Good) return cached.Credential;

        var at = time.GetTimestamp();
        var found = await LookUpAsync(accessKeyId, cancel);
        if (known.Count >= Most) known.Clear(); // Strangers' guesses must not fill the memory.
        known[accessKeyId] = (found, at);
        return found;
    }

    private async Task<Credential?> LookUpAsync(string accessKeyId, CancellationToken cancel)
    {
        AccessKey? key;
        await using (var session = await database.ReadAsync(cancel)) key = await new IdentityStore(session).FindKeyAsync(accessKeyId, cancel);
        if (key is null) return null;

        var now = time.GetUtcNow();
        if (key.Used is null || now - key.Used > TimeSpan.FromHours(1)) await NoteUseAsync(accessKeyId, now, cancel);
        return new(key.KeyId, box.Open(key.Secret, NewKey.Owner(key.KeyId)), key.Account, Roles.NameOf(key.Role), key.Token is { } token ? box.Open(token, NewKey.TokenOwner(key.KeyId)) : null, key.Expires) { User = key.Principal };
    }

    private Task<int> NoteUseAsync(string accessKeyId, DateTimeOffset now, CancellationToken cancel) =>
        Conflicts.WriteAsync(database, session => new IdentityStore(session).UsedKeyAsync(accessKeyId, now, cancel), cancel);
}
