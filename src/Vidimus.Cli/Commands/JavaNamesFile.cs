using System.CommandLine;
using System.Globalization;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Ecosystems.Java;
using Vidimus.Files.Formats.Compression;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus advisories java-sha1 SOURCE…</c> and the table that it leaves in the data folder for scans.</summary>
internal static class JavaNamesFile
{
    private const string MirrorFolder = "java-sha1";
    private const int MostPom = 4 << 20;

    private static readonly Lazy<IReadOnlyList<ICollector>> Opened = new(() => EcosystemList.CollectorsWith(File.Exists(FilePath) ? JavaNames.Open(FilePath) : null));

    /// <summary>All collectors, with the table where there is one.</summary>
    /// <exception cref="InvalidDataException">The table is torn.</exception>
    public static IReadOnlyList<ICollector> Collectors => Opened.Value;

    private static string FilePath => Path.Combine(Surroundings.DataFolder, "java-names");

    public static Command Command()
    {
        var books = new BookReading();
        var sources = new Argument<string[]>("SOURCE") { Description = "A list of 'SHA-1<TAB>purl' (also gzip or zstd), an archive, or a folder of these; the mirror's java-sha1/ when none is named", Arity = ArgumentArity.ZeroOrMore };
        var command = HelpWithExamples.Of(
            new Command("java-sha1", "Makes the table by which scans know Java archives: by their SHA-1, and by their classes inside of others") { sources },
            "vidimus advisories java-sha1 /usr/share/maven-repo", "vidimus advisories java-sha1 --feeds /srv/mirror", "vidimus advisories java-sha1 central.tsv.gz ~/.m2/repository");
        books.AddFeedsTo(command);
        command.SetAction((parsed, cancel) =>
        {
            string[] named = parsed.GetValue(sources) is { Length: > 0 } given ? given
                : books.FeedsOf(parsed) is { } feeds && Directory.Exists(Path.Combine(feeds, MirrorFolder)) ? [Path.Combine(feeds, MirrorFolder)]
                : throw new UsageException($"name a list, an archive or a folder, or a mirror's folder with {MirrorFolder}/ by --feeds");
            var (builder, error) = (new JavaNamesBuilder(), parsed.InvocationConfiguration.Error);
            var nameless = named.Sum(source => Take(source, builder, error, cancel));

            Directory.CreateDirectory(Surroundings.DataFolder);
            var begun = $"{FilePath}.{Environment.ProcessId}";
            using (var output = File.Create(begun)) builder.Write(output);
            File.Move(begun, FilePath, overwrite: true);
            using var made = JavaNames.Open(FilePath);
            parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made.Archives} archives and {made.Classes} classes are known; of {nameless} archives nothing states the coordinates"));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    /// <returns>How many archives told no coordinates.</returns>
    private static int Take(string source, JavaNamesBuilder builder, TextWriter error, CancellationToken cancel)
    {
        var isFolder = Directory.Exists(source);
        if (!isFolder && !File.Exists(source)) throw new UnfinishedException($"{source} does not exist");
        IEnumerable<string> files = isFolder ? Directory.EnumerateFiles(source, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Order(StringComparer.Ordinal) : [source];
        var nameless = 0;
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            var kind = Path.GetExtension(file);
            try
            {
                if (kind is ".jar" or ".war") nameless += TakeArchive(file, builder) ? 0 : 1;
                else if (!isFolder || kind is ".tsv" or ".txt" || file.EndsWith(".tsv.gz", StringComparison.Ordinal) || file.EndsWith(".tsv.zst", StringComparison.Ordinal)) TakeList(file, builder);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                if (!isFolder) throw new UnfinishedException($"{file}: {e.Message}", e);
                error.WriteLine($"vidimus: {PathText.Display(file)}: {PathText.Display(e.Message)}");
            }
        }

        return nameless;
    }

    private static bool TakeArchive(string file, JavaNamesBuilder builder)
    {
        var pom = new FileInfo(Path.ChangeExtension(file, ".pom"));
        using var archive = File.OpenRead(file);
        return builder.AddArchive(Path.GetFileName(file), archive, pom.Exists && pom.Length <= MostPom ? File.ReadAllBytes(pom.FullName) : null) is not null;
    }

    private static void TakeList(string file, JavaNamesBuilder builder)
    {
        using var stream = File.OpenRead(file);
        var start = new byte[Decompression.MagicLength];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        using var reader = new StreamReader(Decompression.Open(stream, Decompression.KindOf(start.AsSpan(0, read))));
        builder.AddList(reader);
    }
}
