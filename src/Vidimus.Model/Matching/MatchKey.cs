using Vidimus.Model.Inventory;

namespace Vidimus.Model.Matching;

/// <summary>What an advisory is filed under for a package: the ecosystem with its release and stream, and the name the vendor uses.</summary>
/// <param name="Ecosystem">As OSV spells it: <c>Debian:12</c>, <c>PyPI</c>.</param>
/// <param name="Name">In its normal form.</param>
public readonly record struct MatchKey(string Ecosystem, string Name);

/// <summary>A package's key and the version that is compared under it.</summary>
/// <param name="Scheme">The purl type whose order holds.</param>
public readonly record struct Candidate(MatchKey Key, string Version, string Scheme);

/// <summary>All of a package by which advisories can tell it from another: packages that share it share what is said of them.</summary>
/// <param name="Ecosystems">Where advisories for it are filed, the most exact first, parted by <c>|</c>: <c>Debian:12|Debian</c>.</param>
/// <param name="Name">In its normal form.</param>
/// <param name="Version">As it is compared.</param>
/// <param name="Module">rpm's modularity label.</param>
public readonly record struct FiledVersion(string Ecosystems, string Name, string Version, string? Architecture, string? Module);

/// <summary>Makes match keys, for the forward look-up (packages) and for the book (advisories): the one place where they come from.</summary>
public sealed class MatchKeys(IReadOnlyList<Ecosystem> ecosystems, IReadOnlyList<Distribution> distributions)
{
    private readonly Dictionary<string, Ecosystem> byType = ecosystems.ToDictionary(e => e.Type, StringComparer.Ordinal);
    private readonly Dictionary<string, Ecosystem> byAdvisoryName = ecosystems.Where(e => e.AdvisoryEcosystem is not null).ToDictionary(e => e.AdvisoryEcosystem!, StringComparer.Ordinal);
    private readonly Dictionary<string, Distribution> byId = distributions.SelectMany(d => d.Ids.Select(id => (id, d))).ToDictionary(x => x.id, x => x.d, StringComparer.Ordinal);

    public IReadOnlyList<Ecosystem> Ecosystems => ecosystems;

    public IReadOnlyList<Distribution> Distributions => distributions;

    /// <summary>The ecosystem of a purl type, or null.</summary>
    public Ecosystem? Ecosystem(string type) => byType.GetValueOrDefault(type);

    /// <summary>The distribution of a system, or null when it is not one we know; ID_LIKE is not followed, a relative's advisories are not one's own.</summary>
    public Distribution? Distribution(OsRelease? os) => os is null ? null : byId.GetValueOrDefault(os.Id);

    /// <summary>The keys of one type's packages on a system; null when nothing can be said of them (an unknown type, an unknown or foreign distribution).</summary>
    /// <param name="pocket">See <see cref="PocketOf"/>.</param>
    public TypeKeys? For(string type, OsRelease? os, string? pocket = null)
    {
        if (Ecosystem(type) is not { } ecosystem) return null;
        if (!ecosystem.IsOs) return ecosystem.AdvisoryEcosystem is { } advisories ? new(ecosystem, null, [advisories]) : null;
        return Distribution(os) is { } distribution && distribution.PackageType == type
            ? new(ecosystem, distribution, pocket is null ? distribution.AdvisoryEcosystems(os!) : [.. distribution.PocketEcosystems(os!, pocket), .. distribution.AdvisoryEcosystems(os!)])
            : null;
    }

    /// <summary>How the packages are filed whose <see cref="FiledVersion.Ecosystems"/> these are; null when they are none that we know.</summary>
    public TypeKeys? ForEcosystems(string ecosystems)
    {
        var all = ecosystems.Split('|');
        if (OfAdvisory(all[0]) is not { } ecosystem) return null;
        var family = Family(all[0]);
        return new(ecosystem, ecosystem.IsOs ? distributions.FirstOrDefault(d => d.Family == family) : null, all);
    }

