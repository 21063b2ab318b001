using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>Runs a collector over a folder of the host as the runner does over a tree: every wanted file once, links not followed, no note unasked for.</summary>
internal static class CollectorRun
{
    /// <param name="at">Where the folder lies in the tree.</param>
    public static List<Package> Over(string folder, ICollector collector, string at = "")
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var packages = new List<Package>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", options).Order(StringComparer.Ordinal))
        {
            var inTree = Path.Combine(at, Path.GetRelativePath(folder, path));
            if (!collector.Wants.Any(w => w.Matches(inTree))) continue;
            var file = TestFile.Of(path, inTree);
            packages.AddRange(file.Packages(collector));
            Assert.Empty(file.Notes);
        }

        return packages;
    }

    /// <summary><c>namespace/name@version</c>, each once, ordered.</summary>
    public static IEnumerable<string> Names(IEnumerable<Package> packages) => packages.Select(Name).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Who needs whom, <c>a@1 &gt; b@2</c>, each once, ordered.</summary>
    public static IEnumerable<string> Edges(IEnumerable<Package> packages) => packages
        .SelectMany(p => (p.Needs ?? []).Select(n => $"{Name(p)} > {(n.Namespace is null ? "" : n.Namespace + "/")}{n.Name}@{n.Version}")).Distinct().Order(StringComparer.Ordinal);

    public static string Name(Package package) => $"{(package.Namespace is null ? "" : package.Namespace + "/")}{package.Name}@{package.Version}";
}
