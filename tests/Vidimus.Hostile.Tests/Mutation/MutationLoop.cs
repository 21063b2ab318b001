using System.Diagnostics;
using Vidimus.Ecosystems;
using Vidimus.Files.FileTree;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Scanning;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Mutation;

/// <summary>Scans mutated inputs in this process, thousands a minute, and holds each against what no input may do.</summary>
public sealed class MutationLoop(Corpus corpus)
{
    /// <summary>Inputs are below 4 MiB; what a scan allocates in all, garbage included, may not follow the numbers that they claim.</summary>
    private const long MostAllocated = 256 << 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly Scanner Scanner = new(EcosystemList.Collectors, EcosystemList.Keys, new() { Parallel = 1 });
    private readonly Dictionary<string, byte[]> originals = [];

    /// <summary>Runs until the time is over; seeds count up from the first.</summary>
    /// <returns>How many inputs were scanned, and the faults: what it was, with which seed, where the input lies.</returns>
    public (int Inputs, IReadOnlyList<string> Faults) Run(int firstSeed, TimeSpan time, CancellationToken cancel)
    {
        using var folder = Places.Temporary();
        var faults = new List<string>();
        var watch = Stopwatch.StartNew();
        var seed = firstSeed;
        for (; watch.Elapsed < time && faults.Count < 20; seed++)
        {
            cancel.ThrowIfCancellationRequested();
            if (One(seed, folder) is { } fault) faults.Add(fault);
        }

        return (seed - firstSeed, faults);
    }

    private string? One(int seed, TemporaryFolder folder)
    {
        var random = new Random(seed);
        return random.Next(8) switch
        {
            0 or 1 => Archive(seed, random.Next(corpus.Archives.Count), folder),
            2 => Layout(seed, random, folder),
            3 => Bom(seed),
            _ => InFolder(seed, corpus.Files[random.Next(corpus.Files.Count)], folder),
        };
    }

    private string? InFolder(int seed, string path, TemporaryFolder folder)
    {
        var root = Directory.CreateDirectory(folder["tree"]).FullName;
        var full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var bytes = new Mutator(seed).Mutate(Original(Path.Combine(corpus.Root, path)));
        File.WriteAllBytes(full, bytes);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(full, (UnixFileMode)0b111_101_101);

        // The os-release and a database beside it, so that what follows the collectors has something to do.
        foreach (var beside in new[] { "etc/os-release", "var/lib/dpkg/status" })
        {
            if (beside == path) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, beside))!);
            File.WriteAllBytes(Path.Combine(root, beside), Original(Path.Combine(corpus.Root, beside)));
        }

        try
        {
            return Judge(seed, path, bytes, () =>
            {
                using var tree = Targets.OpenTree(TargetKind.Root, root);
                return Scanner.Scan(tree, new("root", root, null, null, []), CancellationToken.None);
            });
        }
        finally
        {
            File.Delete(full);
        }
    }

    private string? Archive(int seed, int which, TemporaryFolder folder)
    {
        var (prefix, path) = corpus.Archives[which];
        var bytes = new Mutator(seed).Mutate(Original(path));
        var copy = folder[Path.GetFileName(path)];
        File.WriteAllBytes(copy, bytes);
        return Judge(seed, Path.GetFileName(path), bytes, () => ScanArchive(prefix, copy));
    }

    /// <summary>Scans an input in this process and judges it as the loop does.</summary>
    /// <returns>The fault; null when there is none.</returns>
    public static string? Judge(string prefix, int seed, byte[] input, TemporaryFolder folder)
    {
        var copy = folder[$"copy-{seed}"];
        File.WriteAllBytes(copy, input);
        try
        {
            return Judge(seed, prefix, input, () => ScanArchive(prefix, copy));
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Scans a file that is a tree, or an image.</summary>
    public static Inventory ScanArchive(string prefix, string path)
    {
        var info = new TargetInfo(prefix, path, null, null, []);
        Targets.Recognise(path);
        if (prefix is "tar" or "disk" or "zip")
        {
            using var tree = Targets.OpenTree(prefix switch { "tar" => TargetKind.Tar, "disk" => TargetKind.Disk, _ => TargetKind.Zip }, path);
            return Scanner.Scan(tree, info, CancellationToken.None);
        }

        using var image = Targets.OpenImage(prefix is "oci" ? TargetKind.Oci : TargetKind.DockerArchive, path);
        return Scanner.Scan(image, info, CancellationToken.None);
    }

    /// <summary>One file of a layout: its index, or a blob, which no longer has its digest and must be found out.</summary>
    private string? Layout(int seed, Random random, TemporaryFolder folder)
    {
        var files = Directory.GetFiles(corpus.Layout, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var file = random.Next(2) == 0 ? Path.Combine(corpus.Layout, "index.json") : files[random.Next(files.Length)];
        foreach (var other in files)
        {
            var copy = Path.Combine(folder["layout"], Path.GetRelativePath(corpus.Layout, other));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, other == file ? new Mutator(seed).Mutate(Original(file)) : Original(other));
        }

        var bytes = File.ReadAllBytes(Path.Combine(folder["layout"], Path.GetRelativePath(corpus.Layout, file)));
        return Judge(seed, Path.GetRelativePath(corpus.Layout, file), bytes, () => ScanArchive("oci", folder["layout"]));
    }

    private static string? Bom(int seed)
    {
        var bytes = new Mutator(seed).Mutate(System.Text.Encoding.UTF8.GetBytes(Corpus.Sbom));
        return Judge(seed, "sbom.json", bytes, () =>
        {
            using var input = new MemoryStream(bytes);
            return CycloneDxReader.Read(input, "sbom.json");
        });
    }

    private byte[] Original(string path) => originals.TryGetValue(path, out var bytes) ? bytes : originals[path] = File.ReadAllBytes(path);

    private static string? Judge(int seed, string name, byte[] input, Func<Inventory> scan)
    {
        string? fault = null;
        long allocated = 0;
        var watch = new Stopwatch();
        var work = new Thread(() =>
        {
            watch.Start();
            try
            {
                var inventory = scan();
                if (inventory.Notes.FirstOrDefault(n => n.Message.Contains("please report", StringComparison.Ordinal)) is { } note) fault = $"{note.Path}: {note.Message}";
            }
            catch (Exception e) when (e is InvalidDataException or TargetException or IOException)
            {
                if (string.IsNullOrWhiteSpace(e.Message) || e.Message.Contains("   at ", StringComparison.Ordinal)) fault = $"no clear sentence: {e}";
            }
            catch (Exception e)
            {
                fault = e.ToString();
            }

            watch.Stop();
            allocated = GC.GetAllocatedBytesForCurrentThread();
        });
        work.Start();
        if (!work.Join(Longest + Longest)) fault = "hangs";
        else if (watch.Elapsed > Longest) fault ??= $"took {watch.Elapsed}";
        if (allocated > MostAllocated) fault ??= $"allocated {allocated >> 20} MiB";
        return fault is null ? null : $"seed {seed}, {name}, kept as {Keep(seed, name, input)}: {fault}";
    }

    private static string Keep(int seed, string name, byte[] input)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Places.Repository, "artifacts", "test-results", "mutations")).FullName;
        var path = Path.Combine(folder, $"{seed}-{Path.GetFileName(name)}");
        File.WriteAllBytes(path, input);
        return path;
    }
}
