using System.Data.Common;
using Vidimus.Server.CommandLine;
using Vidimus.Storage;

namespace Vidimus.Server.Hosting;

/// <summary>Opens what <c>--store</c> names.</summary>
internal static class StoreAddress
{
    /// <exception cref="UnfinishedException">It can't be opened.</exception>
    public static async Task<IDatabase> OpenAsync(string address, CancellationToken cancel)
    {
        try
        {
            if (address.StartsWith("postgres:", StringComparison.Ordinal)) return await PostgresAsync(address["postgres:".Length..], cancel);
            var path = Path.GetFullPath(address["sqlite:".Length..]);
            CreatePrivate(Path.GetDirectoryName(path)!);
            return await SqliteDatabase.OpenAsync(path, cancel);
        }
        catch (Exception e) when (e is DbException or ArgumentException)
        {
            throw new UnfinishedException($"the store can't be opened: {e.Message}", e);
        }
    }

    private static async Task<PostgresDatabase> PostgresAsync(string connection, CancellationToken cancel)
    {
        var database = new PostgresDatabase(connection);
        try
        {
            await using var session = await database.ReadAsync(cancel); // says now whether it answers
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Findings tell where one could break in: the folder is its owner's alone.</summary>
    private static void CreatePrivate(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
