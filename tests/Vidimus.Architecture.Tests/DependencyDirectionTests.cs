using System.Xml.Linq;
using Vidimus.Testing;

namespace Vidimus.Architecture.Tests;

/// <summary>The direction of dependencies, as the design's layout has it: everything points toward Model.</summary>
public class DependencyDirectionTests
{
    /// <summary>For each project the ones that it may see. A new project gets a line here and its reason in an ADR.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Vidimus.Model"] = [],
        ["Vidimus.Files"] = ["Vidimus.Model"],
        ["Vidimus.Ecosystems"] = ["Vidimus.Model", "Vidimus.Files"],
        ["Vidimus.Advisories"] = ["Vidimus.Model"],
        ["Vidimus.Matching"] = ["Vidimus.Model", "Vidimus.Advisories"],
        ["Vidimus.Scanning"] = ["Vidimus.Model", "Vidimus.Files", "Vidimus.Ecosystems"],
        ["Vidimus.Registry"] = ["Vidimus.Model", "Vidimus.Files"],
        ["Vidimus.Sbom"] = ["Vidimus.Model"],
        ["Vidimus.Reports"] = ["Vidimus.Model", "Vidimus.Sbom"],
        ["Vidimus.Cli"] = ["Vidimus.Model", "Vidimus.Files", "Vidimus.Ecosystems", "Vidimus.Advisories", "Vidimus.Matching", "Vidimus.Scanning", "Vidimus.Registry", "Vidimus.Sbom", "Vidimus.Reports"],
        ["Vidimus.Findings"] = ["Vidimus.Model"],
        ["Vidimus.Storage"] = ["Vidimus.Model", "Vidimus.Findings"],
        ["Vidimus.Fleet"] = ["Vidimus.Model", "Vidimus.Ecosystems", "Vidimus.Advisories", "Vidimus.Matching", "Vidimus.Sbom", "Vidimus.Findings", "Vidimus.Storage"],
        ["Vidimus.Sinks"] = ["Vidimus.Model", "Vidimus.Findings", "Vidimus.Storage"],
        ["Vidimus.Api"] = ["Vidimus.Model", "Vidimus.Advisories", "Vidimus.Matching", "Vidimus.Sbom", "Vidimus.Findings", "Vidimus.Storage", "Vidimus.Fleet", "Vidimus.Sinks"],
        ["Vidimus.Server"] = ["Vidimus.Model", "Vidimus.Ecosystems", "Vidimus.Advisories", "Vidimus.Matching", "Vidimus.Sbom", "Vidimus.Findings", "Vidimus.Storage", "Vidimus.Fleet", "Vidimus.Sinks", "Vidimus.Api"],
    };

    /// <summary>Projects below the layout's line: they may use SQL or an HTTP server, and the command line tool may not see them.</summary>
    private static readonly string[] OfTheServer = ["Vidimus.Findings", "Vidimus.Storage", "Vidimus.Fleet", "Vidimus.Sinks", "Vidimus.Api", "Vidimus.Server"];

    /// <summary>The packages that the command line tool's projects may use at run time.</summary>
    private static readonly string[] RuntimePackages = ["System.CommandLine", "YamlDotNet"];

    private static IEnumerable<string> Sources => Directory.EnumerateFiles(Path.Combine(Places.Repository, "src"), "*.csproj", SearchOption.AllDirectories);

    [Fact]
    public void EveryProjectSeesOnlyWhatTheLayoutAllows()
    {
        foreach (var file in Sources)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is not in the layout");
            foreach (var reference in References(file, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))))
                Assert.True(allowed.Contains(reference), $"{name} may not see {reference}");
        }
    }

    [Fact]
    public void TheToolUsesNoServerNoSqlAndNoFurtherPackages()
    {
        foreach (var file in Sources.Where(f => !OfTheServer.Contains(Path.GetFileNameWithoutExtension(f))))
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("Microsoft.NET.Sdk.Web", text);
            Assert.DoesNotContain("FrameworkReference", text);
            foreach (var package in References(file, "PackageReference")) Assert.Contains(package, RuntimePackages);
            Assert.DoesNotContain(Allowed[Path.GetFileNameWithoutExtension(file)], OfTheServer.Contains);
        }
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(Places.Repository, "Vidimus.slnx"));
        foreach (var folder in new[] { "src", "tests", "bench" }.Select(f => Path.Combine(Places.Repository, f)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
                Assert.Contains(Path.GetRelativePath(Places.Repository, file), solution);
        }
    }

    [Fact]
    public void EveryDependencyIsPinnedAndHasItsReason()
    {
        var reasons = File.ReadAllText(Path.Combine(Places.Repository, "docs", "dependencies.md"));
        foreach (var package in XDocument.Load(Path.Combine(Places.Repository, "Directory.Packages.props")).Descendants("PackageVersion"))
        {
            Assert.Matches(@"^\d+(\.\d+)+$", package.Attribute("Version")!.Value);
            Assert.Contains($"| {package.Attribute("Include")!.Value} | {package.Attribute("Version")!.Value} |", reasons);
        }
    }

    [Fact]
    public void NoFileNamesARegistryOrThisMachine()
    {
        var files = RealTool.Run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], folder: Places.Repository).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var file in files.Where(f => f.EndsWith("lock.json", StringComparison.Ordinal) || f.EndsWith(".config", StringComparison.OrdinalIgnoreCase)).Where(f => File.Exists(Path.Combine(Places.Repository, f))))
            Assert.DoesNotContain("://", File.ReadAllText(Path.Combine(Places.Repository, file)).Replace("https://json.schemastore.org", ""));
    }

    private static IEnumerable<string> References(string project, string kind) => XDocument.Load(project).Descendants(kind).Select(r => r.Attribute("Include")!.Value);
}
