using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Findings;
using Vidimus.Model.Files;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin destination add|list|remove</c></summary>
internal static class DestinationCommand
{
    private const int LongestBucket = 63;

    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("destination", "Folders that reports are written to, under the names that callers know as buckets");

        var bucket = new Argument<string>("BUCKET") { Description = "As callers name it in s3Destination: small letters, digits, dots and dashes" };
        var folder = new Argument<string>("FOLDER") { Description = "A folder that exists and that this account's tenant alone has; every node must see it" };
        var account = Account();
        command.Subcommands.Add(AdminCommand.Of("add", "Registers a folder for an account and its organization", environment, [bucket, folder, account],
            (node, parsed, output, cancel) => AddAsync(node, parsed.GetRequiredValue(account), parsed.GetRequiredValue(bucket), parsed.GetRequiredValue(folder), output, cancel)));

        var listed = Account();
        command.Subcommands.Add(AdminCommand.Of("list", "Shows the destinations of an account and its organization", environment, [listed],
            (node, parsed, output, cancel) => ListAsync(node, parsed.GetRequiredValue(listed), output, cancel)));

        var removed = new Argument<string>("BUCKET") { Description = "As it was registered" };
        var owner = Account();
        command.Subcommands.Add(AdminCommand.Of("remove", "Forgets a destination; its files stay", environment, [removed, owner],
            (node, parsed, output, cancel) => RemoveAsync(node, parsed.GetRequiredValue(owner), parsed.GetRequiredValue(removed), output, cancel)));
        return command;
    }

    private static Option<string> Account() => new("--account") { Description = "Twelve digits", HelpName = "NUMBER", Required = true };

    private static async Task AddAsync(Node node, string number, string bucket, string folder, TextWriter output, CancellationToken cancel)
    {
        if (bucket.Length is < 3 or > LongestBucket || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-')) throw new UsageException($"'{bucket}' is no name of a bucket");
        var path = Path.GetFullPath(folder);
        if (!Directory.Exists(path)) throw new UnfinishedException($"there is no folder {path}");

        await using var session = await node.Database.WriteAsync(cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        var destinations = new DestinationStore(session);
        if (await destinations.IsTakenAsync(account.Tenant, path, cancel)) throw new UnfinishedException($"{path} lies in, or holds, a destination of somebody else");
        if (await destinations.PutAsync(new(account.Tenant, account.Id, 0), bucket, path, node.Time.GetUtcNow(), cancel) == 0) throw new UnfinishedException($"another account of the organization has a destination {bucket}");
        await AdminCommand.AuditAsync(session, node, account, "AddDestination", new JsonObject { ["bucket"] = bucket, ["folder"] = path }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"reports of {number} to the bucket {bucket} are written to {PathText.Display(path)}");
    }

    private static async Task ListAsync(Node node, string number, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.ReadAsync(cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        await output.WriteLineAsync($"{"BUCKET",-24}  FOLDER");
        foreach (var destination in await new DestinationStore(session).ListAsync(new TenantScope(account.Tenant, 0), cancel))
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{destination.Bucket,-24}  {PathText.Display(destination.Folder)}"));
    }

    private static async Task RemoveAsync(Node node, string number, string bucket, TextWriter output, CancellationToken cancel)
    {
        await using var session = await node.Database.WriteAsync(cancel);
        var account = await AdminCommand.AccountAsync(session, number, cancel);
        if (await new DestinationStore(session).DeleteAsync(new(account.Tenant, 0), bucket, cancel) == 0) throw new UnfinishedException($"there is no destination {bucket}");
        await AdminCommand.AuditAsync(session, node, account, "RemoveDestination", new JsonObject { ["bucket"] = bucket }, cancel);
        await session.CommitAsync(cancel);
        await output.WriteLineAsync($"forgot the destination {bucket}");
    }
}
