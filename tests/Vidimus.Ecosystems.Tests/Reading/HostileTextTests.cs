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
    private static IReadOnlyList<Fixture> Samples => Fixture.All;

    public static TheoryData<int> All => [.. Enumerable.Range(0, Samples.Count)];

    [Theory]
    [MemberData(nameof(All))]
    public void SurvivesTearsAndFlippedBits(int sample)
    {
        var (collector, path, text) = (Samples[sample].Collector, Samples[sample].Path, Samples[sample].Text);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var length = 0; length < bytes.Length; length++) new TestFile(path, bytes[..length]).Collect(collector);

        foreach (var damaged in Mutations.Of(bytes, sample, 1500)) new TestFile(path, damaged).Collect(collector);

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
        var (collector, path, text) = (Samples[sample].Collector, Samples[sample].Path, Samples[sample].Text);
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
        var (collector, path, text) = (Samples[sample].Collector, Samples[sample].Path, Samples[sample].Text);
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
