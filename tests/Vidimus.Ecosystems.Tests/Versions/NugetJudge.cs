using NuGet.Versioning;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>NuGet's own library, in this process.</summary>
public static class NugetJudge
{
    public static char Answer(string left, string right)
    {
        if (!NuGetVersion.TryParse(left, out var a) || !NuGetVersion.TryParse(right, out var b)) return '!';
        return "<=>"[Math.Sign(VersionComparer.VersionRelease.Compare(a, b)) + 1];
    }
}
