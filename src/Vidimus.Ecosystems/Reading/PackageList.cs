using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Reading;

/// <summary>The packages of one file, each name and version once and in the file's order. What is needed at run time anywhere in it has no scope.
/// Added with the file's own keys for it, a package knows of the others that <see cref="Graph"/> says it needs.</summary>
internal sealed class PackageList(SourceFile file)
{
    private const int Most = 250_000;
    private const int MostText = 16 << 20;
    private const int LongestText = 1024;
    private const int MostNotes = 20;

    private readonly Dictionary<(string? Namespace, string Name, string Version), int> places = [];
    private readonly Dictionary<string, int> nodes = new(StringComparer.Ordinal);
    private readonly List<Package> packages = [];
    private int text;
    private int notes;
    private bool full;

    public DependencyGraph Graph { get; } = new();

    public IReadOnlyList<Package> Packages => nodes.Count == 0 ? packages : Connected();

    /// <summary>Adds a package; one whose name is empty, or whose texts can be no name or version of any registry, is noted and left out.</summary>
    /// <param name="keys">How the file's edges name it; of a key that several packages have the first keeps it.</param>
    public void Add(Package package, params ReadOnlySpan<string> keys)
    {
        if (!IsPlausible(package.Name) || package.Name.Length == 0 || !IsPlausible(package.Version) || (package.Namespace is { } space && !IsPlausible(space)))
        {
            Note($"'{Shown(package.Name)}' '{Shown(package.Version)}' is no package's name and version");
            return;
        }

        var key = (package.Namespace, package.Name, package.Version);
        if (places.TryGetValue(key, out var place))
        {
            if (package.Scope is null) packages[place] = packages[place] with { Scope = null };
            Know(keys, place);
        }
        else if (packages.Count < Most && text < MostText)
        {
            text += package.Name.Length + package.Version.Length + (package.Namespace?.Length ?? 0);
            places.Add(key, packages.Count);
            Know(keys, packages.Count);
            packages.Add(package);
        }
        else if (!full)
        {
            full = true;
            file.Note("more packages than any project has; the rest was not read", Notes.Limit);
        }
    }

    /// <summary>Notes something about one of the packages. A file that is wrong all over gets a few such notes and then one that says so.</summary>
    public void Note(string message)
    {
        if (notes < MostNotes) file.Note(message);
        else if (notes == MostNotes) file.Note("more of this kind, not listed one by one");
        notes++;
    }

    private void Know(ReadOnlySpan<string> keys, int place)
    {
        foreach (var key in keys) nodes.TryAdd(key, place);
    }

    private List<Package> Connected()
    {
        var needs = new HashSet<int>?[packages.Count];
        foreach (var (from, place) in nodes)
        {
            foreach (var to in Graph.From(from)) if (nodes.TryGetValue(to, out var needed) && needed != place) (needs[place] ??= []).Add(needed);
        }

        if (Graph.IsCut) file.Note("more dependencies between packages than any project has; the rest was not kept", Notes.Limit);
        return [.. packages.Select((package, place) => needs[place] is { } list ? package with { Needs = [.. list.Order().Select(NameAt)] } : package)];
    }

    private PackageName NameAt(int place) => new(packages[place].Namespace, packages[place].Name, packages[place].Version);

    private static bool IsPlausible(string text) => text.Length <= LongestText && !text.AsSpan().ContainsAnyInRange('\0', '\u001F');

    /// <summary>A text of the file as a note may hold it.</summary>
    public static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
