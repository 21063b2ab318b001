using System.Security.Cryptography;
using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;
using static Vidimus.Scanning.Tests.MemoryTree;

namespace Vidimus.Scanning.Tests;

/// <summary>The rules are the OCI image specification's ("Layer") and the ones of docs/adr/0001.</summary>
public class LayerMergeTests
{
    private static readonly ICollector[] Collectors =
    [
        new Lines("test/database", ["var/db/status"], ["var/db/more"]),
        new Lines("test/npm", ["**/package.json"]),
        new Lines("test/os", ["etc/os-release"]),
        new Lines("test/owned", ["var/db/*.sums"]),
        new Lines("test/programs", [FileGlob.Executables]),
    ];

    private static readonly MatchKeys Keys = new(
        [
            new() { Type = "deb", Versions = new Ordinal() },
            new() { Type = "npm", Versions = new Ordinal(), AdvisoryEcosystem = "npm" },
        ],
        [new() { Ids = ["debian"], Family = "Debian", PackageType = "deb", AdvisoryEcosystems = os => [$"Debian:{os.VersionId}"], BySource = true, Feeds = [], IsOwn = p => p.Name is not "foreign" }]);

    [Fact]
    public void LaterLayersWin()
    {
        var inventory = Scan(new(File("a/package.json", "npm a 1")), new(File("a/package.json", "npm a 2")));

        Assert.Equal(["a 2 sha256:layer1"], Shown(inventory));
    }

    [Fact]
    public void AWhiteoutRemovesAPathAndWhatIsUnderIt()
    {
        var inventory = Scan(
            new(File("a/package.json", "npm a 1"), File("b/c/package.json", "npm c 1"), File("d/package.json", "npm d 1")),
            new(File("a/.wh.package.json", ""), File(".wh.b", "")));

        Assert.Equal(["d 1 sha256:layer0"], Shown(inventory));
    }

    [Fact]
    public void AWhiteoutDoesNotTouchItsOwnLayer()
    {
        var inventory = Scan(new(File("a/package.json", "npm old 1")), new(File(".wh.a", ""), File("a/package.json", "npm new 1")));

        Assert.Equal(["new 1 sha256:layer1"], Shown(inventory));
    }

    [Fact]
    public void AnOpaqueFolderHidesLowerLayersOnly()
    {
        var inventory = Scan(
            new(File("a/x/package.json", "npm x 1"), File("b/package.json", "npm b 1")),
            new(File("a/.wh..wh..opq", ""), File("a/y/package.json", "npm y 1")));

        Assert.Equal(["b 1 sha256:layer0", "y 1 sha256:layer1"], Shown(inventory));
    }

    [Fact]
    public void AFileInPlaceOfAFolderHidesWhatWasInIt()
    {
        var inventory = Scan(new(File("a/package.json", "npm a 1")), new(File("a", "no folder any more")));

        Assert.Empty(inventory.Packages);
    }

    [Fact]
    public void AProgramWithoutFactsHidesTheOneUnderIt()
    {
        var inventory = Scan(new(File("bin/x", "MZ x 1", 0b111_101_101)), new(File("bin/x", "#!/bin/sh", 0b110_100_100)));

        Assert.Empty(inventory.Packages);
    }

    [Fact]
    public void APackageIsOfTheLowestLayerThatHeldItWithoutAGap()
    {
        var inventory = Scan(
            new(File("var/db/status", "deb a 1\ndeb b 1")),
            new(File("unrelated", "")),
            new(File("var/db/status", "deb a 1\ndeb b 2\ndeb c 1")),
            new(File("var/db/status", "deb a 1\ndeb b 2\ndeb c 1\ndeb d 1")));

        Assert.Equal(["a 1 sha256:layer0", "b 2 sha256:layer2", "c 1 sha256:layer2", "d 1 sha256:layer3"], Shown(inventory));
    }

    [Fact]
    public void CompanionsAreHandedOverTogetherWhateverComesFirst()
    {
        var before = Scan(new MemoryTree(File("var/db/more", "deb more 1"), File("var/db/status", "deb a 1")));
        var after = Scan(new MemoryTree(File("var/db/status", "deb a 1"), File("var/db/more", "deb more 1")));

        Assert.Equal(["a 1 sha256:layer0", "more 1 sha256:layer0"], Shown(before));
        Assert.Equal(Shown(before), Shown(after));
    }

