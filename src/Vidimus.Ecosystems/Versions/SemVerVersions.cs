using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Versions;

/// <summary>Orders versions by Semantic Versioning 2.0.0 and takes only what its grammar does.</summary>
/// <remarks>
/// Sources: semver.org; Elixir's <c>Version</c>, SwiftPM's <c>Version</c>. Where <paramref name="buildCounts"/>, versions that differ in their build metadata alone are ordered by it, none first and
/// then as pre-releases are: so do Dart's <c>pub_semver</c> and Julia's <c>VersionNumber</c>.
/// </remarks>
public sealed class SemVerVersions(string name, bool buildCounts = false) : IVersionScheme
{
    public string Name => name;

    public bool IsValid(ReadOnlySpan<char> version)
    {
        if (!SemVerText.TryTakeNumber(ref version, out _) || version is not ['.', ..]) return false;
        version = version[1..];
        if (!SemVerText.TryTakeNumber(ref version, out _) || version is not ['.', ..]) return false;
        version = version[1..];
        return SemVerText.TryTakeNumber(ref version, out _) && SemVerText.IsSuffix(version);
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var order = new SemVerText(left).CompareTo(new SemVerText(right));
        return order != 0 || !buildCounts ? order : SemVerText.ComparePrerelease(Build(left), Build(right));
    }

    private static ReadOnlySpan<char> Build(ReadOnlySpan<char> version) => version.IndexOf('+') is >= 0 and var plus ? version[(plus + 1)..] : [];
}
