using System.Text;
using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Npm;
using Vidimus.Ecosystems.Php;
using Vidimus.Ecosystems.Python;
using Vidimus.Ecosystems.Ruby;
using Vidimus.Ecosystems.Rust;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Reading;

/// <summary>Torn, damaged and lying files before every collector of text: packages and notes may come, nothing else.</summary>
public sealed class HostileTextTests
{
    private const string Toml = "[[package]]\nname = \"a\"\nversion = \"1.0\"\nsource = \"registry+x\"\ngroups = [\"main\"]\n[package.other]\ntype = 'file'\n";

    private static readonly (ICollector Collector, string Path, string Text)[] Samples =
    [
        (new NodeModules(), "node_modules/a/package.json", """{"name":"@s/a","version":"1.0.0","licenses":[{"type":"MIT"}],"x":{"y":[1,true,null,"\u00e9"]}}"""),
        (new PackageLock(), "package-lock.json", """{"lockfileVersion":2,"packages":{"":{"name":"x"},"node_modules/a":{"version":"1.0.0","dev":true,"license":"MIT"},"b":{"link":true}},"dependencies":{"a":{"version":"1.0.0","dependencies":{"b":{"version":"npm:c@2.0.0"}}}}}"""),
        (new PythonMetadata(), "a-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\nLicense: MIT\n  folded\nClassifier: License :: OSI Approved :: MIT License\n\ntext\n"),
        (new Requirements(), "requirements.txt", "a==1.0 # c\nb[x] === 2.0 ; m \\\n --hash=sha256:0\n-r other.txt\n"),
        (new PipfileLock(), "Pipfile.lock", """{"_meta":{"hash":{}},"default":{"a":{"version":"==1.0"}},"develop":{"b":{"editable":true,"path":"."}}}"""),
        (new PoetryLock(), "poetry.lock", Toml.Replace("source =", "s =", StringComparison.Ordinal)),
        (new UvLock(), "uv.lock", Toml.Replace("\"registry+x\"", "{ registry = \"x\" }", StringComparison.Ordinal)),
        (new InstalledGems(), "specifications/a-1.0.gemspec", "# stub: a 1.0 ruby lib\nGem::Specification.new do |s|\n  s.name = \"a\".freeze\n  s.version = \"1.0\"\n  s.licenses = [\"MIT\".freeze]\nend\n"),
        (new GemfileLock(), "Gemfile.lock", "GEM\n  remote: x\n  specs:\n    a (1.0-java)\n      b (>= 1)\n\nDEPENDENCIES\n  a\n"),
        (new ComposerLock(), "composer.lock", """{"packages":[{"name":"a/b","version":"v1.0","license":["MIT"]}],"packages-dev":[{"name":"c","version":"dev-x"}]}"""),
        (new ComposerInstalled(), "vendor/composer/installed.json", """{"packages":[{"name":"a/b","version":"v1.0"}],"dev":true,"dev-package-names":["a/b"]}"""),
        (new CargoLock(), "Cargo.lock", Toml),
        (new GoMod(), "go.mod", "module m\nrequire (\n\ta.b/c v1.0.0 // indirect\n)\nreplace a.b/c v1.0.0 => \"d.e/f\" v2.0.0\nexclude x v1\ntoolchain go1.21.0\n"),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Samples.Length)];

    [Theory]
    [MemberData(nameof(All))]
    public void SurvivesTearsAndFlippedBits(int sample)
    {
        var (collector, path, text) = Samples[sample];
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.NotEmpty(new TestFile(path, bytes).Packages(collector));
        for (var length = 0; length < bytes.Length; length++) new TestFile(path, bytes[..length]).Collect(collector);

        foreach (var damaged in Mutations.Of(bytes, sample, 3000)) new TestFile(path, damaged).Collect(collector);

        // Pieces of the file in another order: values of every type where others belong.
        var random = new Random(sample);
        for (var i = 0; i < 1000; i++)
        {
            var from = random.Next(bytes.Length);
            var length = random.Next(bytes.Length - from);
            var to = random.Next(bytes.Length);
            new TestFile(path, [.. bytes[..to], .. bytes[from..(from + length)], .. bytes[to..]]).Collect(collector);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NotesDepthWithoutBound(int sample)
    {
        var (collector, path, text) = Samples[sample];
        if (text[0] is not ('{' or '[')) return;
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}"), ("{\"dependencies\":{\"a\":", "}}"), ("{\"packages\":[", "]}") })
        {
            var file = new TestFile(path, string.Concat(Enumerable.Repeat(open, 65_535)) + "1" + string.Concat(Enumerable.Repeat(close, 65_535)));
            Assert.Empty(file.Collect(collector));
            Assert.Contains(file.Notes, n => n.Partial);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SurvivesBytesThatAreNoText(int sample)
    {
        var (collector, path, text) = Samples[sample];
        var random = new Random(sample);
        var noise = new byte[200_000];
        random.NextBytes(noise);
        new TestFile(path, noise).Collect(collector);
        new TestFile(path, new byte[200_000]).Collect(collector);
        new TestFile(path, text.Replace("a", "\\ud800", StringComparison.Ordinal)).Collect(collector);
        new TestFile(path, new string('a', 200_000)).Collect(collector);
        new TestFile(path, string.Concat(Enumerable.Repeat(" \\\n", 200_000))).Collect(collector);
        new TestFile(path, Encoding.UTF8.GetBytes(text).Select(b => b == 'a' ? (byte)0xFF : b).ToArray()).Collect(collector);
    }

    private static int NotesOf(ICollector collector, string path, string text)
    {
        var file = new TestFile(path, text);
        file.Collect(collector);
        return file.Notes.Count;
    }

    [Fact]
    public void RefusesNamesThatNoRegistryHas()
    {
        var file = new TestFile("package-lock.json", $$$"""{"packages":{"node_modules/a":{"version":"1.0.0"},"node_modules/b\u0000c":{"version":"1"},"node_modules/{{{new string('x', 5000)}}}":{"version":"1"},"node_modules/../d":{"version":"1"} } }""");
        Assert.Equal(["a@1.0.0"], CollectorRun.Names(file.Packages(new PackageLock())));
        Assert.Equal(3, file.Notes.Count);
    }

    [Fact]
    public void SaysThatAFileIsWrongAllOverInFewNotes()
    {
        Assert.InRange(NotesOf(new GemfileLock(), "Gemfile.lock", string.Concat(Enumerable.Repeat("<<<<<<< x\n", 100_000))), 1, 30);
        Assert.InRange(NotesOf(new GoMod(), "go.mod", string.Concat(Enumerable.Repeat("require x\n", 100_000))), 1, 30);
        Assert.InRange(NotesOf(new CargoLock(), "Cargo.lock", string.Concat(Enumerable.Repeat("[[package]]\n", 100_000))), 1, 30);
        Assert.InRange(NotesOf(new ComposerLock(), "composer.lock", "{\"packages\":[" + string.Join(',', Enumerable.Repeat("{}", 100_000)) + "]}"), 1, 30);
        Assert.InRange(NotesOf(new Requirements(), "requirements.txt", string.Concat(Enumerable.Repeat("a==\u0001\n", 100_000))), 0, 30);
    }

    [Fact]
    public void CutsALineWithoutEndAndSaysSo()
    {
        var file = new TestFile("requirements.txt", "a==1.0\n" + new string('x', 10_000_000) + "==2\nb==3.0\n");
        Assert.Equal(["a@1.0", "b@3.0"], CollectorRun.Names(file.Packages(new Requirements())));
        Assert.Equal(Notes.Limit, Assert.Single(file.Notes).Kind);
    }
}