    /// <summary>What advisories can tell of a package; null when nothing can be said of it.</summary>
    public FiledVersion? File(Package package, OsRelease? os) => For(package.Type, os, PocketOf(package, os)) is { } keys && keys.TryFile(package, out FiledVersion filed) ? filed : null;

    /// <summary>The archive beside its distribution's own that a package comes from; null for none.</summary>
    public string? PocketOf(Package package, OsRelease? os) => Purls.IsOs(package.Type) ? Distribution(os)?.PocketOf(package) : null;

    /// <summary>Under what a package is looked up, the most exact first; empty when nothing can be said of it (no version, an unknown release, another's package).</summary>
    public IReadOnlyList<Candidate> Of(Package package, OsRelease? os) => For(package.Type, os, PocketOf(package, os)) is { } keys && keys.TryFile(package, out var name, out var version)
        ? [.. keys.AdvisoryEcosystems.Select(ecosystem => new Candidate(new(ecosystem, name), version, package.Type))]
        : [];

    /// <summary>The key of an advisory's package: the ecosystem as OSV writes it, the name as the advisory has it. What OSV says after a language's colon
    /// (<c>Packagist:https://packages.drupal.org/8</c>, a Maven repository's address) is left out: names do not collide there.</summary>
    public MatchKey Of(string advisoryEcosystem, string name) =>
        byAdvisoryName.TryGetValue(Family(advisoryEcosystem), out var ecosystem) ? new(ecosystem.AdvisoryEcosystem!, ecosystem.NormalizeName(name))
        : new(advisoryEcosystem, OfAdvisory(advisoryEcosystem)?.NormalizeName(name) ?? name);

    /// <summary>The ecosystem whose order an advisory ecosystem follows: a language's own, or by the distribution that uses it; null when none is known.</summary>
    public Ecosystem? OfAdvisory(string advisoryEcosystem)
    {
        var family = Family(advisoryEcosystem);
        if (byAdvisoryName.TryGetValue(family, out var language)) return language;
        return distributions.FirstOrDefault(d => d.Family == family) is { } distribution ? Ecosystem(distribution.PackageType) : null;
    }

    private static string Family(string advisoryEcosystem) => advisoryEcosystem.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? advisoryEcosystem[..colon] : advisoryEcosystem;
}

/// <summary>How the packages of one type are filed on one system. Made once a scan, so that a package costs no look-up of its distribution.</summary>
/// <param name="Distribution">Null for a language's packages.</param>
/// <param name="AdvisoryEcosystems">Where advisories for them are filed, the most exact first.</param>
public sealed record TypeKeys(Ecosystem Ecosystem, Distribution? Distribution, IReadOnlyList<string> AdvisoryEcosystems)
{
    /// <summary>As <see cref="FiledVersion.Ecosystems"/> has them.</summary>
    public string Joined { get; } = string.Join('|', AdvisoryEcosystems);

    /// <summary>All of a package by which advisories tell it from another; false when it has no version to judge by, is not the distribution's own, or its release can't be told.</summary>
    public bool TryFile(Package package, out FiledVersion filed)
    {
        var known = TryFile(package, out var name, out string version) && AdvisoryEcosystems.Count > 0;
        filed = known ? File(package, name, version) : default;
        return known;
    }

    /// <summary>A package that is known to be filed under a name and version.</summary>
    public FiledVersion File(Package package, string name, string version) => new(Joined, name, version, package.Architecture is "" ? null : package.Architecture, package.Module is "" ? null : package.Module);

    /// <summary>The name a package is filed under and the version to compare; false when it has no version to judge by or is not the distribution's own.</summary>
    public bool TryFile(Package package, out string name, out string version)
    {
        (name, version) = ("", "");
        if (Distribution is { } distribution && !distribution.IsOwn(package)) return false;

        var source = Distribution is { BySource: true } ? package.Source : null;
        if (Ecosystem.NormalizeVersion(source?.Version ?? package.Version) is not { } compared) return false;
        (name, version) = (Ecosystem.NormalizeName(source?.Name ?? Ecosystem.AdvisoryName(package)), compared);
        return true;
    }
}
