using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Images;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Registry.Local;
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
    private readonly Option<bool> allPlatforms = new("--all-platforms") { Description = "Read every image of an index: a document a platform, one after the other, or each into its own file (report.json becomes report.linux-arm64.json)" };

    /// <param name="manyResults">Whether the command can give a result for each platform.</param>
    public void AddTo(Command command, bool manyResults = false)
    {
        if (manyResults) command.Options.Add(allPlatforms);
        command.Arguments.Add(target);
        command.Options.Add(exclude);
        images.AddTo(command);
        command.Options.Add(quiet);
    }

    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(quiet);

    /// <summary>What was decided, with what is attested beside the inventory's image.</summary>
    public Decisions Attested(ParseResult parsed, Decisions decisions, Inventory inventory, CancellationToken cancel) => decisions.WithAttested(inventory, images.Read(parsed).Registry, cancel);

    /// <summary>The target as typed.</summary>
    public TargetName Target(ParseResult parsed) => TargetName.Parse(parsed.GetRequiredValue(target));

    /// <summary>Reads the target.</summary>
    /// <param name="keepsAll">Whether what an SBOM states beside packages and places is wanted too.</param>
    public Inventory Read(ParseResult parsed, ProgressLine progress, CancellationToken cancel, bool keepsAll = false)
    {
        var choice = images.Read(parsed);
        var named = Target(parsed);
        var located = choice.Locate(named);
        var inventory = Read(located, parsed.GetValue(exclude) ?? [], choice, progress, cancel, keepsAll);
        if (located != named && !IsQuiet(parsed)) parsed.InvocationConfiguration.Error.WriteLine($"note: the image is {located.Prefix}'s on this machine; image:{PathText.Display(named.Value)} reads the registry's");
        return located == named ? inventory : inventory with { Notes = [.. inventory.Notes, new(Notes.Information, "", $"the image is {located.Prefix}'s on this machine; image:{PathText.Display(named.Value)} reads the registry's")] };
    }

    /// <summary>Does a command's work for the target, or with <c>--all-platforms</c> for each of its platforms, and gives the exit status of all.</summary>
    /// <remarks>A platform that can't be read is told and does not keep the others from being read. What could not be finished goes before a gate that failed (1 means nothing else went wrong), that before a gate that could not be judged.</remarks>
    /// <param name="work">Given the way to the inventory, and how a file of results is called.</param>
    public async Task<int> ForEachPlatformAsync(ParseResult parsed, Func<Func<ProgressLine, CancellationToken, Inventory>, Func<string?, string?>, Task<int>> work, bool keepsAll, CancellationToken cancel)
    {
        if (!parsed.GetValue(allPlatforms)) return await work((progress, stop) => Read(parsed, progress, stop, keepsAll), file => file);

        var named = Target(parsed);
        var choice = images.Read(parsed);
        if (choice.Platform is not null) throw new UsageException("--platform and --all-platforms exclude each other");
        var error = parsed.InvocationConfiguration.Error;
        var choices = choice.EachPlatform(named, cancel);
        bool torn = false, failed = false, unjudged = false;
        foreach (var one in choices)
        {
            if (!IsQuiet(parsed) && one.Platform is not null) await error.WriteLineAsync($"platform: {PathText.Display(one.Platform.ToString())}");
            try
            {
                var status = await work((progress, stop) => Read(named, parsed.GetValue(exclude) ?? [], one, progress, stop, keepsAll), file => FileOf(file, one.Platform));
                failed |= status == ExitCode.GateFailed;
                unjudged |= status == ExitCode.Unfinished;
            }
            catch (Exception e) when (choices.Count > 1 && e is TargetException or InvalidDataException)
            {
                await error.WriteLineAsync($"vidimus: {PathText.Display(one.Platform?.ToString() ?? named.Value)}: {e.Message}");
                torn = true;
            }
        }

        return torn ? ExitCode.Unfinished : failed ? ExitCode.GateFailed : unjudged ? ExitCode.Unfinished : ExitCode.Done;
    }

    /// <summary>A platform's file of results: <c>report.linux-arm64.json</c> for <c>report.json</c>.</summary>
    private static string? FileOf(string? file, ImagePlatform? platform)
    {
        if (file is null or "-" || platform is null || file.StartsWith("/dev/", StringComparison.Ordinal)) return file;
        var ending = Path.GetExtension(file);
        var safe = new string([.. platform.ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')]);
        return $"{file[..^ending.Length]}.{safe}{ending}";
    }

    /// <summary>Reads the target as its registry has it, never from a store of this machine: what is told to others goes by the registry's digest.</summary>
    public Inventory ReadPublished(ParseResult parsed, ProgressLine progress, CancellationToken cancel) =>
        Read(Target(parsed), parsed.GetValue(exclude) ?? [], images.Read(parsed), progress, cancel);

    /// <summary>Reads a target by its name.</summary>
    /// <param name="images">Needed for images alone.</param>
    public static Inventory Read(TargetName name, IReadOnlyList<string> exclude, ImageChoice? images, ProgressLine progress, CancellationToken cancel, bool keepsAll = false)
    {
        var info = new TargetInfo(name.Prefix, name is { Kind: TargetKind.Sbom, Value: "-" } ? "standard input" : name.Value, null, null, []);
        if (name.Kind is TargetKind.Sbom) return ReadSbom(name, info, keepsAll);

        var options = new ScanOptions { Exclude = [.. exclude.Select(Pattern)], Cache = new(Path.Combine(Surroundings.DataFolder, "layers")), WithRemoved = images?.WithRemoved is true };
        var scanner = new Scanner(JavaNamesFile.Collectors, EcosystemList.Keys, options);
        progress.Watch(options.Progress, $"reading {PathText.Display(name.Value)}", name.Kind is TargetKind.Image ? () => images?.Registry.Progress.Bytes ?? 0 : null);

        if (IsImage(name.Kind))
        {
            using var image = images!.Open(name, cancel);
            return scanner.Scan(image, info, cancel);
        }

        using var tree = Targets.OpenTree(name.Kind, name.Value);
        var inventory = scanner.Scan(tree, info, cancel);
        return name.Kind is TargetKind.Host ? RunningKernel.Mark(inventory, RunningKernel.Release) : inventory;
    }

    private static bool IsImage(TargetKind kind) => kind is TargetKind.Oci or TargetKind.DockerArchive or TargetKind.Image || LocalImages.Kinds.Contains(kind);

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
