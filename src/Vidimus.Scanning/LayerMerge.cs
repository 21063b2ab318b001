using System.Security.Cryptography;
using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Scanning;

/// <summary>Merges layers' facts, lowest first, into what the target holds: a pure function.</summary>
/// <remarks>Rules: OCI image specification, "Layer": later layers win; <c>.wh.NAME</c> removes; <c>.wh..wh..opq</c> hides what lower layers have in its folder; a path that is not a folder hides what was under it.</remarks>
public sealed class LayerMerge
{
    /// <summary>The scope of a package that is in a layer and no longer in the image: whoever has the image has it, nothing in it runs.</summary>
    public const string Removed = "removed";

    private readonly IReadOnlyList<LayerFacts> layers;
    private readonly HashSet<string>[] whiteouts;
    private readonly HashSet<string>[] opaques;
    private readonly Dictionary<string, FileFacts>[] files;

    public LayerMerge(IReadOnlyList<LayerFacts> layers)
    {
        this.layers = layers;
        whiteouts = [.. layers.Select(l => l.Whiteouts.ToHashSet(StringComparer.Ordinal))];
        opaques = [.. layers.Select(l => l.Opaques.ToHashSet(StringComparer.Ordinal))];
        files = [.. layers.Select(l => l.Files.ToDictionary(f => f.Entry.Path, StringComparer.Ordinal))];
    }