    [Theory]
    [InlineData("/opt/real", "opt/real/status")]
    [InlineData("../../opt/real", "opt/real/status")]
    [InlineData("../../../../../opt/./real", "opt/real/status")]
    public void AWellKnownPathIsFoundThroughALinkIntoAnotherLayer(string target, string real)
    {
        var inventory = Scan(new(File(real, "deb a 1")), new(Link("var/lib", "x"), Link("var/db", target.Replace("../../..", "../.."))));

        Assert.Equal(["a 1 sha256:layer0"], Shown(inventory));
    }

    [Fact]
    public void LinksInACircleEnd()
    {
        var inventory = Scan(new(Link("var/db", "/var/da"), Link("var/da", "db")), new(Link("etc/os-release", "os-release")));

        Assert.Empty(inventory.Packages);
    }

    [Fact]
    public void AWantedHardLinkIsReadThroughTheNameThatHasTheBytes()
    {
        var inventory = Scan(new MemoryTree(File("blob", "npm a 1"), HardLink("a/package.json", "blob")));

        Assert.Equal(["a 1 sha256:layer0"], Shown(inventory));
    }

    [Fact]
    public void AHardLinkToItselfIsANote()
    {
        var inventory = Scan(new MemoryTree(HardLink("a/package.json", "a/package.json")));

        Assert.Empty(inventory.Packages);
        Assert.Contains(inventory.Notes, n => n.Path == "a/package.json" && n.Partial);
    }

    [Fact]
    public void OwnershipNeedsAnAgreeingDigest()
    {
        const string File1 = "npm honest 1";
        const string File2 = "npm forged 1";
        var inventory = Scan(
            new(File("etc/os-release", "os debian 12"), File("var/db/status", "deb owner 1"),
                File("var/db/owner.sums", $"owns owner usr/lib/a/package.json {Md5(File1)}\nowns owner usr/lib/b/package.json {Md5("something else")}")),
            new(File("usr/lib/a/package.json", File1), File("usr/lib/b/package.json", File2)));

        Assert.Equal("pkg:deb/debian/owner@1?distro=debian-12", inventory.Packages.Single(p => p.Package.Name == "honest").Owner);
        Assert.Null(inventory.Packages.Single(p => p.Package.Name == "forged").Owner);
    }

    [Fact]
    public void AForeignPackageOwnsNothing()
    {
        const string Text = "npm vendored 1";
        var inventory = Scan(new MemoryTree(
            File("etc/os-release", "os debian 12"), File("var/db/status", "deb foreign 1"), File("var/db/f.sums", $"owns foreign opt/package.json {Md5(Text)}"), File("opt/package.json", Text)));

        Assert.Null(inventory.Packages.Single(p => p.Package.Name == "vendored").Owner);
    }

    [Fact]
    public void AFileThatIsNoLongerAsItsPackageInstalledItIsNamed()
    {
        const string Text = "npm same 1";
        Inventory With(string installed) => Scan(new MemoryTree(
            File("etc/os-release", "os debian 12"), File("var/db/status", "deb owner 1"), File("var/db/o.sums", $"owns owner opt/package.json {Md5(installed)}"), File("opt/package.json", Text)));

        Assert.DoesNotContain(With(Text).Notes, n => n.Message.Contains("installed", StringComparison.Ordinal));
        var note = Assert.Single(With("npm other 1").Notes, n => n.Message.Contains("installed", StringComparison.Ordinal));
        Assert.Equal((Notes.Information, "1 file is no longer as its package installed it: opt/package.json"), (note.Kind, note.Message));
    }

    [Fact]
    public void WhatALaterLayerRemovedIsListedWhenAskedFor()
    {
        MemoryTree[] Layers() =>
        [
            new(File("a/package.json", "npm gone 1"), File("b/package.json", "npm b 1"), File("c/package.json", "npm c 1"), File("e/package.json", "npm c 1")),
            new(File(".wh.a", ""), File("b/package.json", "npm b 2"), File(".wh.e", "")),
        ];

        Assert.Equal(["b 2 sha256:layer1", "c 1 sha256:layer0"], Shown(Scan(Layers())));
        var all = ScanWith(new ScanOptions { WithRemoved = true }, Layers());
        Assert.Equal(["b 1 sha256:layer0", "b 2 sha256:layer1", "c 1 sha256:layer0", "gone 1 sha256:layer0"], Shown(all));
        Assert.Equal(["b 1", "gone 1"], all.Packages.Where(p => p.Package.Scope == LayerMerge.Removed).Select(p => $"{p.Package.Name} {p.Package.Version}"));
    }

