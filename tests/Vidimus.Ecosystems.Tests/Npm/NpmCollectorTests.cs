using System.Text.Json;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Npm;

public sealed class NpmCollectorTests(NpmProject project) : IClassFixture<NpmProject>
{
    [Fact]
    public void FindsInstalledWhatNpmLists() => Assert.Equal(project.Listed, CollectorRun.Names(CollectorRun.Over(project.Path, new NodeModules())));

    [Fact]
    public void FindsGloballyWhatNpmLists()
    {
        // npm's own installation, which it calls by this name; npm complains of its own bundles by the exit status alone.
        var folder = RealTool.Run("npm", ["root", "-g"]).Trim();
        using var tree = JsonDocument.Parse(RealTool.Try("npm", ["ls", "-g", "--all", "--json", "--long"]).Output, new() { MaxDepth = 256 });
        var listed = new SortedSet<string>(StringComparer.Ordinal);
        NpmProject.Walk(tree.RootElement, listed);
        Assert.NotEmpty(listed);
        Assert.Equal(listed, CollectorRun.Names(CollectorRun.Over(folder, new NodeModules(), "usr/lib/node_modules")));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void ReadsFromTheLockWhatNpmLists(int version)
    {
        // The one package of the lock that is not installed: it is for another system.
        var expected = project.Listed.Append("fsevents@2.3.2").Order(StringComparer.Ordinal);
        Assert.Equal(expected, CollectorRun.Names(Locked(version)));
    }

    [Fact]
    public void LeavesLockFilesOfInstalledPackagesAlone() => Assert.Equal(CollectorRun.Names(Locked(3)), CollectorRun.Names(CollectorRun.Over(project.Path, new PackageLock())));

    [Fact]
    public void ReadsFromTheFirstLockFormatWhatNpmLists()
    {
        // Version 1 has a tarball's path where others have the version.
        var expected = project.Listed.Append("fsevents@2.3.2").Select(p => p == "bundler@1.0.0" ? "bundler@" : p).Order(StringComparer.Ordinal);
        Assert.Equal(expected, CollectorRun.Names(Locked(1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TellsWhatIsForDevelopmentAsNpmDoes(int version)
    {
        var expected = project.ForDevelopment;
        Assert.Contains("semver@7.5.1", expected);
        Assert.Equal(expected, CollectorRun.Names(Locked(version).Where(p => p.Scope == "dev")));
        Assert.Equal("optional", Assert.Single(Locked(version), p => p.Name == "fsevents").Scope);
    }

    [Fact]
    public void TellsLicences()
    {
        Assert.Equal(["MIT"], Assert.Single(Locked(3), p => p.Name == "lodash").Licenses);
        Assert.Equal(["MIT"], Assert.Single(CollectorRun.Over(project.Path, new NodeModules()), p => p.Name == "lodash").Licenses);
    }

    [Theory]
    [InlineData("app/node_modules/a", true)]
    [InlineData("node_modules/@s/a", true)]
    [InlineData("usr/lib/node_modules/npm/node_modules/a", true)]
    [InlineData("node_modules/.pnpm/a@1.0.0/node_modules/a", true)]
    [InlineData("node_modules/.pnpm/@s+b@1.0.0/node_modules/@s/b", true)]
    [InlineData("node_modules/.store/a-npm-1.0.0-1234/package", true)]
    [InlineData("node_modules/a/test/node_modules/b", false)]
    [InlineData("node_modules/.cache/a", false)]
    [InlineData("node_modules/.a-x1y2", false)]
    [InlineData("node_modules/@s", false)]
    public void TakesForInstalledWhatLiesWhereNodeLooks(string folder, bool installed)
    {
        var file = new TestFile(folder + "/package.json", """{"name":"a","version":"1.0.0"}""");
        Assert.Equal(installed ? 1 : 0, file.Packages(new NodeModules()).Count);
        Assert.True(!installed || new NodeModules().Wants.Any(w => w.Matches(file.Path)));
    }

    [Theory]
    [InlineData("""{"name":"a"}""")]
    [InlineData("""{"version":"1.0.0"}""")]
    [InlineData("""{"type":"module"}""")]
    [InlineData("""{"name":"","version":""}""")]
    public void TakesNoPackageWithoutANameAndAVersion(string text)
    {
        var file = new TestFile("node_modules/a/package.json", text);
        Assert.Empty(file.Packages(new NodeModules()));
        Assert.Empty(file.Notes);
    }

    [Theory]
    [InlineData("""{"name":"a","version":"1.0.0","license":{"type":"MIT","url":"x"}}""", "MIT")]
    [InlineData("""{"name":"a","version":"1.0.0","licenses":[{"type":"MIT"},"BSD-2-Clause"]}""", "MIT,BSD-2-Clause")]
    [InlineData("""{"name":"a","version":"1.0.0","license":7}""", "")]
    public void ReadsLicencesOfEveryAge(string text, string licenses) =>
        Assert.Equal(licenses, string.Join(',', Assert.Single(new TestFile("node_modules/a/package.json", text).Packages(new NodeModules())).Licenses));

    [Fact]
    public void ToleratesAByteOrderMarkAndDoubledMembers()
    {
        var file = new TestFile("node_modules/a/package.json", "\uFEFF" + """{"name":"b","name":"a","version":3,"version":"1.0.0"}""");
        Assert.Equal("a@1.0.0", CollectorRun.Name(Assert.Single(file.Packages(new NodeModules()))));
        Assert.Empty(file.Notes);
    }

    [Fact]
    public void ListsGitAndAddressesOfTheFirstFormatWithoutAVersion()
    {
        // By the description of version 1: "version" is a specifier for what is not from a registry.
        var file = new TestFile("package-lock.json", """
            {"lockfileVersion":1,"dependencies":{
              "a":{"version":"git+ssh://git@host.example/a.git#0123456789012345678901234567890123456789"},
              "b":{"version":"https://host.example/b-1.0.0.tgz"},
              "c":{"version":"github:user/c#0123456"},
              "d":{"version":"file:../d"},
              "e":{"version":"npm:@s/f@2.0.0","dev":true},
              "g":{"version":"1.0.0","bundled":true,"dependencies":{"a":{"version":"1.1.1","optional":true}}}}}
            """);
        Assert.Equal(["@s/f@2.0.0", "a@", "a@1.1.1", "b@", "c@", "g@1.0.0"], CollectorRun.Names(file.Packages(new PackageLock())));
    }

    [Fact]
    public void HasNoScopeWhenAnyPlaceRuns()
    {
        var file = new TestFile("package-lock.json", """
            {"packages":{"":{"name":"x"},"node_modules/a":{"version":"1.0.0","dev":true},"node_modules/b/node_modules/a":{"version":"1.0.0"},
              "node_modules/c":{"version":"1.0.0","devOptional":true},"node_modules/d":{"version":"1.0.0","peer":true}}}
            """);
        Assert.Equal(["a:", "c:optional", "d:peer"], file.Packages(new PackageLock()).Select(p => $"{p.Name}:{p.Scope}"));
    }

    [Fact]
    public void KeepsWhatCameBeforeATear()
    {
        var file = new TestFile("package-lock.json", """{"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"ver""");
        Assert.Equal(["a@1.0.0"], CollectorRun.Names(file.Packages(new PackageLock())));
        Assert.Equal(Notes.Malformed, Assert.Single(file.Notes).Kind);
    }

    [Theory]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData(" = v1.2.3 ", "1.2.3")]
    [InlineData("", null)]
    public void ComparesVersionsWithoutWhatNpmPassesOver(string version, string? expected) => Assert.Equal(expected, NpmEcosystem.Ecosystem.NormalizeVersion(version));

    private IReadOnlyList<Package> Locked(int version)
    {
        var file = new TestFile("package-lock.json", project.Lock(version));
        var packages = file.Packages(new PackageLock());
        Assert.Empty(file.Notes);
        return packages;
    }
}
