using Vidimus.Model.Inventory;

namespace Vidimus.Model.Matching;

/// <summary>What an advisory is filed under for a package: the ecosystem with its release and stream, and the name the vendor uses.</summary>
/// <param name="Ecosystem">As OSV spells it: <c>Debian:12</c>, <c>PyPI</c>.</param>
/// <param name="Name">In its normal form.</param>
public readonly record struct MatchKey(string Ecosystem, string Name);

/// <summary>A package's key and the version that is compared under it.</summary>
/// <param name="Scheme">The purl type whose order holds.</param>
public readonly record struct Candidate(MatchKey Key, string Version, string Scheme);

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

    /// <summary>Under what a package is looked up, the most exact first; empty when nothing can be said of it (no version, an unknown release, another's package).</summary>
    public IReadOnlyList<Candidate> Of(Package package, OsRelease? os)
    {
        if (Ecosystem(package.Type) is not { } ecosystem) return [];

        if (!ecosystem.IsOs)
        {
            return ecosystem.NormalizeVersion(package.Version) is { } version
                ? [new(new(ecosystem.AdvisoryEcosystem!, ecosystem.NormalizeName(ecosystem.AdvisoryName(package))), version, package.Type)]
                : [];
        }

        if (Distribution(os) is not { } distribution || distribution.PackageType != package.Type || !distribution.IsOwn(package)) return [];

        var source = distribution.BySource ? package.Source ?? new(package.Name, package.Version) : new(package.Name, package.Version);
        return ecosystem.NormalizeVersion(source.Version) is { } compared
            ? [.. distribution.AdvisoryEcosystems(os!).Select(release => new Candidate(new(release, ecosystem.NormalizeName(source.Name)), compared, package.Type))]
            : [];
    }

    /// <summary>The key of an advisory's package: the ecosystem as OSV writes it, the name as the advisory has it. What OSV says after a language's colon
    /// (<c>Packagist:https://packages.drupal.org/8</c>, a Maven repository's address) is left out: names do not collide there.</summary>
    public MatchKey Of(string advisoryEcosystem, string name) =>
        byAdvisoryName.TryGetValue(Family(advisoryEcosystem), out var ecosystem) ? new(ecosystem.AdvisoryEcosystem!, ecosystem.NormalizeName(name)) : new(advisoryEcosystem, name);

    /// <summary>The ecosystem whose order an advisory ecosystem follows: a language's own, or by the distribution that uses it; null when none is known.</summary>
    public Ecosystem? OfAdvisory(string advisoryEcosystem)
    {
        var family = Family(advisoryEcosystem);
        if (byAdvisoryName.TryGetValue(family, out var language)) return language;
        return distributions.FirstOrDefault(d => d.Family == family) is { } distribution ? Ecosystem(distribution.PackageType) : null;
    }

    private static string Family(string advisoryEcosystem) => advisoryEcosystem.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? advisoryEcosystem[..colon] : advisoryEcosystem;
}