    [Fact]
    public void OwnershipIsFoundUnderTheOldPlaceOfAMergedUsr()
    {
        const string Text = "npm moved 1";
        var inventory = Scan(new MemoryTree(
            File("etc/os-release", "os debian 12"), File("var/db/status", "deb owner 1"), File("var/db/o.sums", $"owns owner lib/package.json {Md5(Text)}"), File("usr/lib/package.json", Text)));

        Assert.NotNull(inventory.Packages.Single(p => p.Package.Name == "moved").Owner);
    }

    [Theory]
    [InlineData("npm before 1\ntorn", Notes.Malformed)]
    [InlineData("npm before 1\nbroken", Notes.Unreadable)]
    public void WhatGoesWrongInOneFileIsANoteAndTheRestStays(string text, string kind)
    {
        var inventory = Scan(new MemoryTree(File("a/package.json", text), File("b/package.json", "npm b 1")));

        Assert.Equal(["b 1 sha256:layer0", "before 1 sha256:layer0"], Shown(inventory));
        Assert.Equal(kind, Assert.Single(inventory.Notes).Kind);
        Assert.False(inventory.Complete);
    }

    [Fact]
    public void CachedLayersGiveTheSameBytesAsAFreshScan()
    {
        using var folder = Vidimus.Testing.Places.Temporary();
        var odd = PathText.Decode("a\xff\xfe"u8.ToArray().AsSpan()) + "/package.json";
        var tree = new MemoryTree(
            File("etc/os-release", "os debian 12"), File(odd, "npm odd 1"), File("a/.wh.b", ""), File("c/.wh..wh..opq", ""), Link("var/db", "/opt"), File("d/package.json", "npm d 1\ntorn"),
            File("var/x.sums", ""), File("var/db/o.sums", $"owns owner lib/package.json {Md5("x")}"));
        var options = new ScanOptions { Cache = new(folder.Path) };

        var fresh = new Scanner(Collectors, Keys, options).Scan(new MemoryImage(tree), Target, CancellationToken.None);
        var walks = tree.Walks;
        var cached = new Scanner(Collectors, Keys, options).Scan(new MemoryImage(tree), Target, CancellationToken.None);

        Assert.Equal(walks, tree.Walks);
        Assert.Equal(Shown(fresh), Shown(cached));
        Assert.Equal(fresh.Notes, cached.Notes);
        Assert.Contains(cached.Packages, p => p.Locations[0].Path == odd);

        var index = new CollectorIndex(Collectors);
        var facts = new LayerScanner(index, new()).ScanLayer(tree, CancellationToken.None);
        Assert.Equal(LayerCache.ToBytes(facts), LayerCache.ToBytes(options.Cache!.Find("sha256:layer0", index.Signature)!));
        Assert.Null(options.Cache.Find("sha256:layer0", index.Signature + " another/collector@1"));
    }

    [Fact]
    public void ATornCacheFileIsAsIfItWereNotThere()
    {
        using var folder = Vidimus.Testing.Places.Temporary();
        var cache = new LayerCache(folder.Path);
        var index = new CollectorIndex(Collectors);
        var facts = new LayerScanner(index, new()).ScanLayer(new MemoryTree(File("a/package.json", "npm a 1")), CancellationToken.None);
        cache.Keep("sha256:x", facts);
        var file = Directory.GetFiles(folder.Path).Single();
        var bytes = System.IO.File.ReadAllBytes(file);

        for (var length = 0; length < bytes.Length; length++)
        {
            System.IO.File.WriteAllBytes(file, bytes[..length]);
            Assert.Null(cache.Find("sha256:x", index.Signature));
        }
    }

    [Fact]
    public void ExcludedPathsAreNotLookedAt()
    {
        var inventory = ScanWith(new ScanOptions { Exclude = ["a/package.json", "**/skip/*"] }, new MemoryTree(File("a/package.json", "npm a 1"), File("x/skip/package.json", "npm s 1"), File("b/package.json", "npm b 1")));

        Assert.Equal(["b 1 sha256:layer0"], Shown(inventory));
    }

