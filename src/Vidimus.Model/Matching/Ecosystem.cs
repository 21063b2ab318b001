using Vidimus.Model.Inventory;
using Vidimus.Model.Versions;

namespace Vidimus.Model.Matching;

/// <summary>One line of registration: all that the rest needs to know of a kind of package.</summary>
public sealed record Ecosystem
{
    /// <summary>The purl type.</summary>
    public required string Type { get; init; }

    /// <summary>Its order; <see cref="UnorderedVersions"/> where none is known, which goes with no <see cref="AdvisoryEcosystem"/>.</summary>
    public IVersionScheme Versions { get; init; } = UnorderedVersions.Instance;

    public IReadOnlyList<ICollector> Collectors { get; init; } = [];

    /// <summary>The ecosystem's name in OSV (<c>npm</c>, <c>PyPI</c>, <c>crates.io</c>); null for OS packages, where the distribution names it, and where nobody publishes advisories in an order that we know.</summary>
    public string? AdvisoryEcosystem { get; init; }

    /// <summary>The name that advisories file a package under, from its namespace and name, before <see cref="NormalizeName"/>: <c>@scope/name</c>, <c>group:artifact</c>.</summary>
    public Func<Package, string> AdvisoryName { get; init; } = p => p.Namespace is null ? p.Name : $"{p.Namespace}/{p.Name}";

    /// <summary>The form in which two spellings of a name are the same (PyPI's PEP 503, NuGet's case). Applied to packages and advisories alike.</summary>
    public Func<string, string> NormalizeName { get; init; } = name => name;

    /// <summary>The version text to compare, from a package's or an advisory's (Go's leading <c>v</c> goes). Null from it means: no version to judge by.</summary>
    public Func<string, string?> NormalizeVersion { get; init; } = version => version.Length == 0 ? null : version;

    /// <summary>The feeds beside OSV's that tell of it, by their folder's name in a mirror.</summary>
    public IReadOnlyList<string> Feeds { get; init; } = [];

    /// <summary>Whether its packages come from the system's package manager.</summary>
    public bool IsOs => Purls.IsOs(Type);
}

/// <summary>One line of registration: how a distribution's advisories are keyed and what is its own.</summary>
public sealed record Distribution
{
    /// <summary>os-release IDs that it answers for.</summary>
    public required IReadOnlyList<string> Ids { get; init; }

    /// <summary>The advisory ecosystem without its release: <c>Debian</c>, <c>Rocky Linux</c>.</summary>
    public required string Family { get; init; }

    /// <summary>The purl type of its packages.</summary>
    public required string PackageType { get; init; }

    /// <summary>The advisory ecosystems that tell of a release, the most exact first (<c>Debian:12</c>, then <c>Debian</c> for records without a release); empty when the release can't be told.</summary>
    public required Func<OsRelease, IReadOnlyList<string>> AdvisoryEcosystems { get; init; }

    /// <summary>Which archive beside the release's own a package comes from, told by the package itself (Ubuntu's ESM and FIPS builds, Oracle's Ksplice); null for the release's own.</summary>
    public Func<Package, string?> PocketOf { get; init; } = _ => null;

    /// <summary>The advisory ecosystems of such an archive, asked before those of the release: what they say of a package of theirs is more exact.</summary>
    public Func<OsRelease, string, IReadOnlyList<string>> PocketEcosystems { get; init; } = (_, _) => [];

    /// <summary>Whether advisories name the source package (Debian, Alpine) or the binary one (AlmaLinux).</summary>
    public required bool BySource { get; init; }

    /// <summary>Whether a package is the distribution's own work; ownership and advisories count only for those.</summary>
    public Func<Package, bool> IsOwn { get; init; } = _ => true;

    /// <summary>Whether a package only carries the kernel's headers, documents or build files: what is wrong in the kernel it was made from is not wrong in it.</summary>
    public Func<Package, bool> IsKernelHeaders { get; init; } = _ => false;

    /// <summary>The feeds (folder names of a mirror, with the OSV ecosystem as <c>osv/Debian</c>) that tell of it.</summary>
    public required IReadOnlyList<string> Feeds { get; init; }

    /// <summary>The product's name in the end-of-life feed, and the release cycle there; null where there is none.</summary>
    public string? EndOfLifeProduct { get; init; }

    /// <summary>The release cycle's name in the end-of-life feed.</summary>
    public Func<OsRelease, string?> EndOfLifeCycle { get; init; } = os => os.VersionId;
}
