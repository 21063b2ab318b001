using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Files.Formats.Executables;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Programs;

/// <summary>Recognises programs, and libraries linked into them, by the version texts among their constants: ELF, PE and Mach-O.</summary>
/// <remarks>
/// Looks only at what no package owns: what one owns is known better by its database. One search for the anchors of all rules passes over the sections of constants, and only
/// where one stands is its rule asked. The rules, and from what they were made, are <see cref="ProgramRules"/>.
/// </remarks>
public sealed class ProgramVersions : ICollector
{
    private const int Chunk = 256 << 10;
    private const int Before = 96;
    private const int After = 192;
    private const long MostBytes = 512L << 20;
    private const int MostHits = 2000;

    /// <summary>The texts that rules want beside their own; searched for behind all anchors.</summary>
    private static readonly string[] Beside = [.. ProgramRules.All.Select(r => r.With).OfType<string>().Distinct()];

    private static readonly PatternSearch Search = new([.. ProgramRules.All.Select(r => r.Anchor).Concat(Beside).Select(Encoding.Latin1.GetBytes)]);

    public string Name => "programs/versions";

    public int Version => 2;

    public bool OnlyUnowned => true;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Executables, "**/*.so", "**/*.so.*"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        var images = ExecutableImage.Read(stream);
        if (images.Count == 0) return [];

        var found = new Finds(file.Name);
        foreach (var image in images)
        {
            if (image.IsAssembly()) continue; // no compiler of those products made it
            foreach (var part in Constants(image))
            {
                using (part) Scan(part, found, cancel);
            }
        }

        if (found.IsCut) file.Note("more version texts than any program has; the rest was not looked at", Notes.Limit);
        var packages = found.Packages();
        return file.Entry.IsExecutable ? [new Executable(), .. packages] : packages;
    }

    /// <summary>The sections of constants; of a file without a section table, what is mapped.</summary>
    private static IEnumerable<Stream> Constants(ExecutableImage image)
    {
        var left = MostBytes;
        var sections = image.Sections.Where(s => s.Length > 0 && IsConstants(s.Name)).ToList();
        if (sections.Count == 0)
        {
            foreach (var segment in image.Segments)
            {
                if ((left -= segment.Length) < 0) yield break;
                yield return image.OpenRead(segment);
            }
        }

        foreach (var section in sections)
        {
            if ((left -= section.Length) < 0) yield break;
            yield return image.OpenRead(section);
        }
    }

    private static bool IsConstants(string name) =>
        name.StartsWith(".rodata", StringComparison.Ordinal) || name.StartsWith(".data", StringComparison.Ordinal) || name is ".rdata" or "__const" or "__cstring" or "__data" or ".comment" or "__ustring" or "__literal16";

    /// <summary>Passes over a part in overlapping pieces, so that no text is cut.</summary>
    private static void Scan(Stream part, Finds found, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            var kept = 0;
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                var read = part.ReadAtLeast(buffer.AsSpan(kept, Chunk - kept), Chunk - kept, throwOnEndOfStream: false);
                var length = kept + read;
                var isLast = length < Chunk;
                // A hit near the end is left to the next piece, which begins before it.
                var limit = isLast ? length : length - After;
                Search.Find(buffer.AsSpan(0, length), (rule, at) =>
                {
                    if (at >= limit || (at < kept - After && kept > 0)) return;
                    if (rule < ProgramRules.All.Count) found.Add(ProgramRules.All[rule], buffer, at, length);
                    else found.Seen.Add(Beside[rule - ProgramRules.All.Count]);
                });
                if (isLast) return;
                kept = Before + After;
                buffer.AsSpan(length - kept, kept).CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What was found in one file. Of a library's version several texts may speak; the surest counts.</summary>
    private sealed class Finds(string name)
    {
        private readonly Dictionary<(string Product, string Version), (PackageEvidence Evidence, string? With)> found = [];
        private int hits;

        public bool IsCut => hits > MostHits;

        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

        public void Add(ProgramRule rule, byte[] buffer, int at, int length)
        {
            if (hits > MostHits || !rule.Takes(name)) return;
            hits++;
            var start = Math.Max(0, at - Before);
            var around = Encoding.Latin1.GetString(buffer, start, Math.Min(length, at + After) - start);
            try
            {
                if (rule.Read(around, at - start) is not { } said) return;
                var key = (rule.Product, said.Version);
                if (!found.TryGetValue(key, out var known) || known.Evidence.Confidence < rule.Confidence) found[key] = (new(said.Text.Length <= 160 ? said.Text : said.Text[..160], rule.Confidence), rule.With);
            }
            catch (RegexMatchTimeoutException)
            {
                // Text made to keep a pattern busy says no version.
            }
        }

        public IReadOnlyList<Package> Packages() =>
        [
            .. found.Where(f => f.Value.With is null || Seen.Contains(f.Value.With)).OrderBy(f => f.Key.Product, StringComparer.Ordinal).ThenBy(f => f.Key.Version, StringComparer.Ordinal).Select(f =>
            {
                var slash = f.Key.Product.IndexOf('/', StringComparison.Ordinal);
                return new Package
                {
                    Type = "generic",
                    Namespace = slash < 0 ? null : f.Key.Product[..slash],
                    Name = f.Key.Product[(slash + 1)..],
                    Version = f.Key.Version,
                    Evidence = f.Value.Evidence,
                };
            }),
        ];
    }
}
