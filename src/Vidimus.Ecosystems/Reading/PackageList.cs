using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Reading;

/// <summary>The packages of one file, each name and version once and in the file's order. What is needed at run time anywhere in it has no scope.</summary>
internal sealed class PackageList(SourceFile file)
{
    private const int Most = 250_000;
    private const int MostText = 16 << 20;
    private const int LongestText = 1024;
    private const int MostNotes = 20;

    private readonly Dictionary<(string? Namespace, string Name, string Version), int> places = [];
    private readonly List<Package> packages = [];
    private int text;
    private int notes;
    private bool full;

    public IReadOnlyList<Package> Packages => packages;

    /// <summary>Adds a package; one whose name is empty, or whose texts can be no name or version of any registry, is noted and left out.</summary>
    public void Add(Package package)
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
        }
        else if (packages.Count < Most && text < MostText)
        {
            text += package.Name.Length + package.Version.Length + (package.Namespace?.Length ?? 0);
            places.Add(key, packages.Count);
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

    private static bool IsPlausible(string text) => text.Length <= LongestText && !text.AsSpan().ContainsAnyInRange('\0', '\u001F');

    /// <summary>A text of the file as a note may hold it.</summary>
    public static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
