using Vidimus.Model.Inventory;

namespace Vidimus.Matching;

/// <summary>Why packages of a target are, or are not, affected by what an id names.</summary>
/// <param name="Asked">The id as it was asked for.</param>
/// <param name="Known">Whether any source in the book knows it.</param>
/// <param name="Vulnerabilities">The vulnerabilities that it names: one, or those of a notice.</param>
/// <param name="Packages">The installed packages that a source speaks of, or that were asked for.</param>
/// <param name="Sentences">What holds for the target as a whole.</param>
public sealed record Explanation(string Asked, bool Known, IReadOnlyList<ExplainedVulnerability> Vulnerabilities, IReadOnlyList<ExplainedPackage> Packages, IReadOnlyList<string> Sentences)
{
    /// <summary>Whether any of the packages is affected.</summary>
    public bool Affected => Packages.Any(p => p.Affected);
}

/// <param name="Id">The id that is shown.</param>
public sealed record ExplainedVulnerability(string Id, IReadOnlyList<string> Aliases, string? Title);

/// <summary>What is true of one package and one vulnerability.</summary>
/// <param name="Vulnerability">The vulnerability's shown id.</param>
/// <param name="Sentences">Why, one source after the other, the deciding one first.</param>
public sealed record ExplainedPackage(InventoryPackage Package, string Vulnerability, bool Affected, string? FixedVersion, IReadOnlyList<string> Sentences);
