using System.Globalization;
using Vidimus.Matching;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>From packages to the numbered versions that verdicts are decided for, and back to what the matcher asks.</summary>
public sealed class Filing(MatchKeys keys)
{
    /// <summary>What the releases of systems are filed under, beside the packages: whether one is still supported is a verdict like others.</summary>
    public const string Systems = "end-of-life";

    /// <summary>What a package counts as; null for one that leads to no finding (it can't be judged, or another package answers for it).</summary>
    public PackageVersion? Of(Package package, string? owner, OsRelease? os)
    {
        if (keys.For(package.Type, os) is not { } type || Hiding.OfPackage(package, owner, type.Distribution) is not null) return null;
        return type.TryFile(package, out FiledVersion filed) ? new(filed.Ecosystems, filed.Name, filed.Version, filed.Module is null ? filed.Architecture ?? "" : $"{filed.Architecture}|{filed.Module}") : null;
    }

    /// <summary>What a system's release counts as.</summary>
    public static PackageVersion Of(OsRelease os) => new(Systems, os.Id, os.VersionId ?? "", os.SupportEnd?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");

    /// <summary>What the matcher asks for a version.</summary>
    public static FiledVersion ToFiled(in PackageVersion version)
    {
        var bar = version.Context.IndexOf('|', StringComparison.Ordinal);
        var architecture = bar < 0 ? version.Context : version.Context[..bar];
        return new(version.Ecosystem, version.Name, version.Version, architecture.Length == 0 ? null : architecture, bar < 0 ? null : version.Context[(bar + 1)..]);
    }

    /// <summary>The release that a version of <see cref="Systems"/> stands for.</summary>
    public static OsRelease ToSystem(in PackageVersion version) => new(version.Name, version.Version.Length == 0 ? null : version.Version, null)
    {
        SupportEnd = DateOnly.TryParseExact(version.Context, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end) ? end : null,
    };
}
