using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Sbom;
using Vidimus.Scanning;

namespace Vidimus.Cli.Commands;

/// <summary>What all commands with a target share: its argument, its options, and the way from there to an inventory.</summary>
internal sealed class InventoryReading
{
    private readonly Argument<string> target = TargetName.Argument();
    private readonly Option<string[]> exclude = new("--exclude") { Description = "Leave out a path of the target, or a pattern with * and **/ (repeatable)", HelpName = "PATH" };
    private readonly Option<bool> quiet = new("--quiet", "-q") { Description = "No progress and no notes on standard error" };

    private const int ManyPackages = 20_000;

    private readonly ImageOptions images = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(target);
        command.Options.Add(exclude);
        images.AddTo(command);
        command.Options.Add(quiet);
    }

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(quiet);

    /// <summary>The target as typed.</summary>
    public TargetName Target(ParseResult parsed) => TargetName.Parse(parsed.GetRequiredValue(target));

    /// <summary>Reads the target.</summary>
    /// <param name="keepsAll">Whether what an SBOM states beside packages and places is wanted too.</param>
    public Inventory Read(ParseResult parsed, ProgressLine progress, CancellationToken cancel, bool keepsAll = false)
    {
        var choice = images.Read(parsed);
        return Read(Target(parsed), parsed.GetValue(exclude) ?? [], choice, progress, cancel, keepsAll);
    }

    /// <summary>Reads a target by its name.</summary>
    /// <param name="images">Needed for images alone.</param>
    public static Inventory Read(TargetName name, IReadOnlyList<string> exclude, ImageChoice? images, ProgressLine progress, CancellationToken cancel, bool keepsAll = false)
    {
        var info = new TargetInfo(name.Prefix, name is { Kind: TargetKind.Sbom, Value: "-" } ? "standard input" : name.Value, null, null, []);
        if (name.Kind is TargetKind.Sbom) return ReadSbom(name, info, keepsAll);

        var options = new ScanOptions { Exclude = [.. exclude.Select(Pattern)], Cache = new(Path.Combine(Surroundings.DataFolder, "layers")) };
        var scanner = new Scanner(JavaNamesFile.Collectors, EcosystemList.Keys, options);
        progress.Watch(options.Progress, $"reading {PathText.Display(name.Value)}", name.Kind is TargetKind.Image ? () => images?.Registry.Progress.Bytes ?? 0 : null);

        if (name.Kind is TargetKind.Oci or TargetKind.DockerArchive or TargetKind.Image)
        {
            using var image = images!.Open(name, cancel);
            return scanner.Scan(image, info, cancel);
        }

        using var tree = Targets.OpenTree(name.Kind, name.Value);
        return scanner.Scan(tree, info, cancel);
    }

    private static Inventory ReadSbom(TargetName name, TargetInfo info, bool keepsAll)
    {
        using var input = name.Value is "-" ? Console.OpenStandardInput() : Targets.OpenFile(name.Value);
        var inventory = SbomReader.Read(input, info.Name, keepsAll);

        // What reading needed of a large document would otherwise lie beside what writing and matching need.
        if (inventory.Packages.Count > ManyPackages) GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return inventory;
    }

    /// <summary>A path of the target as its trees have it: from the root, without a slash at either end.</summary>
    private static FileGlob Pattern(string path)
    {
        var trimmed = path.Trim('/');
        return trimmed.Length > 0 ? FileGlob.Of(trimmed) : throw new UsageException("--exclude needs a path below the root");
    }
}
