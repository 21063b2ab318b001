using System.Globalization;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Finds out which known archives were put into another one by their classes, whatever packages these were moved to.</summary>
/// <remarks>
/// An archive counts as found when half of its distinctive classes are there: a build that leaves out what is unused leaves most of them. Each class is counted for one artifact alone, the one of
/// which most is there, so that an archive made of others does not bring those along. Of an artifact's versions the one counts of which most is there; of several that agree the lowest, since
/// nothing in the classes says that it is not that one.
/// </remarks>
internal sealed class ShadedClasses(JavaNames names)
{
    private const int FewestClasses = 4;
    private const int MostClasses = 200_000;
    private readonly HashSet<ulong> fingerprints = [];

    public static bool IsClass(string name) => name.EndsWith(".class", StringComparison.Ordinal) && !name.EndsWith("module-info.class", StringComparison.Ordinal) && !name.EndsWith("package-info.class", StringComparison.Ordinal);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (fingerprints.Count < MostClasses && ClassFingerprint.Of(bytes) is { } fingerprint) fingerprints.Add(fingerprint);
    }

    /// <summary>The archives found, the fullest first.</summary>
    /// <param name="known">Group and artifact of what the archive states itself to be or to hold.</param>
    public List<Package> Find(IReadOnlySet<(string? Group, string Artifact)> known)
    {
        var byPurl = new Dictionary<int, List<ulong>>();
        foreach (var fingerprint in fingerprints)
        {
            foreach (var purl in names.Owners(fingerprint))
            {
                if (!byPurl.TryGetValue(purl, out var list)) byPurl[purl] = list = [];
                list.Add(fingerprint);
            }
        }

        var artifacts = byPurl.Select(p => (Purl: names.Purl(p.Key), Total: names.ClassCount(p.Key), Classes: p.Value)).Where(c => c.Purl is not null)
            .GroupBy(c => (c.Purl!.Namespace, c.Purl.Name))
            .OrderByDescending(g => known.Contains(g.Key)).ThenByDescending(g => g.Max(c => c.Classes.Count)).ThenBy(g => g.Key.Name, StringComparer.Ordinal).ThenBy(g => g.Key.Namespace, StringComparer.Ordinal);
        var taken = new HashSet<ulong>();
        var found = new List<Package>();
        foreach (var artifact in artifacts)
        {
            var versions = artifact.Select(c => (c.Purl!.Version, c.Total, Count: c.Classes.Count(f => !taken.Contains(f)), c.Classes)).ToList();
            var most = versions.Max(v => v.Count);
            var best = versions.Where(v => v.Count == most).OrderBy(v => v.Total).ThenBy(v => v.Version, Comparer<string?>.Create((a, b) => new MavenVersions().Compare(a, b))).First();
            if (!known.Contains(artifact.Key))
            {
                if (most < FewestClasses || most * 2 < best.Total) continue;
                var alike = versions.Count(v => v.Count == most && v.Total == best.Total) is > 1 and var count ? string.Create(CultureInfo.InvariantCulture, $"; {count} versions have the same") : "";
                found.Add(new()
                {
                    Type = "maven",
                    Namespace = artifact.Key.Namespace,
                    Name = artifact.Key.Name,
                    Version = best.Version ?? "",
                    Evidence = new(string.Create(CultureInfo.InvariantCulture, $"{most} of {best.Total} classes{alike}"), Math.Round(0.5 + (0.45 * most / Math.Max(1, best.Total)), 2)),
                });
            }

            taken.UnionWith(best.Classes);
        }

        return found;
    }
}
