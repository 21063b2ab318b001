using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Configuration;
using Vidimus.Server.Hosting;
using Vidimus.Server.Identity;
using Vidimus.Storage;
using Vidimus.Storage.Backup;

namespace Vidimus.Server.Admin;

/// <summary><c>admin backup|restore|check</c></summary>
internal static class BackupCommand
{
    public static Command Backup(Func<string, string?> environment)
    {
        var file = new Argument<string>("FILE") { Description = "A new file; the key file is not in it and must be kept elsewhere" };
        return AdminCommand.Of("backup", "Writes all of the store into one file, as it is at one moment, while servers go on; from either engine into either", environment, [file],
            (node, parsed, output, cancel) => WriteAsync(node, parsed.GetRequiredValue(file), output, cancel));
    }

    public static Command Restore(Func<string, string?> environment)
    {
        var file = new Argument<string>("FILE") { Description = "What 'vidimus admin backup' wrote" };
        var command = new Command("restore", "Fills a new, empty store from a backup, all of it or nothing; the key file must be the one that its secrets are sealed under") { file };
        var options = new SettingOptions(command, UsedBy.Admin, environment);
        command.SetAction(async (parsed, cancel) =>
        {
            await RestoreAsync(ServerSettings.From(options.Read(parsed), UsedBy.Admin), parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output, cancel);
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Check(Func<string, string?> environment) =>
        AdminCommand.Of("check", "Looks for rows that name what is not there, and for secrets that the key file does not open; exit 3 when there are any", environment, [], CheckAsync);

    private static async Task WriteAsync(Node node, string path, TextWriter output, CancellationToken cancel)
    {
        if (File.Exists(path)) throw new UnfinishedException($"{path} is there already and is not overwritten");
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            long rows;
            await using (var stream = PrivateFile.Create(temporary))
            {
                rows = await BackupWriter.WriteAsync(node.Database, stream, node.Time.GetUtcNow(), cancel);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"wrote {rows:n0} rows to {path}; its secrets open with {node.Settings.KeyFile} alone"));
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    private static async Task RestoreAsync(ServerSettings settings, string path, TextWriter output, CancellationToken cancel)
    {
        if (!File.Exists(path)) throw new UnfinishedException($"the backup {path} does not exist");
        await using var stream = File.OpenRead(path);
        var head = await BackupReader.HeadAsync(stream, cancel);
        if (Convert.ToHexStringLower(KeyFile.Read(settings.KeyFile).Check) != head.KeyCheck)
            throw new UnfinishedException($"the secrets of the backup are sealed under another key than {settings.KeyFile}; nobody could open them. Name their key by --key-file");

        stream.Position = 0;
        await using var database = await StoreAddress.OpenAsync(settings.Store, cancel);
        try
        {
            var rows = await BackupReader.ReadAsync(database, stream, TimeProvider.System, cancel);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"restored {rows:n0} rows of {head.Made:yyyy-MM-dd HH:mm} UTC"));
        }
        catch (InvalidOperationException e)
        {
            throw new UnfinishedException(e.Message, e);
        }
    }

    private static async Task CheckAsync(Node node, ParseResult parsed, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var wrong = (await new StoreCheck(session).RunAsync(cancel)).ToList();
        foreach (var key in await new IdentityStore(session).KeysAsync(null, cancel))
        {
            try
            {
                node.Box.Open(key.Secret, NewKey.Owner(key.KeyId));
            }
            catch (CryptographicException)
            {
                wrong.Add($"the secret of {key.KeyId} does not open");
            }
        }

        foreach (var sentence in wrong) await output.WriteLineAsync(sentence);
        if (wrong.Count > 0) throw new UnfinishedException($"{wrong.Count} things are wrong with the store");
        await output.WriteLineAsync("nothing is wrong with the store");
    }
}
