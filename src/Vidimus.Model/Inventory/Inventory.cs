namespace Vidimus.Model.Inventory;

/// <summary>A layer of an image; a host, folder or SBOM has none.</summary>
/// <param name="Digest">The blob's digest as the manifest names it, <c>sha256:…</c>.</param>
/// <param name="DiffId">The digest of the uncompressed layer.</param>
/// <param name="CreatedBy">The build step from the image's history.</param>
public sealed record Layer(string Digest, string DiffId, string? CreatedBy);

/// <summary>Where a package was seen.</summary>
/// <param name="Layer">The diff id of the layer that brought it; null outside images.</param>
/// <param name="Entry">Inside the file, see <see cref="Package.Entry"/>.</param>
public sealed record Location(string Path, string? Layer, string? Entry);

/// <summary>A package of a target, in all its places.</summary>
/// <param name="Id">Equal across scans of the same target.</param>
/// <param name="Purl">With the distribution as namespace and qualifier for OS packages.</param>
/// <param name="Locations">At least one; ordered by path.</param>
/// <param name="Owner">The purl of the OS package that owns the file it was found in; null for nobody.</param>
public sealed record InventoryPackage(string Id, string Purl, Package Package, IReadOnlyList<Location> Locations, string? Owner)
{
    /// <summary>Digests of the package as it is distributed, where an SBOM states them.</summary>
    public IReadOnlyList<PackageHash> Hashes { get; init; } = [];

    /// <summary>The ids of the packages that it needs directly, where a lock file or an SBOM states them; of several files, what any of them says.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];
}

/// <param name="Algorithm">As CycloneDX spells it: <c>SHA-256</c>.</param>
/// <param name="Value">Lower-case hex.</param>
public sealed record PackageHash(string Algorithm, string Value);

/// <summary>All that a scan found in a target.</summary>
public sealed record Inventory
{
    public required TargetInfo Target { get; init; }

    public OsRelease? Os { get; init; }

    public required IReadOnlyList<InventoryPackage> Packages { get; init; }

    public required IReadOnlyList<Note> Notes { get; init; }

    /// <summary>Paths of programs that no package of the distribution claims and in which nothing was recognised, ordered.</summary>
    public IReadOnlyList<string> UnknownExecutables { get; init; } = [];

    /// <summary>Whether nothing that was looked for went unread.</summary>
    public bool Complete => !Notes.Any(n => n.Partial);
}

/// <summary>What was scanned.</summary>
/// <param name="Kind">The target's prefix: <c>host</c>, <c>oci</c>, <c>dir</c>, …</param>
/// <param name="Name">As the user named it.</param>
/// <param name="Digest">An image's manifest digest.</param>
/// <param name="Architecture">As the image's configuration or the package database says.</param>
public sealed record TargetInfo(string Kind, string Name, string? Digest, string? Architecture, IReadOnlyList<Layer> Layers)
{
    /// <summary>The serial number of a scanned SBOM, <c>urn:uuid:…</c>, by which VEX documents name it.</summary>
    public string? Serial { get; init; }
}