    /// <summary>Well-known paths that links of the merged tree lead to files nobody wanted by their own name: the layer that has the file, its path there, the wanted path.</summary>
    public IReadOnlyList<LinkedFile> LinkedFiles(IReadOnlyList<string> wellKnown)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < layers.Count; i++)
        {
            foreach (var link in layers[i].Links.Where(l => !IsHidden(l.Path, i))) links[link.Path] = link.Target;
        }

        var found = new List<LinkedFile>();
        if (links.Count == 0) return found;
        foreach (var path in wellKnown)
        {
            if (Resolve(path, links) is not { } real || real == path) continue;
            var hash = PathHash.Of(real);
            for (var i = layers.Count - 1; i >= 0; i--)
            {
                if (Array.BinarySearch(layers[i].Covers, hash) < 0 || IsHidden(real, i)) continue;
                if (!files[i].ContainsKey(real)) found.Add(new(i, real, path));
                break;
            }
        }

        return found;
    }

    /// <summary>The inventory.</summary>
    /// <param name="linked">What was found for <see cref="LinkedFiles"/>, with its layer.</param>
    /// <param name="withRemoved">See <see cref="ScanOptions.WithRemoved"/>.</param>
    public Inventory ToInventory(TargetInfo target, MatchKeys keys, IReadOnlyList<(int Layer, FileFacts File)> linked, IReadOnlyList<Note> notes, bool withRemoved = false)
    {
        var visible = new List<(int Layer, FileFacts File)>(linked);
        for (var i = 0; i < layers.Count; i++) visible.AddRange(layers[i].Files.Where(f => !IsHidden(f.Entry.Path, i)).Select(f => (i, f)));
        visible.Sort((a, b) => string.CompareOrdinal(a.File.Entry.Path, b.File.Entry.Path));

        var system = new OsPackages(visible.Select(v => v.File), keys);
        var os = system.System;
        var owners = OwnerPurls([.. visible.Select(v => v.File)], system);

        var claimed = Claimed(visible, system);
        var accounted = new AccountedFolders(visible.SelectMany(v => v.File.Facts));
        var packages = new Dictionary<PackageIdentity, Found>();
        foreach (var (layer, file) in visible)
        {
            foreach (var package in file.Facts.OfType<Package>())
            {
                if (package.Evidence is not null && claimed.Contains(file.Entry.Path)) continue;
                if (package.Evidence is { GuessesName: true } && accounted.Holds(file.Entry.Path)) continue;
                var owner = OwnerOf(package, file);
                var identity = PackageIdentity.Of(package, owner);
                if (!packages.TryGetValue(identity, out var found)) packages[identity] = found = new(package, owner);
                found.Add(package, new(file.Entry.Path, target.Layers.Count == 0 ? null : target.Layers[Origin(package, file.Entry.Path, layer)].DiffId, package.Entry));
            }

            if (file.Facts.Any(f => f is Package { Needs: not null })) Connect(file, package => packages.GetValueOrDefault(PackageIdentity.Of(package, OwnerOf(package, file))));
        }

        string? OwnerOf(Package package, FileFacts file) => keys.Ecosystem(package.Type) is { IsOs: true } ? null : owners.GetValueOrDefault(file.Entry.Path);

        if (withRemoved) AddRemoved(packages, target);
        var unknown = Unknown(visible, claimed);
        return new()
        {
            UnknownExecutables = unknown,
            Target = target with { Architecture = target.Architecture ?? CommonArchitecture(packages.Values) },
            Os = os,
            Packages = [.. packages.Values.Select(p => p.ToInventory(os)).OrderBy(p => p.Purl, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal)],
            Notes = [.. layers.SelectMany(l => l.Notes).Concat(notes).Concat(NoteOf(unknown)).Concat(NoteOfNames(packages.Values)).Concat(NoteOfChanged(visible, system)).Distinct()],
        };
    }

    /// <summary>What a file says of who needs whom holds between the packages that it names itself.</summary>
    private static void Connect(FileFacts file, Func<Package, Found?> find)
    {
        var named = new Dictionary<PackageName, Found>();
        foreach (var package in file.Facts.OfType<Package>()) if (find(package) is { } found) named.TryAdd(new(package.Namespace, package.Name, package.Version), found);

        foreach (var package in file.Facts.OfType<Package>().Where(p => p.Needs is not null))
        {
            if (find(package) is not { } from) continue;
            foreach (var need in package.Needs!) if (named.TryGetValue(need, out var to)) from.Need(to);
        }
    }

    /// <summary>Adds what only hidden files tell of. Another version of what is there is another package; the one that is there is not removed.</summary>
    private void AddRemoved(Dictionary<PackageIdentity, Found> packages, TargetInfo target)
    {
        var there = packages.Values.Select(found => found.Package).Select(p => (p.Type, p.Namespace, p.Name, p.Version, p.Architecture)).ToHashSet();
        for (var i = 0; i < layers.Count; i++)
        {
            foreach (var file in layers[i].Files.Where(f => IsHidden(f.Entry.Path, i)))
            {
                foreach (var package in file.Facts.OfType<Package>().Where(p => p.Evidence is null && !there.Contains((p.Type, p.Namespace, p.Name, p.Version, p.Architecture))))
                {
                    var identity = PackageIdentity.Of(package, null);
                    if (!packages.TryGetValue(identity, out var found)) packages[identity] = found = new(package with { Scope = Removed }, null);
                    found.Add(package with { Scope = Removed }, new(file.Entry.Path, target.Layers.Count == 0 ? null : target.Layers[i].DiffId, package.Entry));
                }
            }
        }
    }

    /// <summary>Of the files that were looked at for their own packages: those that a package of the distribution claims and that have another digest than it installed them with.</summary>
    private static IEnumerable<Note> NoteOfChanged(List<(int Layer, FileFacts File)> visible, OsPackages system)
    {
        var changed = Ownership.Changed([.. visible.Select(v => v.File)], visible.SelectMany(v => v.File.Facts).OfType<OwnedFiles>().Where(claim => system.Owner(claim) is not null));
        if (changed.Count > 0) yield return new(Notes.Information, "", $"{(changed.Count == 1 ? "1 file is no longer as its" : $"{changed.Count} files are no longer as their")} package installed {(changed.Count == 1 ? "it" : "them")}: {string.Join(", ", changed.Take(5))}{(changed.Count > 5 ? ", …" : "")}");
    }

    /// <summary>What a package database claims of the files that were recognised, or are programs, and no more.</summary>
    private static HashSet<string> Claimed(List<(int Layer, FileFacts File)> visible, OsPackages system)
    {
        var asked = visible.Where(v => v.File.Facts.Any(f => f is Executable or Package { Evidence: not null })).Select(v => v.File.Entry.Path);
        return Ownership.Claimed(asked, visible.SelectMany(v => v.File.Facts).OfType<OwnedFiles>().Where(claim => system.Owner(claim) is not null));
    }

    /// <summary>In a system with a package database: the programs that nothing owns and nothing explains.</summary>
    private static IReadOnlyList<string> Unknown(List<(int Layer, FileFacts File)> visible, HashSet<string> claimed)
    {
        if (!visible.Exists(v => v.File.Facts.Any(f => f is OwnedFiles))) return [];
        return [.. visible.Where(v => v.File.Facts.Any(f => f is Executable) && !v.File.Facts.Any(f => f is Package) && !claimed.Contains(v.File.Entry.Path)).Select(v => v.File.Entry.Path).Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<Note> NoteOf(IReadOnlyList<string> unknown)
    {
        if (unknown.Count > 0) yield return new(Notes.Information, "", $"{(unknown.Count == 1 ? "1 program belongs to no package and was" : $"{unknown.Count} programs belong to no package and were")} not recognised: {string.Join(", ", unknown.Take(5))}{(unknown.Count > 5 ? ", …" : "")}");
    }

    /// <summary>A name that nobody states may not be the one that advisories use: said once, for all.</summary>
    private static IEnumerable<Note> NoteOfNames(IEnumerable<Found> packages)
    {
        var names = packages.Where(p => p.Package.IsByName).Select(p => p.FirstPath).Order(StringComparer.Ordinal).ToList();
        if (names.Count > 0) yield return new(Notes.Information, "", $"{names.Count} archives were identified by name only, since neither they nor a table of known archives says what they are: {string.Join(", ", names.Take(5))}{(names.Count > 5 ? ", …" : "")}");
    }

    private static Dictionary<string, string> OwnerPurls(IReadOnlyList<FileFacts> visible, OsPackages os)
    {
        var purls = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, owner) in Ownership.Owners(visible, visible.SelectMany(f => f.Facts).OfType<OwnedFiles>()))
        {
            if (os.Owner(owner) is { } package) purls[path] = Purls.Of(package, os.System).ToString();
        }

        return purls;
    }

    /// <summary>The lowest layer that has held the package in this file without a gap up to the one whose file counts.</summary>
    private int Origin(Package package, string path, int layer)
    {
        for (var i = layer - 1; i >= 0; i--)
        {
            if (whiteouts[i + 1].Contains(path)) break;
            if (!files[i].TryGetValue(path, out var below)) continue;
            if (!below.Facts.OfType<Package>().Any(p => p.Type == package.Type && p.Namespace == package.Namespace && p.Name == package.Name && p.Version == package.Version && p.Architecture == package.Architecture && p.Entry == package.Entry)) break;
            layer = i;
        }

        return layer;
    }

    private bool IsHidden(string path, int layer)
    {
        for (var i = layer + 1; i < layers.Count; i++)
        {
            if (whiteouts[i].Contains(path) || Covers(i, path)) return true;
            for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
            {
                var folder = path[..end];
                if (whiteouts[i].Contains(folder) || opaques[i].Contains(folder) || Covers(i, folder)) return true;
            }

            if (opaques[i].Contains("")) return true;
        }

        return false;
    }

    private bool Covers(int layer, string path) => layers[layer].Covers is { Length: > 0 } covers && Array.BinarySearch(covers, PathHash.Of(path)) >= 0;

    /// <summary>Follows links inside the root: an absolute target starts there, <c>..</c> ends there. Null for a circle.</summary>
    private static string? Resolve(string path, Dictionary<string, string> links)
    {
        var rest = new Stack<string>(path.Split('/').Reverse());
        var done = new List<string>();
        for (var hops = 0; rest.Count > 0;)
        {
            var part = rest.Pop();
            if (part is "" or ".") continue;
            if (part is "..")
            {
                if (done.Count > 0) done.RemoveAt(done.Count - 1);
                continue;
            }

            done.Add(part);
            if (!links.TryGetValue(string.Join('/', done), out var target)) continue;
            if (++hops > 40) return null;
            done.RemoveAt(done.Count - 1);
            if (target.StartsWith('/')) done.Clear();
            foreach (var next in target.Split('/').Reverse()) rest.Push(next);
        }

        return string.Join('/', done);
    }

    private static string? CommonArchitecture(IEnumerable<Found> packages) => packages
        .Select(p => p.Package.Architecture).Where(a => a is not (null or "" or "all" or "noarch"))
        .GroupBy(a => a, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;

    /// <summary>What makes two sightings the same package. Who owns the file is part of it, since it decides whose advisories count.</summary>
    private sealed record PackageIdentity(string Type, string? Namespace, string Name, string Version, string? Architecture, SourcePackage? Source, string? Module, string? Owner)
    {
        public static PackageIdentity Of(Package p, string? owner) => new(p.Type, p.Namespace, p.Name, p.Version, p.Architecture, p.Source, p.Module, owner);

        /// <summary>128 bits of its SHA-256, so that it is equal across scans and machines.</summary>
        public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Type, Namespace, Name, Version, Architecture, Source?.Name, Source?.Version, Module, Owner))).AsSpan(0, 16));
    }

    private sealed class Found(Package first, string? owner)
    {
        private readonly List<Location> locations = [];
        private readonly SortedSet<string> licenses = new(StringComparer.Ordinal);
        private readonly string id = PackageIdentity.Of(first, owner).Id;
        private HashSet<string>? needs;
        private string? scope = first.Scope;

        public Package Package => first;

        /// <summary>Where it was seen first, for a person.</summary>
        public string FirstPath => locations.Select(l => l.Entry is null ? l.Path : $"{l.Path}!/{l.Entry}").Min(StringComparer.Ordinal) ?? "";

        public void Add(Package package, Location location)
        {
            if (!locations.Contains(location)) locations.Add(location);
            licenses.UnionWith(package.Licenses);
            if (package.Scope is null) scope = null; // what runs anywhere runs
        }

        public void Need(Found other)
        {
            if (other.id != id) (needs ??= new(StringComparer.Ordinal)).Add(other.id);
        }

        public InventoryPackage ToInventory(OsRelease? os)
        {
            var package = first with { Scope = scope, Licenses = [.. licenses], Entry = null, Needs = null };
            return new(id, Purls.Of(package, os).ToString(), package,
                [.. locations.OrderBy(l => l.Path, StringComparer.Ordinal).ThenBy(l => l.Entry, StringComparer.Ordinal)], owner)
            {
                DependsOn = needs is null ? [] : [.. needs.Order(StringComparer.Ordinal)],
            };
        }
    }
}

/// <summary>A file that a link at a well-known path leads to.</summary>
/// <param name="Layer">The layer that has it, by its place from the lowest.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="WantedAs">The well-known path.</param>
public sealed record LinkedFile(int Layer, string Path, string WantedAs);