    [Fact]
    public void LargeFilesGoThroughATemporaryFile()
    {
        var text = string.Join('\n', Enumerable.Range(0, 1000).Select(i => $"npm p{i} 1"));
        var inventory = ScanWith(new ScanOptions { MemoryForOneFile = 16 }, new MemoryTree(File("a/package.json", text)));

        Assert.Equal(1000, inventory.Packages.Count);
    }

    [Fact]
    public void AFileOverTheBoundIsANote()
    {
        var inventory = ScanWith(new ScanOptions { LargestFile = 16 }, new MemoryTree(File("a/package.json", "npm a-long-name-indeed 1")));

        Assert.Empty(inventory.Packages);
        Assert.Equal(Notes.Limit, Assert.Single(inventory.Notes).Kind);
    }

    /// <summary>Edges hold within a file; a package that several files tell of has those of all of them.</summary>
    [Fact]
    public void PackagesKnowOfTheOnesThatTheirFilesSayTheyNeed()
    {
        static FileFacts Facts(string path, params Fact[] facts) => new(new FileEntry(path, FileKind.File), facts, null);
        static Package Needing(string name, params string[] needs) => new() { Type = "npm", Name = name, Version = "1", Needs = needs.Length == 0 ? null : [.. needs.Select(n => new PackageName(null, n, "1"))] };
        var layer = new LayerFacts("s", [Facts("a/lock", Needing("a", "b", "elsewhere"), Needing("b")), Facts("b/lock", Needing("a", "c"), Needing("c", "a")), Facts("c/lock", Needing("elsewhere"))], [], [], [], [], []);

        var packages = new LayerMerge([layer]).ToInventory(Target, Keys, [], []).Packages.ToDictionary(p => p.Package.Name);
        Assert.Equal(new[] { packages["b"].Id, packages["c"].Id }.Order(StringComparer.Ordinal), packages["a"].DependsOn);
        Assert.Equal([packages["a"].Id], packages["c"].DependsOn);
        Assert.Empty(packages["b"].DependsOn);
        Assert.All(packages.Values, p => Assert.Null(p.Package.Needs));
    }

    private static TargetInfo Target => new("oci", "test", null, null, []);

    private static Inventory Scan(params MemoryTree[] layers) => ScanWith(new(), layers);

    /// <summary>An assembly that a list in its folder tells of is not a package of its own; a library that was recognised inside one is.</summary>
    [Fact]
    public void WhatAFolderAccountsForIsNotGuessed()
    {
        static FileFacts Facts(string path, params Fact[] facts) => new(new FileEntry(path, FileKind.File), facts, null);
        static Package Guess(string name, bool guesses) => new() { Type = "nuget", Name = name, Version = "1", Evidence = new("a text", 0.6) { GuessesName = guesses } };
        var layer = new LayerFacts("s",
            [
                Facts("app/a.deps.json", new Package { Type = "nuget", Name = "Stated", Version = "1" }, new Accounts("app", Below: false)),
                Facts("app/a.dll", Guess("a", guesses: true)),
                Facts("app/b.dll", Guess("inside-b", guesses: false)),
                Facts("app/sub/c.dll", Guess("c", guesses: true)),
                Facts("nuget/d/1/d.nuspec", new Accounts("nuget/d/1", Below: true)),
                Facts("nuget/d/1/lib/net8.0/d.dll", Guess("d", guesses: true)),
            ],
            [], [], [], [], []);
        Assert.Equal(["c", "inside-b", "Stated"], new LayerMerge([layer]).ToInventory(Target, Keys, [], []).Packages.Select(p => p.Package.Name).Order(StringComparer.OrdinalIgnoreCase));
    }

    private static Inventory ScanWith(ScanOptions options, params MemoryTree[] layers) => new Scanner(Collectors, Keys, options).Scan(new MemoryImage(layers), Target, CancellationToken.None);

    private static string[] Shown(Inventory inventory) => [.. inventory.Packages.SelectMany(p => p.Locations.Select(l => $"{p.Package.Name} {p.Package.Version} {l.Layer}")).Order(StringComparer.Ordinal)];

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed class Ordinal : IVersionScheme
    {
        public string Name => "test";

        public bool IsValid(ReadOnlySpan<char> version) => true;

        public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
    }
}
