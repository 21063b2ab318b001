using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Matching;
using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Storage;
using PackageEvidence = Vidimus.Findings.Contents.PackageEvidence;

namespace Vidimus.Fleet;

/// <summary>A package of a resource with the number of the version that verdicts speak of.</summary>
public readonly record struct NumberedPackage(long Number, DocumentPackage Item, OsRelease? Os);

/// <summary>A finding to be: its evidence has no row yet.</summary>
public sealed record BuiltFinding(long Vulnerability, FindingSeverity Severity, double? Score, FixAvailable Fix, EvidenceText Evidence);

/// <summary>Makes findings of a resource's packages and the verdicts of their versions: one a vulnerability, with all its packages. Pure, and the one place where that is done.</summary>
public static class FindingBuilder
{
    private const int NamesInTitle = 20;
    private const string SystemType = "os";

    /// <param name="names">What the vulnerabilities are called.</param>
    public static IReadOnlyList<BuiltFinding> Build(IEnumerable<NumberedPackage> packages, ILookup<long, Verdict> verdictsOfVersion, IReadOnlyDictionary<long, VulnerabilityFacts> names) =>
    [
        .. packages.SelectMany(p => verdictsOfVersion[p.Number].Where(v => !v.Hidden), (p, v) => (Package: p, Verdict: v))
            .GroupBy(x => x.Verdict.Vulnerability)
            .OrderBy(g => g.Key)
            .Select(g => Build(g.Key, names[g.Key], [.. g])),
    ];

    private static BuiltFinding Build(long vulnerability, VulnerabilityFacts facts, (NumberedPackage Package, Verdict Verdict)[] hits)
    {
        var worst = hits.Select(h => h.Verdict)
            .OrderByDescending(v => v.Severity).ThenByDescending(v => v.Score ?? -1).ThenBy(v => v.Source, StringComparer.Ordinal).ThenBy(v => v.Advisory, StringComparer.Ordinal).First();
        var affected = hits
            .GroupBy(h => h.Package) // a package that several advisories of the group speak of
            .Select(g => g.MaxBy(h => h.Verdict.Severity))
            .Select(h => Affected(h.Package, h.Verdict)).Distinct()
            .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Version, StringComparer.Ordinal).ThenBy(p => p.Path, StringComparer.Ordinal).ThenBy(p => p.Purl, StringComparer.Ordinal).ToArray();
        var withFix = affected.Count(p => p.Fixed is not null);
        var fix = withFix == 0 ? FixAvailable.No : withFix == affected.Length ? FixAvailable.Yes : FixAvailable.Partial;
        var evidence = new PackageEvidence(worst.Source, worst.Advisory, affected);
        return new(vulnerability, worst.Severity, worst.Score, fix, new(Title(facts, hits[0], affected), ContentsText.Write(evidence), evidence, vulnerability));
    }

    /// <summary>As Inspector has it: the id and the packages. The end of a system's support has a title of its own.</summary>
    private static string Title(VulnerabilityFacts facts, (NumberedPackage Package, Verdict Verdict) first, AffectedPackage[] affected)
    {
        if (first.Package.Item.Package.Type == SystemType) return Support.Title(first.Package.Os!, first.Verdict.Range![^"yyyy-MM-dd".Length..]);
        var names = affected.Select(p => p.Name).Distinct(StringComparer.Ordinal).ToArray();
        return $"{facts.DisplayId} - {string.Join(", ", names.Take(NamesInTitle))}{(names.Length > NamesInTitle ? ", …" : "")}";
    }

    /// <summary>The system's release as a package of it, so that the end of its support is a finding like others.</summary>
    public static DocumentPackage OfSystem(OsRelease os) => new(new() { Type = SystemType, Name = os.Id, Version = os.VersionId ?? "" }, [new("etc/os-release", null, null)], null, null);

    private static AffectedPackage Affected(NumberedPackage numbered, Verdict verdict)
    {
        var (package, place) = (numbered.Item.Package, numbered.Item.Places[0]);
        var isOs = package.Type == SystemType || Purls.IsOs(package.Type);
        var (epoch, version, release) = isOs ? Parts(package) : (null, package.Version, null);
        return new(
            PackageNames.Of(package), version, release, epoch, package.Architecture, ManagerOf(package.Type, place.Path), numbered.Item.Purl ?? Purls.Of(package, numbered.Os).ToString(), verdict.Fixed, verdict.Range,
            VerdictStatus.Word(verdict.Status), isOs ? null : place.Entry is { } entry ? $"{place.Path}!/{entry}" : place.Path, place.Layer, package.Source?.Name);
    }

    /// <summary>Epoch, version and release of <c>1:2.3-4</c>.</summary>
    private static (int? Epoch, string Version, string? Release) Parts(Package package)
    {
        var epoch = Purls.Epoch(package.Version);
        var rest = epoch is null ? package.Version : package.Version[(epoch.Length + 1)..];
        var dash = rest.LastIndexOf('-');
        return (int.TryParse(epoch, CultureInfo.InvariantCulture, out var number) ? number : null, dash > 0 ? rest[..dash] : rest, dash > 0 ? rest[(dash + 1)..] : null);
    }

    /// <summary>Inspector's word for what manages a package, by its type and by whether it is installed or named in a file.</summary>
    private static string ManagerOf(string type, string path)
    {
        var file = path[(path.LastIndexOf('/') + 1)..];
        return type switch
        {
            "deb" or "rpm" or "apk" or "alpm" or SystemType => "OS",
            "npm" => file switch { "package.json" => "NODEPKG", "yarn.lock" => "YARN", _ => "NPM" },
            "pypi" => file switch { "Pipfile.lock" => "PIPENV", "poetry.lock" => "POETRY", _ when file.StartsWith("requirements", StringComparison.Ordinal) => "PIP", _ => "PYTHONPKG" },
            "maven" => file is "pom.xml" ? "POM" : "JAR",
            "golang" => file is "go.mod" or "go.sum" or "modules.txt" ? "GOMOD" : "GOBINARY",
            "gem" => file is "Gemfile.lock" ? "BUNDLER" : "GEMSPEC",
            "composer" => "COMPOSER",
            "nuget" => file.EndsWith(".deps.json", StringComparison.Ordinal) ? "DOTNET_CORE" : "NUGET",
            "cargo" => "CARGO",
            _ => type.ToUpperInvariant(),
        };
    }
}
