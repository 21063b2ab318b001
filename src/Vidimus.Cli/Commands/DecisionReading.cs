using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Matching.Policy;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Vex;
using Vidimus.Registry;
using Vidimus.Sbom.Vex;

namespace Vidimus.Cli.Commands;

/// <summary>What people have decided beforehand: VEX documents and the policy, as options and as values.</summary>
internal sealed class DecisionReading
{
    /// <summary>The policy that is read without being named, below the working folder of the person who runs the scan: never below the target.</summary>
    private static readonly string Default = Path.Combine(".vidimus", "policy.yaml");

    private const int MostKey = 64 << 10;

    private readonly Option<string[]> vex = new("--vex") { Description = "A VEX document (OpenVEX, CSAF or CycloneDX JSON): what it says is not affected or fixed is hidden (repeatable)", HelpName = "FILE" };
    private readonly Option<string?> policy = new("--policy") { Description = "Rules of what to ignore, and the gate; without it .vidimus/policy.yaml of the working folder, where that is", HelpName = "FILE" };

    private readonly Option<string[]> vexKey = new("--vex-key") { Description = "Read the VEX documents too that are attached to an image in its registry and signed by this public key (PEM, ECDSA P-256; repeatable)", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Options.Add(vex);
        command.Options.Add(vexKey);
        command.Options.Add(policy);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="UnfinishedException">A file that was named is not there.</exception>
    /// <exception cref="UsageException">The policy says what no policy can.</exception>
    public Decisions Read(ParseResult parsed) => new([.. (parsed.GetValue(vex) ?? []).Select(ReadVex)], ReadPolicy(parsed.GetValue(policy)), ReadKeys(parsed.GetValue(vexKey) ?? []));

    private static VexDocument ReadVex(string file)
    {
        using var input = Open(file, "VEX document");
        return VexFiles.Read(input, PathText.Display(file));
    }

    private static VexKeys ReadKeys(string[] files)
    {
        var keys = new VexKeys();
        foreach (var file in files)
        {
            using var input = new StreamReader(Open(file, "public key"));
            var text = new char[MostKey];
            keys.Add(new(text, 0, input.ReadBlock(text)), PathText.Display(file));
        }

        return keys;
    }

    private static ScanPolicy? ReadPolicy(string? named)
    {
        if (named is null && !File.Exists(Default)) return null;
        using var input = Open(named ?? Default, "policy");
        try
        {
            return PolicyReader.Read(input, PathText.Display(named ?? Default));
        }
        catch (PolicyException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static FileStream Open(string file, string what) => File.Exists(file) ? File.OpenRead(file) : throw new UnfinishedException($"the {what} {PathText.Display(file)} does not exist");
}

/// <summary>Both, read.</summary>
/// <param name="Keys">Whose attestations beside an image are read too.</param>
internal sealed record Decisions(IReadOnlyList<VexDocument> Vex, ScanPolicy? Policy, VexKeys Keys)
{
    public static Decisions None { get; } = new([], null, new());

    public bool Any => Vex.Count > 0 || Policy is not null;

    /// <summary>With the VEX documents that lie beside the image of an inventory, signed by one of the keys. What is not is told in a note, and says nothing.</summary>
    public Decisions WithAttested(Inventory inventory, RegistryOptions options, CancellationToken cancel)
    {
        if (Keys.Count == 0) return this;
        if (inventory.Target.Kind is not "image" || !ImageReference.TryParse(inventory.Target.Name, out var reference))
            return this with { Vex = [.. Vex, Told([new(Notes.Information, "", "--vex-key is for images in a registry: beside this target no attestation can lie")])] };

        var beside = RegistryImage.AttestationsOf(reference, inventory.Target.Digest, options, cancel);
        var notes = new List<Note>(beside.Notes);
        var documents = new List<VexDocument>();
        foreach (var attestation in beside.All)
        {
            try
            {
                if (VexAttestation.Read(attestation.Bytes, Keys, beside.Digests, $"the attestation {attestation.Digest}") is { } document) documents.Add(document);
            }
            catch (InvalidDataException e)
            {
                notes.Add(new(Notes.Information, "", $"{e.Message}: it is left out"));
            }
        }

        notes.Add(new(Notes.Information, "", $"{documents.Count} of {beside.All.Count} attestations beside the image are VEX documents signed by a key of --vex-key"));
        return this with { Vex = [.. Vex, .. documents, Told(notes)] };
    }

    /// <summary>A document that says nothing but these notes.</summary>
    private static VexDocument Told(List<Note> notes) => new("", "", [], notes);
}
