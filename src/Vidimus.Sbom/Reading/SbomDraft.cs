using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>What is gathered from a document until it is an inventory. One purl with one owner is one package, in all the places that its components name.</summary>
/// <remarks>A document of our own says by its references which packages are the same, and gets the ids back that the scan had.</remarks>
internal sealed class SbomDraft
{
    /// <summary>Packages of one document, many times what the largest image holds.</summary>
    public const int MostPackages = 250_000;

    private const int MostEdges = 4_000_000;
    private const int NotesShown = 50;
    private const int MostShared = 20_000;
    private const int LongestShared = 256;

    private readonly Dictionary<string, DraftPackage> packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DraftPackage> byReference = new(StringComparer.Ordinal);
    private readonly List<(string From, string To)> waiting = [];
    private readonly List<string> unnamed = [];
    private readonly List<Note> kept = [];
    private readonly HashSet<string> shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> lists = new(StringComparer.Ordinal);
    private int unnamedCount;
    private int edges;

    /// <summary>What could not be read.</summary>
    public List<Note> Notes { get; } = [];

    /// <summary>The system, as the first OS package's purl tells it.</summary>
    public OsRelease? SystemOfPackages { get; set; }

    /// <summary>The system, as a component of its own tells it.</summary>
    public OsRelease? System { get; set; }

    public TargetInfo? Target { get; set; }

    /// <summary>Whether we wrote it.</summary>
    public bool IsOwn { get; set; }

    /// <summary>Adds a package, or its places to the one that it is.</summary>
    /// <param name="reference">By which the document's other parts name it; null for none.</param>
    /// <exception cref="InvalidDataException">There are too many.</exception>
    public DraftPackage Add(string? reference, string purl, Package package, string? owner)
    {
        var id = IsOwn && reference is not null ? reference : owner is null ? purl : $"{purl} in {owner}";
        if (!packages.TryGetValue(id, out var found))
        {
            packages.Add(id, found = new(id, purl, package, owner));
            if (packages.Count > MostPackages) throw new InvalidDataException($"the SBOM has more than {MostPackages} packages");
        }

        if (reference is not null && reference != id) byReference.TryAdd(reference, found);
        return found;
    }

    /// <summary>The package of a reference, or null.</summary>
    public DraftPackage? Find(string reference) => byReference.GetValueOrDefault(reference) ?? packages.GetValueOrDefault(reference);

    /// <summary>One package needs another. References may come before what they name.</summary>
    public void Needs(string from, string to)
    {
        if (++edges > MostEdges) throw new InvalidDataException($"the SBOM has more than {MostEdges} dependencies");
        if (Find(from) is { } package && Find(to) is { } needed) package.Needs(needed);
        else waiting.Add((from, to));
    }

    /// <summary>Counts a component that can't be looked up.</summary>
    public void Unnamed(string name)
    {
        unnamedCount++;
        if (unnamed.Count < 10) unnamed.Add(Short(name));
    }

    /// <summary>A note of the scan that made the document.</summary>
    public void Keep(Note note) => kept.Add(note);

    public Inventory ToInventory(string name)
    {
        foreach (var (from, to) in waiting)
        {
            if (Find(from) is { } package && Find(to) is { } needed) package.Needs(needed);
        }

        if (unnamedCount > 0)
        {
            var more = unnamedCount > unnamed.Count ? ", …" : "";
            Notes.Add(new(Model.Inventory.Notes.Unsupported, "", $"{unnamedCount} components have no package URL and were not looked up: {string.Join(", ", unnamed)}{more}"));
        }

        var sorted = packages.Values.ToArray();
        packages.Clear();
        byReference.Clear();
        packages.TrimExcess();
        byReference.TrimExcess();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Purl, b.Purl) is not 0 and var byPurl ? byPurl : string.CompareOrdinal(a.Owner, b.Owner) is not 0 and var byOwner ? byOwner : string.CompareOrdinal(a.Id, b.Id));
        return new()
        {
            Target = Target ?? new("sbom", name, null, null, []),
            Os = System ?? SystemOfPackages,
            Packages = Finished(sorted),
            Notes = [.. kept, .. Bounded()],
        };
    }

    /// <summary>Each becomes a package in turn, so that both are never there for all.</summary>
    private static InventoryPackage[] Finished(DraftPackage?[] drafts)
    {
        var finished = new InventoryPackage[drafts.Length];
        for (var i = 0; i < drafts.Length; i++)
        {
            finished[i] = drafts[i]!.ToInventory();
            drafts[i] = null;
        }

        return finished;
    }

    /// <summary>The one string of its text, for what many packages share.</summary>
    public string? Shared(string? text)
    {
        if (text is null || text.Length > LongestShared) return text;
        if (shared.TryGetValue(text, out var known)) return known;
        if (shared.Count < MostShared) shared.Add(text);
        return text;
    }

    /// <summary>The one list of its texts, where there is one.</summary>
    public IReadOnlyList<string> Shared(string[] texts)
    {
        if (texts.Length != 1) return texts;
        if (lists.TryGetValue(texts[0], out var known)) return known;
        if (lists.Count < MostShared) lists.Add(texts[0], texts);
        return texts;
    }

    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private List<Note> Bounded()
    {
        if (Notes.Count <= NotesShown) return Notes;
        var left = Notes.Skip(NotesShown).ToList();
        return [.. Notes.Take(NotesShown), new(left.Exists(n => n.Partial) ? Model.Inventory.Notes.Malformed : Model.Inventory.Notes.Information, "", $"{left.Count} further notes of this kind are left out")];
    }
}

/// <summary>A package while its document is read. What is the same in many of them is held once.</summary>
internal sealed class DraftPackage(string id, string purl, Package package, string? owner)
{
    private const int PlacesInAList = 8;
    private static readonly Location[] NoPlace = [new("", null, null)];

    private List<DraftPackage>? needs;
    private Location? first;
    private List<Location>? more;
    private HashSet<Location>? seen;

    public string Id => id;

    public string Purl => purl;

    public string? Owner => owner;

    public Package Package { get; set; } = package;

    public IReadOnlyList<PackageHash> Hashes { get; set; } = [];

    public void Needs(DraftPackage other)
    {
        if (other != this) (needs ??= new(1)).Add(other);
    }

    /// <summary>Adds a place; one that is there already is not added again.</summary>
    public void Add(Location place)
    {
        if (first is null || first == place)
        {
            first = place;
            return;
        }

        more ??= new(1);
        if (seen is null && more.Count >= PlacesInAList) seen = [.. more];
        if (seen is null ? !more.Contains(place) : seen.Add(place)) more.Add(place);
    }

    public InventoryPackage ToInventory()
    {
        Location[] places = first is null ? NoPlace : more is null ? [first] : [first, .. more];
        if (places.Length > 1) Array.Sort(places, Compare);
        return new(id, purl, Package, places, owner)
        {
            Hashes = Hashes,
            DependsOn = needs is null ? [] : needs.Count == 1 ? [needs[0].Id] : [.. needs.Select(n => n.Id).Distinct().Order(StringComparer.Ordinal)],
        };
    }

    private static int Compare(Location a, Location b) =>
        string.CompareOrdinal(a.Path, b.Path) is not 0 and var byPath ? byPath
        : string.CompareOrdinal(a.Entry, b.Entry) is not 0 and var byEntry ? byEntry : string.CompareOrdinal(a.Layer, b.Layer);
}
