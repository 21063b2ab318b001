using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Zip;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree.Zip;

/// <summary>Zip files made by Info-ZIP, Python and the JDK, of folders that GNU find and sha256sum tell of.</summary>
public sealed class ZipTreeTests : IDisposable
{
    private readonly TemporaryFolder folder = Places.Temporary();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("zip -qry ../made.zip .")]
    [InlineData("zip -qry0 ../made.zip .")]
    [InlineData("zip -qry -fz ../made.zip .")]
    [InlineData("zip -qry - . > ../made.zip")]
    [InlineData("bsdtar --format zip -cf ../made.zip *")]
    public void EveryFileIsAsTheOriginal(string command)
    {
        RealTool.Require("zip", "bsdtar");
        DiskSampleTree();
        RealTool.Bash(command, folder["tree"]);
        Assert.Equal(TargetKind.Zip, Targets.Recognise(folder["made.zip"]));
        using var tree = new ZipTree(folder["made.zip"]);
        var read = Recorder.Of(tree);
        Assert.Empty(read.Notes);
        Assert.Equal(Essence(Judge.Find(folder["tree"], withOwner: false, withTime: false)), Essence(Lines(read)));
    }

    [Theory]
    [InlineData("jar cf ../made.zip .")]
    [InlineData("/usr/bin/python3 -m zipfile -c ../made.zip .")]
    public void ContentsAreAsTheOriginals(string command)
    {
        RealTool.Require("jar");
        DiskSampleTree();
        RealTool.Bash("find . -type l -delete", folder["tree"]);
        RealTool.Bash(command, folder["tree"]);
        using var tree = new ZipTree(folder["made.zip"]);
        var digests = Recorder.Of(tree).Digests;
        digests.Remove("META-INF/MANIFEST.MF");
        var expected = Judge.Find(folder["tree"]).Where(l => l.Contains(" | File ", StringComparison.Ordinal)).Select(l => $"{l[..l.IndexOf(" | ", StringComparison.Ordinal)]} {l[^64..]}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), digests.Select(d => $"{d.Key} {d.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OddEntriesAreNotedOrLeftOut()
    {
        RealTool.Require("zip");
        RealTool.Bash("""
            echo secret > secret; echo open > open; zip -q -P word made.zip secret; zip -q made.zip open
            /usr/bin/python3 - <<'END'
            import warnings, zipfile
            warnings.simplefilter("ignore")
            with zipfile.ZipFile("made.zip", "a") as z:
                for name, text in (("twice", "first"), ("twice", "second"), ("../out", "x"), ("/rooted/a", "y"), ("a//./b", "z")): z.writestr(name, text)
                dos = zipfile.ZipInfo("win\\dows\\file"); dos.create_system = 0; dos.filename = "win\\dows\\file"; z.writestr(dos, "w")
            END
            """, folder.Path);
        using var tree = new ZipTree(folder["made.zip"]);
        var read = Recorder.Of(tree);
        Assert.Equal(["a/b", "open", "rooted/a", "twice", "win/dows/file"], read.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4", read.Digests["twice"]); // sha256sum of "second"
        Assert.Contains(read.Notes, n => n is { Kind: Notes.Unsupported, Path: "secret" });
        Assert.Contains(read.Notes, n => n is { Kind: Notes.Information, Path: "twice" });
        Assert.Contains(read.Notes, n => n.Kind is Notes.Malformed && n.Path.Contains("out", StringComparison.Ordinal));
    }

    [Fact]
    public void APackageIsATreeOfItself()
    {
        RealTool.Require("jar");
        RealTool.Bash("mkdir x && echo a > x/a && jar cf app.jar -C x .", folder.Path);
        using var tree = new ZipTree(folder["app.jar"]);
        var read = Recorder.Of(tree);
        Assert.Equal(["app.jar"], read.Entries.Keys);
        Assert.Equal(RealTool.Run("sha256sum", [folder["app.jar"]])[..64], read.Digests["app.jar"]);
    }

    [Fact]
    public void DamageIsNotedOrRefused()
    {
        RealTool.Require("zip");
        RealTool.Bash("mkdir x; for n in $(seq 40); do seq $n > x/f$n; done; cd x; zip -q ../made.zip *", folder.Path);
        var original = File.ReadAllBytes(folder["made.zip"]);
        foreach (var bytes in Mutations.Of(original, seed: 5, count: 1500).Concat(Enumerable.Range(0, original.Length / 7).Select(n => original[..(n * 7)])))
        {
            File.WriteAllBytes(folder["damaged"], bytes);
            try
            {
                using var tree = new ZipTree(folder["damaged"]);
                Recorder.Of(tree);
            }
            catch (Exception e) when (e is TargetException or InvalidDataException)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private void DiskSampleTree() => RealTool.Bash("""
        mkdir -p tree/a/b tree/empty && cd tree
        for n in $(seq 300); do seq $n > a/f$n; done; head -c 300000 /dev/urandom > a/b/random; : > a/nothing
        printf x > "$(printf 'caf\xc3\xa9')"; ln -s a/f1 link; ln -s nowhere a/dangling; chmod 755 a/f3; chmod 600 a/f4
        """, folder.Path);

    private static List<string> Lines(Recorder read) => read.Lines(withOwner: false, withTime: false);

    /// <summary>Without folders, which some makers leave out.</summary>
    private static IEnumerable<string> Essence(IEnumerable<string> lines) => lines.Where(l => !l.Contains(" | Folder ", StringComparison.Ordinal)).Select(l => l.Contains(" | SymbolicLink ", StringComparison.Ordinal) ? l.Replace(" 777 ", " ", StringComparison.Ordinal).Replace(" 755 ", " ", StringComparison.Ordinal) : l);
}
