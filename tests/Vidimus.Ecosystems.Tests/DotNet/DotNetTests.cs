using System.Text;
using System.Text.Json;
using Vidimus.Ecosystems.DotNet;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.DotNet;

/// <summary>The judge is <c>dotnet list package --include-transitive</c> over a project that the SDK restored and published.</summary>
public sealed class DotNetTests : IDisposable
{
    private const string Lock = """
        // NuGet writes no comments, but its reader takes them
        {
          "version": 2,
          "dependencies": {
            "net8.0": {
              "Direct.One": { "type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "contentHash": "x", "dependencies": { "Transitive.One": "1.0.0" } },
              "Transitive.One": { "type": "Transitive", "resolved": "1.0.1-beta.2" },
              "Central.One": { "type": "CentralTransitive", "requested": "[3.0.0, )", "resolved": "3.0.0" },
              "some.project": { "type": "Project", "dependencies": { "Direct.One": "[1.0.0, )" } }
            },
            "net8.0/linux-x64": { "Transitive.One": { "type": "Transitive", "resolved": "1.0.1-beta.2" }, "Native.One": { "type": "Transitive", "resolved": "4.3.0" }, },
          },
        }
        """;

    private const string Deps = """
        {
          "runtimeTarget": { "name": ".NETCoreApp,Version=v8.0/linux-x64", "signature": "" },
          "targets": {
            ".NETCoreApp,Version=v8.0": {},
            ".NETCoreApp,Version=v8.0/linux-x64": {
              "app/1.0.0": { "dependencies": { "With.Files": "1.0.0" }, "runtime": { "app.dll": {} } },
              "With.Files/1.0.0": { "runtime": { "lib/net8.0/With.Files.dll": {} } },
              "With.Native/1.0.0": { "runtimeTargets": { "runtimes/linux/native/x.so": { "rid": "linux", "assetType": "native" } } },
              "System.Old/4.3.0": { "dependencies": { "With.Files": "1.0.0" } },
              "Facade/4.3.0": { "compile": { "ref/x.dll": {} }, "runtime": {} },
              "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { "runtime": { "System.Private.CoreLib.dll": {} } }
            }
          },
          "libraries": {
            "app/1.0.0": { "type": "project", "serviceable": false, "sha512": "" },
            "With.Files/1.0.0": { "type": "package", "serviceable": true, "sha512": "x" },
            "With.Native/1.0.0": { "type": "package", "serviceable": true, "sha512": "x" },
            "System.Old/4.3.0": { "type": "package", "serviceable": true, "sha512": "x" },
            "Facade/4.3.0": { "type": "package", "serviceable": true, "sha512": "x" },
            "Some.Reference/1.0.0.0": { "type": "reference" },
            "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { "type": "runtimepack", "serviceable": false, "sha512": "" }
          }
        }
        """;

    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    private static string[] Found(TestFile file, ICollector collector) => [.. file.Packages(collector).Select(p => $"{p.Name}@{p.Version}").Order(StringComparer.OrdinalIgnoreCase)];

