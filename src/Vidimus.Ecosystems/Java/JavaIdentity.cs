using System.Text.RegularExpressions;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Decides which package an archive itself is.</summary>
internal static partial class JavaIdentity
{
    /// <summary>Of the coordinates found in an archive its own: those that its name agrees with, else its manifest, else the only ones there are unless the manifest names something else. Null when they are all of others.</summary>
    public static PomProperties? OwnPom(string stem, JavaManifest manifest, List<PomProperties> poms)
    {
        var name = JavaFileName.Of(stem);
        return poms.Find(p => IsNameAndMore(stem, $"{p.Artifact}-{p.Version}"))
            ?? poms.Find(p => p.Artifact == stem || p.Artifact == name.Artifact)
            ?? poms.Find(p => Names(manifest).Any(title => title == p.Artifact || title == p.Group || title == $"{p.Group}.{p.Artifact}"))
            ?? (poms is [var only] && (!Names(manifest).Any() || Versions(manifest).Contains(only.Version)) ? only : null);
    }

    /// <summary>What manifest and name tell. The group is the vendor's id where the manifest has one, and only beside a name that is an artifact's.</summary>
    public static Package FromManifest(string stem, JavaManifest manifest)
    {
        var file = JavaFileName.Of(stem);
        var version = Versions(manifest).FirstOrDefault();
        var title = manifest["Implementation-Title"] is { } text && ArtifactName().IsMatch(text) ? text : null;

        // A name with a version that the manifest does not contradict is the repository's own name for the file.
        var isRepositoryName = file.Version is not null && (version is null || IsNameAndMore(file.Version, version) || IsNameAndMore(version, file.Version));
        var artifact = isRepositoryName ? file.Artifact : title;
        return new()
        {
            Type = "maven",
            Namespace = artifact is null ? null : manifest["Implementation-Vendor-Id"] is { } group && GroupName().IsMatch(group) ? group : JavaFamilies.Group(artifact, manifest),
            Name = artifact ?? Names(manifest).FirstOrDefault() ?? file.Artifact,
            Version = (isRepositoryName ? file.Version : version ?? file.Version) ?? "",
        };
    }

    private static IEnumerable<string> Names(JavaManifest manifest)
    {
        if (manifest["Bundle-SymbolicName"] is { } symbolic && ArtifactName().IsMatch(symbolic.Split(';')[0].Trim())) yield return symbolic.Split(';')[0].Trim();
        if (manifest["Implementation-Title"] is { } title && ArtifactName().IsMatch(title)) yield return title;
        if (manifest["Automatic-Module-Name"] is { } module && ArtifactName().IsMatch(module)) yield return module;
        if (manifest["Specification-Title"] is { } specification && ArtifactName().IsMatch(specification)) yield return specification;
    }

    private static IEnumerable<string> Versions(JavaManifest manifest) =>
        new[] { manifest["Implementation-Version"], manifest["Bundle-Version"], manifest["Specification-Version"] }.OfType<string>().Where(v => VersionText().IsMatch(v));

    private static bool IsNameAndMore(string text, string name) => text.StartsWith(name, StringComparison.Ordinal) && (text.Length == name.Length || text[name.Length] is '-' or '.' or '_' or '+');

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9._-]{0,199}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ArtifactName();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupName();

    [GeneratedRegex(@"^[0-9][0-9A-Za-z.+_~-]{0,99}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionText();
}
