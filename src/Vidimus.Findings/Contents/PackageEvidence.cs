namespace Vidimus.Findings.Contents;

/// <summary>What a package finding stands on: the affected packages, where they are and which advisory said so. Resources with the same packages share it by its digest.</summary>
/// <param name="Feed">The feed that decided: <c>debian</c>, <c>osv</c>, …; picks the source in <see cref="VulnerabilityDetails.Sources"/> whose severity and words the finding has.</param>
/// <param name="Advisory">The id in it.</param>
/// <param name="Packages">In the order of name, version, path.</param>
public sealed record PackageEvidence(string Feed, string Advisory, IReadOnlyList<AffectedPackage> Packages);

/// <summary>A package of the resource that the vulnerability is in.</summary>
/// <param name="Name">As installed, not its source's name.</param>
/// <param name="Version">Without the epoch and the release.</param>
/// <param name="Manager">Inspector's word: <c>OS</c>, <c>PIP</c>, <c>NODEPKG</c>, <c>JAR</c>, <c>GOBINARY</c>, …</param>
/// <param name="Fixed">The nearest version that is no longer affected, as the advisory writes it; null where there is none.</param>
/// <param name="Range">What the advisory says is affected, readable.</param>
/// <param name="Status">The vendor's word: <c>affected</c>, <c>fixed</c>, <c>will-not-fix</c>, … as the scan report has it.</param>
/// <param name="Path">The file that shows it; null for packages of an operating system's database.</param>
/// <param name="Layer">The layer's digest, <c>sha256:…</c>.</param>
public sealed record AffectedPackage(
    string Name, string Version, string? Release, int? Epoch, string? Arch, string Manager, string Purl, string? Fixed, string? Range, string? Status, string? Path, string? Layer, string? Source);
