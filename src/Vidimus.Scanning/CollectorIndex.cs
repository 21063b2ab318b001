using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>Answers, for each path of a walk, which collectors want it: by a look-up of the name and of its ending, and a test of only those patterns that share it.</summary>
public sealed class CollectorIndex
{
    private readonly Dictionary<string, Pattern[]>.AlternateLookup<ReadOnlySpan<char>> byName;
    private readonly Dictionary<string, Pattern[]>.AlternateLookup<ReadOnlySpan<char>> byEnding;
    private readonly Pattern[] others;
    private readonly int[] executables;

    public CollectorIndex(IReadOnlyList<ICollector> collectors)
    {
        Collectors = collectors;
        Signature = string.Join(' ', collectors.Select(c => $"{c.Name}@{c.Version}"));

        var patterns = new List<Pattern>();
        for (var i = 0; i < collectors.Count; i++)
        {
            patterns.AddRange(collectors[i].Wants.Where(g => !g.IsExecutables).Select(g => new Pattern(g, i, IsCompanion: false)));
            patterns.AddRange(collectors[i].Companions.Select(g => new Pattern(g, i, IsCompanion: true)));
        }

        executables = [.. Enumerable.Range(0, collectors.Count).Where(i => collectors[i].Wants.Any(g => g.IsExecutables))];
        byName = Table(patterns.Where(p => NameOf(p.Glob) is not null), p => NameOf(p.Glob)!, StringComparer.Ordinal);
        byEnding = Table(patterns.Where(p => NameOf(p.Glob) is null && EndingOf(p.Glob) is not null), p => EndingOf(p.Glob)!, StringComparer.OrdinalIgnoreCase);
        others = [.. patterns.Where(p => NameOf(p.Glob) is null && EndingOf(p.Glob) is null)];

        WellKnown = [.. collectors.SelectMany(c => c.Wants).Where(g => !g.IsExecutables && !g.IgnoreCase && !g.Text.Contains('*', StringComparison.Ordinal)).Select(g => g.Text).Distinct().Order(StringComparer.Ordinal)];
        wellKnownFolders = WellKnown.SelectMany(Folders).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> wellKnownFolders;

    public IReadOnlyList<ICollector> Collectors { get; }

    /// <summary>The collectors with their versions: facts made under another signature are not used.</summary>
    public string Signature { get; }

    /// <summary>The wanted paths that hold no wildcard (<c>var/lib/dpkg/status</c>): they are found through links too.</summary>
    public IReadOnlyList<string> WellKnown { get; }

    /// <summary>Whether a path is a folder on the way to a well-known path, so that a link there matters.</summary>
    public bool LeadsToWellKnown(ReadOnlySpan<char> path) => wellKnownFolders.Contains(path);

    /// <summary>Whether a collector is asked only for what no package claims.</summary>
    public bool OnlyUnowned(int collector) => Collectors[collector].OnlyUnowned;

    /// <summary>How much of an entry any collector wants.</summary>
    public Interest InterestIn(ReadOnlySpan<char> path)
    {
        var name = Name(path);
        if ((byName.TryGetValue(name, out var named) && Any(named, path)) || (Ending(name) is var ending && byEnding.TryGetValue(ending, out var ended) && Any(ended, path)) || Any(others, path)) return Interest.Content;
        if (executables.Length == 0) return Interest.None;
        return IsWindowsExecutable(ending) ? Interest.Content : Interest.ContentIfExecutable;
    }

    /// <summary>The collectors that want a file, in their order of registration.</summary>
    /// <param name="executable">Whether the file counts as an executable: by its mode or its name.</param>
    /// <param name="companion">Whether it is wanted only beside another file.</param>
    public List<int> Subscribers(ReadOnlySpan<char> path, bool executable, out bool companion)
    {
        var found = new SortedSet<int>();
        companion = false;
        var name = Name(path);
        if (byName.TryGetValue(name, out var named)) companion |= Gather(named, path, found);
        if (byEnding.TryGetValue(Ending(name), out var ended)) companion |= Gather(ended, path, found);
        companion |= Gather(others, path, found);
        if (executable || IsWindowsExecutable(Ending(name))) found.UnionWith(executables);
        return [.. found];
    }

    private static bool Gather(Pattern[] patterns, ReadOnlySpan<char> path, SortedSet<int> found)
    {
        var companion = false;
        foreach (var pattern in patterns)
        {
            if (!pattern.Glob.Matches(path)) continue;
            if (pattern.IsCompanion) companion = true;
            else found.Add(pattern.Collector);
        }

        return companion;
    }

    private static bool Any(Pattern[] patterns, ReadOnlySpan<char> path)
    {
        foreach (var pattern in patterns)
        {
            if (path.StartsWith(pattern.Prefix, StringComparison.Ordinal) && pattern.Glob.Matches(path)) return true;
        }

        return false;
    }

    private static bool IsWindowsExecutable(ReadOnlySpan<char> ending) => ending.Equals(".exe", StringComparison.OrdinalIgnoreCase) || ending.Equals(".dll", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> path) => path[(path.LastIndexOf('/') + 1)..];

    private static ReadOnlySpan<char> Ending(ReadOnlySpan<char> name) => name.LastIndexOf('.') is >= 0 and var dot ? name[dot..] : [];

    private static string? NameOf(FileGlob glob) => glob.IgnoreCase || glob.Name.Contains('*', StringComparison.Ordinal) ? null : glob.Name;

    private static string? EndingOf(FileGlob glob) => glob.Name.LastIndexOf('.') is >= 0 and var dot && !glob.Name.AsSpan(dot).Contains('*') ? glob.Name[dot..] : null;

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
    }

    private static Dictionary<string, Pattern[]>.AlternateLookup<ReadOnlySpan<char>> Table(IEnumerable<Pattern> patterns, Func<Pattern, string> key, StringComparer comparer) =>
        patterns.GroupBy(key, comparer).ToDictionary(g => g.Key, g => g.ToArray(), comparer).GetAlternateLookup<ReadOnlySpan<char>>();

    private sealed record Pattern(FileGlob Glob, int Collector, bool IsCompanion)
    {
        /// <summary>What a path must begin with: the pattern's text before its first wildcard, when case counts.</summary>
        public string Prefix { get; } = Glob.IgnoreCase || Glob.Text.IndexOf('*', StringComparison.Ordinal) is not (>= 0 and var star) ? "" : Glob.Text[..star];
    }
}
