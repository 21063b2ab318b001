using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads uv's <c>uv.lock</c>: an array of <c>package</c> tables with a <c>source</c> each.</summary>
/// <remarks>
/// Sources that are <c>virtual</c>, <c>editable</c> or a <c>directory</c> are the project and its workspace: the user's own code, left out.
/// The file holds one resolution for all platforms and groups, so a name may come with several versions; all are listed.
/// What a package is there for follows from the user's own packages: their <c>dependencies</c> run, <c>optional-dependencies</c> are optional, <c>dev-dependencies</c> (all groups) for development.
/// </remarks>
public sealed class UvLock : ICollector
{
    public string Name => "python/uv-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/uv.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        var packages = TomlDocument.Parse(file.ReadAll(TomlFiles.Largest).Span).Tables("package").ToList();
        var firsts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in packages) firsts.TryAdd(PypiEntries.Key(package.Text("name") ?? "", null), KeyOf(package));

        foreach (var package in packages) Connect(package, found.Graph, firsts);
        var scopes = found.Graph.Scopes();
        foreach (var package in packages.Where(p => !IsOwn(p)))
        {
            if (package.Text("name") is { } name) found.Add(new() { Type = "pypi", Name = name, Version = package.Text("version") ?? "", Scope = scopes.GetValueOrDefault(KeyOf(package)) }, [.. Keys(package)]);
            else found.Note("a package without a name");
        }

        return found.Packages;
    }

    private static bool IsOwn(TomlTable package) =>
        package.Table("source") is { } source && (source.Members.ContainsKey("virtual") || source.Members.ContainsKey("editable") || source.Members.ContainsKey("directory"));

    /// <summary>A package's key, and one for each of its extras.</summary>
    private static IEnumerable<string> Keys(TomlTable package) => (package.Table("optional-dependencies")?.Members.Keys ?? []).Select(extra => $"{KeyOf(package)}[{extra}]").Prepend(KeyOf(package));

    private static string KeyOf(TomlTable package) => PypiEntries.Key(package.Text("name") ?? "", package.Text("version") ?? "");

    /// <summary>A package's own dependencies, and those of its extras, which count only where somebody asks for the extra: <c>{ name = "a", extra = ["x"] }</c>.</summary>
    private static void Connect(TomlTable package, DependencyGraph graph, Dictionary<string, string> firsts)
    {
        var (key, isOwn) = (KeyOf(package), IsOwn(package));
        Take(package.Tables("dependencies"), null);
        foreach (var (extra, needs) in Groups("optional-dependencies")) Take(needs, "optional", extra);
        foreach (var (_, needs) in Groups("dev-dependencies")) Take(needs, "dev");

        IEnumerable<(string Name, IEnumerable<TomlTable> Needs)> Groups(string member) => package.Table(member) is { } groups ? groups.Members.Keys.Select(name => (name, groups.Tables(name))) : [];

        void Take(IEnumerable<TomlTable> needs, string? scope, string? extra = null)
        {
            foreach (var need in needs)
            {
                var name = PypiEntries.Key(need.Text("name") ?? "", null);
                var to = need.Text("version") is { } version ? $"{name} {version}" : firsts.GetValueOrDefault(name, name);
                foreach (var target in need.Texts("extra").Select(wanted => $"{to}[{wanted}]").Prepend(to))
                {
                    if (isOwn) graph.AddRoot(target, scope);
                    else graph.AddEdge(extra is null ? key : $"{key}[{extra}]", target);
                }
            }
        }
    }
}
