using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Vidimus.Ecosystems;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Server.Books;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Configuration;
using Vidimus.Server.Identity;
using Vidimus.Server.Logging;
using Vidimus.Storage;
using Vidimus.Storage.Migrations;

namespace Vidimus.Server.Hosting;

/// <summary>What every process of the service stands on: an open, migrated store and the keys that belong to it; for <c>serve</c> and <c>worker</c> also the book.</summary>
internal sealed class Node : IAsyncDisposable
{
    public required ServerSettings Settings { get; init; }
    public required IDatabase Database { get; init; }
    public required KeyFile Key { get; init; }

    /// <summary>Opens and seals secrets that lie in the store.</summary>
    public required SecretBox Box { get; init; }
    public required IdentityKey Identity { get; init; }
    public required ServerBooks Books { get; init; }
    public required ILoggerFactory Log { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Takes inventories in and judges them.</summary>
    public FleetServices Fleet => new(Database, Books, EcosystemList.Keys, Time);

    /// <exception cref="UnfinishedException">The store or the key can't be opened, or they don't belong together.</exception>
    public static async Task<Node> OpenAsync(ServerSettings settings, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var log = LoggerFactory.Create(b => b.SetMinimumLevel(settings.LogLevel).AddProvider(new LineLogger(Console.OpenStandardError(), settings.LogsJson, settings.LogLevel, time)));
        var database = await StoreAddress.OpenAsync(settings.Store, cancel);
        try
        {
            await Migrator.MigrateAsync(database, time, cancel);
            var key = await KeyOfAsync(database, settings.KeyFile, cancel);
            return new()
            {
                Settings = settings,
                Database = database,
                Key = key,
                Box = key.SecretBox(),
                Identity = await IdentityAsync(database, cancel),
                Books = new(settings.DataFolder, settings.Feeds, new(database, time), time),
                Log = log,
                Time = time,
            };
        }
        catch
        {
            await database.DisposeAsync();
            log.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Books.Dispose();
        Identity.Dispose();
        Box.Dispose();
        await Database.DisposeAsync();
        Log.Dispose();
    }

    /// <summary>The key file, drawn for a store that has none yet. Another than the store's secrets are sealed under is refused, before anything is sealed under it.</summary>
    private static async Task<KeyFile> KeyOfAsync(IDatabase database, string path, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        await session.LockAsync("first start", cancel);
        var store = new IdentityStore(session);
        var check = await store.FindKeyCheckAsync(cancel);
        if (check is not null && !File.Exists(path)) throw new UnfinishedException($"the store's secrets are sealed under a key that is not at {path}; name its place by --key-file");

        var key = File.Exists(path) ? KeyFile.Read(path) : KeyFile.Create(path);
        if (check is not null && !CryptographicOperations.FixedTimeEquals(check, key.Check)) throw new UnfinishedException($"the store's secrets are sealed under another key than {path}; name that one by --key-file");
        if (check is null) await store.KeyCheckAsync(key.Check, cancel);
        await session.CommitAsync(cancel);
        return key;
    }

    private static async Task<IdentityKey> IdentityAsync(IDatabase database, CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        var identity = await new TenantStore(session).IdentityAsync(cancel);
        await session.CommitAsync(cancel);
        return identity;
    }
}
