using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vidimus.Cli.CommandLine;
using Vidimus.Cli.Push;
using Vidimus.Files.FileTree;
using Vidimus.Model.Documents;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Push;
using Vidimus.Scanning;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus push TARGET --server URL</c>: lets a server know what a target holds, and keep its findings true from then on.</summary>
internal static class PushCommand
{
    public static Command Create()
    {
        var reading = new InventoryReading();
        var servers = new ServerOptions();
        var name = new Option<string?>("--as") { Description = $"What the target is to the server, where it does not say so itself: {string.Join(", ", ResourceKinds.All)}, with its id", HelpName = "KIND:ID" };
        var tag = new Option<string[]>("--tag") { Description = "A tag of the resource; all that are given replace those it had (repeatable)", HelpName = "KEY=VALUE" };
        var to = new Option<string?>("--to") { Description = "Writes what a server would be sent into a file instead: the offer, then the documents, a line each", HelpName = "FILE" };
        var command = HelpWithExamples.Of(
            new Command("push", "Sends the inventory of a target to a Vidimus server, as far as that does not know it yet; the access key comes from AWS_ACCESS_KEY_ID or a profile"),
            "vidimus push host --server https://vidimus.example:8900",
            "vidimus push registry.example/team/app:1.2 --server https://vidimus.example:8900 --tag team=payments",
            "vidimus push docker-archive:app.tar --as image:registry.example/team/app --server http://127.0.0.1:8900",
            "vidimus push sbom:app.cdx.json --as folder:app --server http://127.0.0.1:8900");
        reading.AddTo(command);
        command.Options.Add(name);
        command.Options.Add(tag);
        command.Options.Add(to);
        servers.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var file = parsed.GetValue(to);
            using var client = file is null ? servers.Connect(parsed) : null;
            var tags = Tags(parsed.GetValue(tag) ?? []);
            using var progress = new ProgressLine(reading.IsQuiet(parsed));
            var target = reading.Target(parsed);
            var inventory = reading.ReadPublished(parsed, progress, cancel);
            if (client is null)
            {
                WriteTo(file!, target, inventory, parsed.GetValue(name), tags);
                progress.Dispose();
                if (!reading.IsQuiet(parsed)) NoteLines.Write(inventory.Notes, parsed.InvocationConfiguration.Error);
                return ExitCode.Done;
            }

            progress.Report("sending");
            var (resource, answer) = await SendAsync(client, target, inventory, parsed.GetValue(name), tags, cancel);
            progress.Dispose();

            if (!reading.IsQuiet(parsed)) NoteLines.Write(inventory.Notes, parsed.InvocationConfiguration.Error);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(Sentence(resource, inventory, client.Sent, answer));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Lets the server know what a target holds.</summary>
    /// <param name="name">The value of <c>--as</c>; null for what the thing is by itself.</param>
    public static async Task<(PushedResource Resource, OfferAnswer Answer)> SendAsync(ServerClient client, TargetName target, Inventory inventory, string? name, Dictionary<string, string>? tags, CancellationToken cancel)
    {
        var resource = PushedResource.Of(target, inventory, name);
        var documents = InventoryDocuments.Of(inventory);
        return (resource, await client.PushAsync(OfferOf(resource, target, inventory, documents, tags), documents, cancel));
    }

    private static Offer OfferOf(PushedResource resource, TargetName target, Inventory inventory, IReadOnlyList<InventoryDocument> documents, Dictionary<string, string>? tags) =>
        new(resource.Kind, resource.Id, CollectorsOf(target), documents.ToDictionary(d => d.Kind, d => d.Digest, StringComparer.Ordinal))
        {
            Tags = tags,
            Architecture = inventory.Target.Architecture,
            Image = resource.Image,
            Complete = inventory.Complete,
        };

    /// <summary>What a server that scans by a process of this program reads from it. Documents are JSON without line ends.</summary>
    private static void WriteTo(string file, TargetName target, Inventory inventory, string? name, Dictionary<string, string>? tags)
    {
        var documents = InventoryDocuments.Of(inventory);
        var offer = OfferOf(PushedResource.Of(target, inventory, name), target, inventory, documents, tags);
        OutputFile.Write(file, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes(PushText.ToText(offer)));
            foreach (var document in documents)
            {
                stream.WriteByte((byte)'\n');
                stream.Write(document.Body.Span);
            }
        });
    }

    private static string Sentence(PushedResource resource, Inventory inventory, int sent, OfferAnswer answer)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{resource.Kind} {PathText.Display(resource.Id)}: {inventory.Packages.Count:n0} packages");
        if (answer.Unchanged) return $"{what}, all as the server knows them";
        return string.Create(CultureInfo.InvariantCulture, $"{what}, {sent} documents sent; findings: {answer.Opened:n0} opened, {answer.Updated:n0} updated, {answer.Closed:n0} closed, {answer.Reopened:n0} reopened");
    }

    private static Dictionary<string, string>? Tags(string[] given)
    {
        if (given.Length == 0) return null;
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new UsageException($"--tag: '{text}' is not KEY=VALUE");
            tags[text[..equals]] = text[(equals + 1)..];
        }

        return tags;
    }

    /// <summary>The collectors with their versions, in short: the server asks only whether they are the same.</summary>
    private static string CollectorsOf(TargetName target)
    {
        if (target.Kind is TargetKind.Sbom) return "sbom";
        var signature = new CollectorIndex(JavaNamesFile.Collectors).Signature;
        return $"vidimus/{Surroundings.Version} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signature)).AsSpan(0, 8))}";
    }
}
