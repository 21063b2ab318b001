using System.Runtime.InteropServices;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>What is gathered from a document until it is an inventory. One purl with one owner is one package, in all the places that its components name.</summary>
/// <remarks>A document of our own says by its references which packages are the same, and gets the ids back that the scan had.</remarks>
/// <param name="keepsAll">Whether digests and the graph are wanted: who only looks packages up does without them.</param>
internal sealed class SbomDraft(bool keepsAll = true)
{
    /// <summary>Packages of one document, many times what the largest image holds.</summary>
    public const int MostPackages = 250_000;

    private const int MostEdges = 4_000_000;
    private const int NotesShown = 50;
    private const int EdgesLookedThrough = 256;
    private const int MostShared = 20_000;
    private const int LongestShared = 256;

    private static readonly Location[] NoPlace = [new("", null, null)];

    private readonly Dictionary<string, InventoryPackage> packages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> idByReference = new(StringComparer.Ordinal);
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

    /// <summary>Whether digests and the graph are kept.</summary>
    public bool KeepsAll { get; } = keepsAll;

    /// <summary>Adds a package, or its places to the one that it is.</summary>
    /// <param name="reference">By which the document's other parts name it; null for none.</param>
    /// <exception cref="InvalidDataException">There are too many.</exception>
    public void Add(string? reference, string purl, Package package, string? owner, List<Location> places, IReadOnlyList<PackageHash> hashes)
    {
        var id = IsOwn && reference is not null ? reference : owner is null ? purl : $"{purl} in {owner}";
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(packages, id, out var isThere);
        if (!isThere)
        {
            found = new(id, purl, package, NoPlace, owner) { Hashes = KeepsAll ? hashes : [] };
            if (packages.Count > MostPackages) throw new InvalidDataException($"the SBOM has more than {MostPackages} packages");
        }
        else if (found!.Hashes.Count == 0 && KeepsAll) found = found with { Hashes = hashes };

        foreach (var place in places) Add(ref found!, place);
        if (reference is not null && reference != id && KeepsReferences) idByReference.TryAdd(reference, id);
    }

    /// <summary>Whether places or the graph may come by reference.</summary>
    public bool KeepsReferences { get; set; } = keepsAll;

    /// <summary>Adds a place to a package that was added before.</summary>
    public void AddPlace(string reference, Location place)
    {
        if (IdOf(reference) is not { } id) return;
        ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(packages, id);
        Add(ref found, place);
    }

    /// <summary>One package needs another. References may come before what they name.</summary>
    public void Needs(string from, string to)
    {
        if (!KeepsAll) return;
        if (++edges > MostEdges) throw new InvalidDataException($"the SBOM has more than {MostEdges} dependencies");
        if (IdOf(from) is { } package && IdOf(to) is { } needed) Connect(package, needed);
        else waiting.Add((from, to));
    }

    /// <summary>Gives licences that are named by a reference their names.</summary>
    public void Rename(IEnumerable<string> references, IReadOnlyDictionary<string, string> licenses)
    {
        foreach (var reference in references)
        {
            if (IdOf(reference) is { } id && packages[id] is var item) packages[id] = item with { Package = item.Package with { Licenses = [.. item.Package.Licenses.Select(l => licenses.GetValueOrDefault(l) ?? l)] } };
        }
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
            if (IdOf(from) is { } package && IdOf(to) is { } needed) Connect(package, needed);
        }

        if (unnamedCount > 0)
        {
            var more = unnamedCount > unnamed.Count ? ", …" : "";
            Notes.Add(new(Model.Inventory.Notes.Unsupported, "", $"{unnamedCount} components have no package URL and were not looked up: {string.Join(", ", unnamed)}{more}"));
        }

        var sorted = packages.Values.ToArray();
        packages.Clear();
        packages.TrimExcess();
        idByReference.Clear();
        idByReference.TrimExcess();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Purl, b.Purl) is not 0 and var byPurl ? byPurl : string.CompareOrdinal(a.Owner, b.Owner) is not 0 and var byOwner ? byOwner : string.CompareOrdinal(a.Id, b.Id));
        foreach (var item in sorted)
        {
            (item.Locations as PlaceList)?.Finish();
            (item.DependsOn as List<string>)?.Sort(StringComparer.Ordinal);
        }

        return new()
        {
            Target = Target ?? new("sbom", name, null, null, []),
            Os = System ?? SystemOfPackages,
            Packages = sorted,
            Notes = [.. kept, .. Bounded()],
        };
    }

    private string? IdOf(string reference) => idByReference.GetValueOrDefault(reference) ?? (packages.ContainsKey(reference) ? reference : null);

    /// <summary>A first place is a list of its own; further ones make one that grows.</summary>
    private static void Add(ref InventoryPackage item, Location place)
    {
        if (item.Locations == NoPlace) item = item with { Locations = [place] };
        else if (item.Locations is PlaceList list) list.Add(place);
        else if (item.Locations[0] != place) item = item with { Locations = new PlaceList(item.Locations[0], place) };
    }

    private void Connect(string package, string needed)
    {
        if (package == needed) return;
        ref var item = ref CollectionsMarshal.GetValueRefOrNullRef(packages, package);
        if (item.DependsOn is not List<string> list) item = item with { DependsOn = list = new(2) };
        if (!packages.TryGetValue(needed, out var other)) return;
        if (list.Count < EdgesLookedThrough && list.Contains(other.Id)) return;
        list.Add(other.Id);
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
