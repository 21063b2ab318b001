using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Fleet;
using Vidimus.Server.CommandLine;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Admin;

/// <summary><c>admin resource end</c></summary>
internal static class ResourceCommand
{
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("resource", "What is watched");
        var name = new Argument<string>("KIND:ID") { Description = "As it was pushed: host:…, image:…, function:…, folder:…" };
        var reason = new Option<string>("--reason") { Description = "terminated or lapsed: its findings close; stopped: they stay", HelpName = "REASON", Required = true };
        var where = new InAccount();
        command.Subcommands.Add(AdminCommand.Of("end", "Says that a resource is gone, is stopped, or is no longer watched; a push brings it back", environment, [name, reason, .. where.Options],
            (node, parsed, output, cancel) => EndAsync(node, where, parsed, parsed.GetRequiredValue(name), parsed.GetRequiredValue(reason), output, cancel)));
        return command;
    }

    private static async Task EndAsync(Node node, InAccount where, ParseResult parsed, string name, string reason, TextWriter output, CancellationToken cancel)
    {
        if (reason is not ("terminated" or "stopped" or "lapsed")) throw new UsageException("--reason: terminated, stopped or lapsed");
        if (name.Split(':', 2) is not [var kind, var id]) throw new UsageException($"'{name}' is not KIND:ID");

        Resource resource;
        await using (var session = await node.Database.WriteAsync(cancel))
        {
            var (account, scope) = await where.FindAsync(session, parsed, cancel);
            resource = await new ResourceStore(session).FindAsync(scope, new(kind, id), cancel) ?? throw new UnfinishedException($"there is no resource {name}");
            await AdminCommand.AuditAsync(session, node, account, "EndResource", new JsonObject { ["resource"] = name, ["reason"] = reason }, cancel);
            await session.CommitAsync(cancel);
        }

        var coverage = new Coverage(node.Fleet);
        var closed = reason switch
        {
            "terminated" => await coverage.GoneAsync(resource.Scope, [resource.Id], cancel),
            "lapsed" => await coverage.LapsedAsync(resource.Scope, [resource.Id], cancel),
            _ => await StoppedAsync(coverage, resource, cancel),
        };
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name} is {reason}; {closed} findings closed"));
    }

    private static async Task<int> StoppedAsync(Coverage coverage, Resource resource, CancellationToken cancel)
    {
        await coverage.StoppedAsync(resource.Scope, [resource.Id], cancel);
        return 0;
    }
}
