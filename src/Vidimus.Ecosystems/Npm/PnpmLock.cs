using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads pnpm's <c>pnpm-lock.yaml</c>, lockfileVersion 5 to 9.</summary>
/// <remarks>
/// Keys of <c>packages</c>: up to 5.x <c>/@s/name/1.2.3_peers</c>, in 6 <c>/@s/name@1.2.3(peers)</c>, in 9 <c>@s/name@1.2.3</c>; a registry's host may stand before the first slash.
/// What is not of a registry (a tarball, git) has its name and version as fields, a folder has a resolution of the type <c>directory</c> and is the user's own.
/// Up to 6 each package says <c>dev</c> and <c>optional</c> itself; 9 says neither, and it follows from <c>importers</c> over <c>snapshots</c>.
/// </remarks>
public sealed class PnpmLock : ICollector
{
    public string Name => "npm/pnpm-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/pnpm-lock.yaml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Folder.Split('/').Contains("node_modules")) return [];

        var found = new PackageList(file);
        foreach (var root in YamlDocuments.Read(file)) Take(root, found, cancel);
        return found.Packages;
    }

    private static void Take(YamlNode root, PackageList found, CancellationToken cancel)
    {
        var format = root.Text("lockfileVersion") ?? "";
        if (format.Split('.')[0] is not ("5" or "6" or "7" or "9"))
        {
            found.Note($"a pnpm lock file of version '{PackageList.Shown(format)}', which is not known");
            return;
        }

        var scopes = root.Member("snapshots") is { } snapshots ? Scopes(root, snapshots, found.Graph) : null;
        foreach (var (key, entry) in root.Member("packages").Members())
        {
            cancel.ThrowIfCancellationRequested();
            if (entry.Member("resolution").Text("type") is "directory") continue;

            var (name, version) = format[0] is '5' ? BySlash(key) : ByAt(key);
            name = entry.Text("name") ?? name;
            version = entry.Text("version") ?? version;
            if (name is null) found.Note($"not a package's key: {PackageList.Shown(key)}");
            else found.Add(name, NpmEntries.VersionOrNone(version), scopes is null ? Scope(entry) : scopes.GetValueOrDefault(WithoutPeers(key)), Node(format, key));
            foreach (var (needed, at) in entry.Member("dependencies").Members().Concat(entry.Member("optionalDependencies").Members()))
                found.Graph.AddEdge(Node(format, key), format[0] is not '5' ? Target(needed, at.Text() ?? "") : at.Text() is ['/', ..] whole ? whole : $"/{needed}/{at.Text()}");
        }
    }

    /// <summary>A package's key as others name it: in 5 whole, later without peers and the first slash.</summary>
    private static string Node(string format, string key) => format[0] is '5' ? key : WithoutPeers(key).TrimStart('/');

    private static string? Scope(YamlNode entry) => entry.IsTrue("dev") ? "dev" : entry.IsTrue("optional") ? "optional" : null;

    /// <summary>Lock files up to 5.x: the version is behind the last slash, but peers' names have slashes as <c>+</c>.</summary>
    private static (string? Name, string Version) BySlash(string key)
    {
        if (key.StartsWith("file:", StringComparison.Ordinal) || key.LastIndexOf('/') is not (> 0 and var slash)) return (null, "");
        var version = key[(slash + 1)..];
        if (version.IndexOf('_', StringComparison.Ordinal) is > 0 and var peers) version = version[..peers];
        return (AfterHost(key[..slash]), version);
    }

    private static (string? Name, string Version) ByAt(string key)
    {
        key = WithoutPeers(key);
        if (key.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash && (slash == 0 || key[0] is not '@') && !key.AsSpan(0, slash).Contains('@')) key = key[(slash + 1)..];
        return NpmEntries.TrySplit(key, out var name, out var version) ? (name, version) : (null, "");
    }

    /// <summary><c>/@s/a</c> and <c>registry.example/@s/a</c> are both <c>@s/a</c>.</summary>
    private static string AfterHost(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? path : path[(slash + 1)..];
    }

    private static string WithoutPeers(string key) => key.IndexOf('(', StringComparison.Ordinal) is > 0 and var open ? key[..open] : key;

    /// <summary>By what the importers ask for and the snapshots need.</summary>
    private static Dictionary<string, string?> Scopes(YamlNode root, YamlNode snapshots, DependencyGraph graph)
    {
        foreach (var (_, importer) in root.Member("importers").Members())
        {
            AddRoots(graph, importer.Member("dependencies"), null);
            AddRoots(graph, importer.Member("optionalDependencies"), "optional");
            AddRoots(graph, importer.Member("devDependencies"), "dev");
        }

        foreach (var (key, snapshot) in snapshots.Members())
        {
            foreach (var (name, version) in snapshot.Member("dependencies").Members()) graph.AddEdge(WithoutPeers(key), Target(name, version.Text() ?? ""));
            foreach (var (name, version) in snapshot.Member("optionalDependencies").Members()) graph.AddEdge(WithoutPeers(key), Target(name, version.Text() ?? ""), optional: true);
        }

        return graph.Scopes();
    }

    private static void AddRoots(DependencyGraph graph, YamlNode? dependencies, string? scope)
    {
        foreach (var (name, dependency) in dependencies.Members()) graph.AddRoot(Target(name, dependency.Text("version") ?? ""), scope);
    }

    /// <summary>The package's key: <c>name@version</c>; an alias has the whole key in the version's place.</summary>
    private static string Target(string name, string version)
    {
        version = WithoutPeers(version).TrimStart('/');
        return version.IndexOf('@', Math.Min(1, version.Length)) > 0 && !version.Contains("://", StringComparison.Ordinal) && !version.StartsWith("file:", StringComparison.Ordinal) ? version : $"{name}@{version}";
    }
}