    [Fact]
    public void ReadsWhatTheSdkWrites()
    {
        RealTool.Require("dotnet");
        File.WriteAllText(folder["app.csproj"], """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Spectre.Console" Version="0.49.1" />
                <PackageReference Include="Microsoft.ApplicationInsights" Version="2.23.0" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(folder["Program.cs"], "System.Console.WriteLine(1);\n");
        Publish("out");

        using var listed = JsonDocument.Parse(RealTool.Run("dotnet", ["list", "package", "--include-transitive", "--format", "json"], folder: folder.Path));
        var framework = listed.RootElement.GetProperty("projects")[0].GetProperty("frameworks")[0];
        string[] expected = [.. new[] { "topLevelPackages", "transitivePackages" }
            .SelectMany(kind => framework.TryGetProperty(kind, out var packages) ? packages.EnumerateArray() : default(IEnumerable<JsonElement>) ?? [])
            .Select(p => $"{p.GetProperty("id")}@{p.GetProperty("resolvedVersion")}").Order(StringComparer.OrdinalIgnoreCase)];

        Assert.Contains("Spectre.Console@0.49.1", expected);
        Assert.Equal(expected, Found(TestFile.Of(folder["packages.lock.json"], "app/packages.lock.json"), new PackagesLock()));

        // What is deployed: of the listed packages those whose assemblies lie in the output. (These two packages' assemblies have the packages' names.)
        string[] deployed = [.. expected.Where(p => File.Exists(folder[$"out/{p.Split('@')[0]}.dll"]))];
        Assert.NotEmpty(deployed);
        Assert.Equal(deployed, Found(TestFile.Of(folder["out/app.deps.json"], "app/app.deps.json"), new DotNetDeps()));

        // A self-contained application brings its runtime, whose version its runtimeconfig.json tells as well.
        Publish("whole", "-r", "linux-x64", "--self-contained");
        using var config = JsonDocument.Parse(File.ReadAllText(folder["whole/app.runtimeconfig.json"]));
        var runtime = config.RootElement.GetProperty("runtimeOptions").GetProperty("includedFrameworks")[0];
        Assert.Equal("Microsoft.NETCore.App", runtime.GetProperty("name").GetString());
        Assert.Equal(
            deployed.Append($"Microsoft.NETCore.App.Runtime.linux-x64@{runtime.GetProperty("version")}").Order(StringComparer.OrdinalIgnoreCase),
            Found(TestFile.Of(folder["whole/app.deps.json"], "app/app.deps.json"), new DotNetDeps()));

        void Publish(string output, params string[] options) =>
            RealTool.Run("dotnet", ["publish", "-o", folder[output], "-v", "q", "--nologo", "-p:UseSharedCompilation=false", "-nodeReuse:false", .. options], folder: folder.Path);
    }

    /// <summary>The folder of a shared framework is named for its version.</summary>
    [Fact]
    public void NamesTheSharedFrameworksOfThisMachine()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var package = Assert.Single(TestFile.Of(Path.Combine(runtime, "Microsoft.NETCore.App.deps.json"), "x/Microsoft.NETCore.App.deps.json").Packages(new DotNetDeps()));
        Assert.StartsWith("Microsoft.NETCore.App.Runtime.", package.Name, StringComparison.Ordinal);
        Assert.Equal(Path.GetFileName(runtime), package.Version);
    }

    [Fact]
    public void ListsWhatIsDeployedAndTheRuntime()
    {
        foreach (var text in new[] { Deps, "\uFEFF" + Deps, "/* a comment */" + Deps })
        {
            var file = new TestFile("app/app.deps.json", text);
            Assert.Equal(["Microsoft.NETCore.App.Runtime.linux-x64@8.0.1", "With.Files@1.0.0", "With.Native@1.0.0"], Found(file, new DotNetDeps()));
            Assert.Empty(file.Notes);
        }
    }

    [Fact]
    public void ReadsLockFilesOfBothVersions()
    {
        foreach (var text in new[] { Lock, Lock.Replace("\"version\": 2", "\"version\": 1", StringComparison.Ordinal), "\uFEFF" + Lock })
        {
            var file = new TestFile("app/packages.lock.json", text);
            Assert.Equal(["Central.One@3.0.0", "Direct.One@1.0.0", "Native.One@4.3.0", "Transitive.One@1.0.1-beta.2"], Found(file, new PackagesLock()));
            Assert.Empty(file.Notes);
        }

        var unknown = new TestFile("app/packages.lock.json", Lock.Replace("\"version\": 2", "\"version\": 3", StringComparison.Ordinal));
        Assert.Empty(Found(unknown, new PackagesLock()));
        Assert.Equal(Notes.Unsupported, Assert.Single(unknown.Notes).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"version":1,"dependencies":{"net8.0":{"\ud800":{"type":"Direct","resolved":"1"}}},"libraries":{"\udfff/1":{"type":"package"}}}""")]
    [InlineData("""{"version":1,"dependencies":{"net8.0":{"A":{"type":"Direct"}}}}""")]
    public void NotesWhatIsMalformed(string text)
    {
        foreach (var collector in new ICollector[] { new DotNetDeps(), new PackagesLock() })
        {
            var file = new TestFile("x", text);
            Assert.Empty(file.Collect(collector));
            Assert.Single(file.Notes);
        }
    }

    [Fact]
    public void SurvivesDepthTruncationAndMutation()
    {
        foreach (var (text, collector) in new (string, ICollector)[] { (Deps, new DotNetDeps()), (Lock, new PackagesLock()) })
        {
            var deep = new TestFile("x", string.Concat(Enumerable.Repeat("{\"libraries\":", 65_535)));
            Assert.Empty(deep.Collect(collector));
            Assert.Single(deep.Notes);

            var bytes = Encoding.UTF8.GetBytes(text);
            for (var length = 0; length < bytes.Length; length++) new TestFile("x", bytes[..length]).Collect(collector);

            foreach (var mutated in Mutations.Of(bytes, seed: 20261124, count: 5000)) new TestFile("x", mutated).Collect(collector);
        }
    }

    /// <summary>The folder is as <c>dotnet restore</c> leaves it: NuGet's documentation, "Global packages folder"; the file as NuGet's reference of .nuspec has it.</summary>
    [Fact]
    public void APackagesFolderAccountsForItsAssemblies()
    {
        const string Nuspec = "<?xml version=\"1.0\"?><package xmlns=\"http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd\"><metadata><id>Some.Library</id><version>1.2.0</version></metadata></package>";
        Fact[] Read(string path, string text) => [.. new TestFile(path, text).Collect(new NugetPackageFolder())];

        var facts = Read("root/.nuget/packages/some.library/1.2.0/some.library.nuspec", Nuspec);
        Assert.Equal(("Some.Library", "1.2.0"), facts.OfType<Package>().Select(p => (p.Name, p.Version)).Single());
        Assert.Equal(new Accounts("root/.nuget/packages/some.library/1.2.0", Below: true), facts.OfType<Accounts>().Single());
        Assert.Empty(Read("src/some.library/some.library.nuspec", Nuspec)); // what a package will be made from

        facts = Read("usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/10.0.1/data/FrameworkList.xml", "<FileList/>");
        Assert.Equal(("Microsoft.NETCore.App.Ref", "10.0.1"), facts.OfType<Package>().Select(p => (p.Name, p.Version)).Single());
        Assert.Equal(new Accounts("usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/10.0.1", Below: true), facts.OfType<Accounts>().Single());
    }
}
