using System.Text.Json;
using Vidimus.Ecosystems.DotNet;
using Vidimus.Ecosystems.Programs;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Programs;

/// <summary>What linkers and compilers put into a program about where it comes from.</summary>
public sealed class EmbeddedTests
{
    /// <summary>The note is made by the real linker; <c>readelf -n</c> sees the same.</summary>
    [Fact]
    public void ReadsTheLinkersPackageNote()
    {
        RealTool.Require("gcc", "readelf");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["a.c"], "int main(void) { return 0; }\n");
        const string Json = """{"type":"rpm","os":"fedora","name":"openssl","version":"1:3.0.9-1.fc38","architecture":"x86_64"}""";
        RealTool.Run("gcc", ["-o", "a", "a.c", "-Xlinker", "--package-metadata=" + Json], folder: folder.Path);
        Assert.Contains(Json, RealTool.Run("readelf", ["-n", "a"], folder: folder.Path));

        var file = TestFile.Of(folder["a"], "opt/a");
        var package = Assert.Single(file.Packages(new ElfNotes()));
        Assert.Equal(("generic", "fedora", "openssl", "1:3.0.9-1.fc38", "x86_64"), (package.Type, package.Namespace, package.Name, package.Version, package.Architecture));
        Assert.Empty(file.Notes);
        Damage(folder["a"], new ElfNotes());
    }

    /// <summary>The two symbols as GraalVM's manual has them, in a program that gcc made.</summary>
    [Fact]
    public void ReadsANativeImagesSbom()
    {
        RealTool.Require("gcc", "gzip", "xxd");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["sbom.json"], """{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","group":"org.example","name":"a","version":"1.0","purl":"pkg:maven/org.example/a@1.0"},{"type":"library","name":"b","version":"2"}]}""");
        RealTool.Bash("gzip -nc sbom.json > packed; { printf 'const unsigned char sbom[] = {'; xxd -i < packed; printf '}; const unsigned long sbom_length = sizeof sbom; int main(void) { return 0; }'; } > a.c; gcc -rdynamic -o a a.c; strip a", folder.Path);

        var file = TestFile.Of(folder["a"], "opt/a");
        Assert.Equal(["org.example/a@1.0", "b@2"], file.Packages(new NativeImageSbom()).Select(p => (p.Namespace is null ? "" : p.Namespace + "/") + $"{p.Name}@{p.Version}"));
        Assert.Empty(file.Notes);
        Damage(folder["a"], new NativeImageSbom());
    }

    /// <summary>The judge is the runtime's own list, Microsoft.NETCore.App.deps.json: each assembly beside it is of that version.</summary>
    [Fact]
    public void ReadsTheVersionsOfDotNetsOwnAssemblies()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(runtime, "Microsoft.NETCore.App.deps.json")));
        var version = list.RootElement.GetProperty("libraries").EnumerateObject().First().Name.Split('/')[1];
        var files = Directory.GetFiles(runtime, "System.*.dll");
        var right = 0;
        foreach (var path in files)
        {
            var file = TestFile.Of(path, Path.GetFileName(path));
            var package = Assert.Single(file.Packages(new PeVersions()));
            Assert.Equal(version, package.Version);
            Assert.Equal("nuget", package.Type);
            if (package.Name == Path.GetFileNameWithoutExtension(path)) right++;
        }

        Assert.Equal(files.Length - 1, right); // all but the core library, which stands for the runtime
        Assert.Equal("Microsoft.NETCore.App.Runtime", Assert.Single(TestFile.Of(Path.Combine(runtime, "System.Private.CoreLib.dll"), "a.dll").Packages(new PeVersions())).Name);
        Damage(Path.Combine(runtime, "System.Threading.Channels.dll"), new PeVersions(), 300);
    }

    private static void Damage(string path, ICollector collector, int count = 1000)
    {
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 400)) new TestFile("a.dll", whole[..length]).Collect(collector);
        foreach (var damaged in Mutations.Of(whole, seed: 5, count)) new TestFile("a.dll", damaged).Collect(collector);
    }
}
