using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads npm's lock files: <c>package-lock.json</c> and <c>npm-shrinkwrap.json</c>, versions 1 (a tree, <c>dependencies</c>), 2 (both) and 3 (by folder, <c>packages</c>).</summary>
/// <remarks>
/// Format: docs.npmjs.com, package-lock.json. Left out are the project itself, its workspaces and linked folders: the user's own code, which no registry holds.
/// A version 1 entry from git, a file or an address has that address where others have a version: it is listed without a version. Versions 2 and 3 have both and give the version.
/// Lock files inside a <c>node_modules</c> folder tell what a package's author had installed and are not read; what is installed there speaks for itself, for which reason
/// the hidden <c>node_modules/.package-lock.json</c> is not read either.
/// </remarks>
public sealed class PackageLock : ICollector
{
    private const string Modules = "node_modules/";

    public string Name => "npm/package-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/package-lock.json", "**/npm-shrinkwrap.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        if (file.Folder.Split('/').Contains("node_modules")) return [];

        var byFolder = new Places(new(file));
        var byTree = new Places(new(file));
        var hasFolders = false;
        JsonText.ReadObject(file, (ref reader) =>
        {
            while (reader.NextMember())
            {
                if (reader.Is("packages"u8))
                {
                    if (!reader.EnterObject()) continue;
                    hasFolders = true;
                    TakeFolders(ref reader, byFolder);
                }
                else if (reader.Is("dependencies"u8))
                {
                    if (reader.EnterObject()) TakeTree(ref reader, byTree, "");
                }
                else reader.PassValue();
            }
        });

        return (hasFolders ? byFolder : byTree).Packages();
    }

    /// <summary>Versions 2 and 3: <c>"node_modules/a/node_modules/@s/b": { "name"?, "version", "resolved", "link", "dev", … }</c>.</summary>
    private static void TakeFolders(ref Utf8JsonReader reader, Places found)
    {
        while (reader.NextMember())
        {
            var folder = reader.Text();
            if (!reader.EnterObject()) continue;
            var entry = new Entry();
            while (reader.NextMember()) entry.Take(ref reader);

            var at = folder.LastIndexOf(Modules, StringComparison.Ordinal);
            if (at < 0 || entry.IsLink) continue;
            entry.AddTo(found, folder, entry.Name ?? folder[(at + Modules.Length)..], entry.Version ?? "");
        }
    }

    /// <summary>Version 1: <c>"@s/b": { "version", "dev", …, "dependencies": { … } }</c>; the version of an alias is <c>npm:NAME@VERSION</c>.</summary>
    private static void TakeTree(ref Utf8JsonReader reader, Places found, string above)
    {
        while (reader.NextMember())
        {
            var name = reader.Text();
            if (!reader.EnterObject()) continue;
            var folder = above.Length + name.Length > NpmEntries.LongestPlace ? above : $"{above}{Modules}{name}";
            var entry = new Entry();
            while (reader.NextMember())
            {
                if (!reader.Is("dependencies"u8)) entry.Take(ref reader);
                else if (reader.EnterObject()) TakeTree(ref reader, found, $"{folder}/");
            }

            var version = entry.Version ?? "";
            if (version.StartsWith("npm:", StringComparison.Ordinal) && version.LastIndexOf('@') is > 4 and var at) (name, version) = (version[4..at], version[(at + 1)..]);

            // A linked folder is the user's own.
            if (version.StartsWith("file:", StringComparison.Ordinal) && !version.EndsWith(".tgz", StringComparison.Ordinal) && !version.EndsWith(".tar.gz", StringComparison.Ordinal)) continue;
            entry.AddTo(found, folder, name, version is [>= '0' and <= '9', ..] && !version.Contains('/', StringComparison.Ordinal) ? version : "");
        }
    }

    /// <summary>Packages by the folders that they are installed in, from which Node.js looks upwards for what each needs.</summary>
    private sealed class Places(PackageList list)
    {
        private readonly HashSet<string> folders = new(StringComparer.Ordinal);
        private readonly List<(string Folder, List<string> Names)> needs = [];

        public PackageList List => list;

        public void Add(string folder, List<string>? names, Package package)
        {
            list.Add(package, folder);
            folders.Add(folder);
            if (names is not null) needs.Add((folder, names));
        }

        public IReadOnlyList<Package> Packages()
        {
            foreach (var (folder, names) in needs)
            {
                foreach (var name in names) if (NpmEntries.Resolve(folders.Contains, folder, "/" + Modules, name) is { } needed) list.Graph.AddEdge(folder, needed);
            }

            return list.Packages;
        }
    }

    /// <summary>What both forms say of a package.</summary>
    private struct Entry
    {
        public string? Name;
        public string? Version;
        public bool IsLink;
        private bool dev;
        private bool optional;
        private bool peer;
        private List<string>? licenses;
        private List<string>? needs;

        public void Take(ref Utf8JsonReader reader)
        {
            if (reader.Is("version"u8)) Version = reader.TakeText();
            else if (reader.Is("name"u8)) Name = reader.TakeText();
            else if (reader.Is("link"u8)) IsLink = reader.TakeTrue();
            else if (reader.Is("dev"u8)) dev = reader.TakeTrue();
            else if (reader.Is("optional"u8) || reader.Is("devOptional"u8)) optional |= reader.TakeTrue();
            else if (reader.Is("peer"u8)) peer = reader.TakeTrue();
            else if (reader.Is("license"u8)) licenses = reader.TakeTexts();
            else if (reader.Is("dependencies"u8) || reader.Is("optionalDependencies"u8) || reader.Is("peerDependencies"u8) || reader.Is("requires"u8)) TakeNeeds(ref reader);
            else reader.PassValue();
        }

        private void TakeNeeds(ref Utf8JsonReader reader)
        {
            if (!reader.EnterObject()) return;
            while (reader.NextMember())
            {
                (needs ??= []).Add(reader.Text());
                reader.PassValue();
            }
        }

        public readonly void AddTo(Places found, string folder, string name, string version)
        {
            if (!NpmName.TryParse(name, out var scope, out var last))
            {
                found.List.Note($"an entry whose name is none that npm takes: {PackageList.Shown(name)}");
                return;
            }

            // devOptional: for development, or as an optional part of what runs; the latter may be installed in production.
            found.Add(folder, needs, new()
            {
                Type = "npm",
                Namespace = scope,
                Name = last,
                Version = version,
                Scope = dev ? "dev" : optional ? "optional" : peer ? "peer" : null,
                Licenses = licenses ?? [],
            });
        }
    }
}
