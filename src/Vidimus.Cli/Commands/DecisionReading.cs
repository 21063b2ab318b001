using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Matching.Policy;
using Vidimus.Model.Files;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Vex;

namespace Vidimus.Cli.Commands;

/// <summary>What people have decided beforehand: VEX documents and the policy, as options and as values.</summary>
internal sealed class DecisionReading
{
    /// <summary>The policy that is read without being named, below the working folder of the person who runs the scan: never below the target.</summary>
    private static readonly string Default = Path.Combine(".vidimus", "policy.yaml");

    private readonly Option<string[]> vex = new("--vex") { Description = "A VEX document (OpenVEX, CSAF or CycloneDX JSON): what it says is not affected or fixed is hidden (repeatable)", HelpName = "FILE" };
    private readonly Option<string?> policy = new("--policy") { Description = "Rules of what to ignore, and the gate; without it .vidimus/policy.yaml of the working folder, where that is", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Options.Add(vex);
        command.Options.Add(policy);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="UnfinishedException">A file that was named is not there.</exception>
    /// <exception cref="UsageException">The policy says what no policy can.</exception>
    public Decisions Read(ParseResult parsed) => new([.. (parsed.GetValue(vex) ?? []).Select(ReadVex)], ReadPolicy(parsed.GetValue(policy)));

    private static VexDocument ReadVex(string file)
    {
        using var input = Open(file, "VEX document");
        return VexFiles.Read(input, PathText.Display(file));
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
internal sealed record Decisions(IReadOnlyList<VexDocument> Vex, ScanPolicy? Policy)
{
    public static Decisions None { get; } = new([], null);

    public bool Any => Vex.Count > 0 || Policy is not null;
}
