using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vidimus.Model.Files;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Server.Identity;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin audit</c>: who changed what, and what came of it.</summary>
internal static class AuditCommand
{
    private const int Page = 1000;

    public static Command Create(Func<string, string?> environment)
    {
        var since = new Option<string?>("--since") { Description = "From this time on: 2026-11-24 or 2026-11-24T12:00:00Z", HelpName = "TIME" };
        var export = new Option<string?>("--export") { Description = "Write all of it into a new file, a JSON object a line, with the requests", HelpName = "FILE" };
        return AdminCommand.Of("audit", "Shows the calls that changed something, refused ones too, and what was done by 'vidimus admin'", environment, [since, export], async (node, parsed, output, cancel) =>
        {
            var from = parsed.GetValue(since) is { } text ? Time(text) : DateTimeOffset.UnixEpoch;
            if (parsed.GetValue(export) is { } file) await ExportAsync(node, from, file, output, cancel);
            else await ShowAsync(node, from, output, cancel);
        });
    }

    private static async Task ShowAsync(Node node, DateTimeOffset since, TextWriter output, CancellationToken cancel)
    {
        await foreach (var (account, region, entry) in EntriesAsync(node, since, cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{entry.At:yyyy-MM-dd HH:mm:ss}  {account,-12}  {(region.Length > 0 ? region : "-"),-14}  {entry.Outcome,-22}  {entry.Operation}  {PathText.Display(entry.Principal)}"));
    }

    private static async Task ExportAsync(Node node, DateTimeOffset since, string path, TextWriter output, CancellationToken cancel)
    {
        if (File.Exists(path)) throw new UnfinishedException($"{path} is there already and is not overwritten");
        var count = 0;
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            await using (var file = PrivateFile.Create(temporary))
            {
                await foreach (var (account, region, entry) in EntriesAsync(node, since, cancel))
                {
                    await using (var writer = new Utf8JsonWriter(file)) Write(writer, account, region, entry);
                    file.WriteByte((byte)'\n');
                    count++;
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"wrote {count} entries to {path}"));
    }

    private static async IAsyncEnumerable<(string Account, string Region, AuditEntry Entry)> EntriesAsync(Node node, DateTimeOffset since, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        long after = 0;
        while (true)
        {
            IReadOnlyList<(string Account, string Region, AuditEntry Entry)> page;
            await using (var session = await node.Database.ReadAsync(cancel)) page = await new AuditLog(session).AllAsync(since, after, Page, cancel);
            foreach (var entry in page) yield return entry;
            if (page.Count < Page) yield break;
            after = page[^1].Entry.Id;
        }
    }

    private static void Write(Utf8JsonWriter writer, string account, string region, AuditEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, entry.Id);
        writer.WriteString("time"u8, entry.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("account"u8, account);
        writer.WriteString("region"u8, region);
        writer.WriteString("principal"u8, entry.Principal);
        writer.WriteString("operation"u8, entry.Operation);
        writer.WriteString("outcome"u8, entry.Outcome);
        writer.WritePropertyName("request"u8);
        writer.WriteRawValue(entry.Request);
        writer.WriteEndObject();
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UsageException($"'{text}' is no time; write 2026-11-24 or 2026-11-24T12:00:00Z");
}
