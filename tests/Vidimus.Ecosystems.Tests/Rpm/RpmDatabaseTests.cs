using System.Globalization;
using System.Text;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Rpm;

/// <summary>The judge is rpm: each of the three releases that write a kind of database installs and removes the same packages and is asked what it has.</summary>
public sealed class RpmDatabaseTests(RpmPackages packages) : IClassFixture<RpmPackages>
{
    private const string PackageFormat = @"%{NAME}\t%{EPOCHNUM}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{MODULARITYLABEL}\t%{VENDOR}\t%{LICENSE}\n";
    private const string FileFormat = @"[%{=NAME}\t%{FILENAMES}\t%{FILEDIGESTS}\n]";

    [Fact]
    public void EqualsRpmWithSqlite()
    {
        using var folder = Places.Temporary();
        Judge(folder.Path, "rpmdb.sqlite", arguments => RealTool.Run("rpm", ["--root", folder.Path, .. arguments]), path => path);
    }

    [Fact]
    public void EqualsRpmWithBerkeleyDb() => JudgeIn(DebianRoot.With("rpm-bdb", "bullseye", "rpm"), "bdb", "Packages");

    [Fact]
    [Trait("Long", "true")]
    public void EqualsRpmWithNdb() => JudgeIn(DebianRoot.With("rpm-ndb", "trixie", "rpm"), "ndb", "Packages.db");

    private void JudgeIn(string root, string backend, string file)
    {
        var inside = $"/tmp/{Path.GetRandomFileName()}";
        var folder = root + inside;
        Directory.CreateDirectory(folder);
        try
        {
            Judge(folder, file, arguments => RealTool.Run("chroot", [root, "rpm", "--root", inside, "--define", $"_db_backend {backend}", .. arguments]), path =>
            {
                File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
                return $"{inside}/{Path.GetFileName(path)}";
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <param name="place">Puts a package where rpm finds it, and says where.</param>
    private void Judge(string root, string file, Func<string[], string> rpm, Func<string, string> place)
    {
        // rpm 4.20 refuses a package of its keys' name; the older ones take it for one.
        var files = packages.Files.Where(f => file is not "Packages.db" || !Path.GetFileName(f).StartsWith("gpg-pubkey", StringComparison.Ordinal)).Select(place).ToList();
        Assert.True(files.Count > 250);
        string[] database = ["--dbpath", "/var/lib/rpm"];
        rpm([.. database, "--initdb"]);
        rpm([.. database, "--justdb", "--nodeps", "--noscripts", "--nosignature", "-i", .. files]);
        var names = rpm([.. database, "-qa", "--qf", @"%{NAME}\n"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToList();
        rpm([.. database, "--justdb", "--nodeps", "-e", .. names.Where((_, i) => i % 4 == 0)]);
        rpm([.. database, "--justdb", "--nodeps", "--noscripts", "--nosignature", "-U", "--replacepkgs", "--replacefiles", "--oldpackage", .. files.Where((_, i) => i % 3 == 0)]);

        var source = TestFile.Of(Path.Combine(root, "var/lib/rpm", file), $"var/lib/rpm/{file}");
        if (File.Exists(Path.Combine(root, "var/lib/rpm", file + "-wal"))) source.With(TestFile.Of(Path.Combine(root, "var/lib/rpm", file + "-wal"), $"var/lib/rpm/{file}-wal"));
        var facts = source.Collect(new RpmDatabase());

        Assert.Empty(source.Notes);
        var expected = rpm([.. database, "-qa", "--qf", PackageFormat]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("gpg-pubkey\t", StringComparison.Ordinal)).Select(Row).ToList();
        Assert.True(expected.Count > 200);
        Assert.Equal(expected.Order(StringComparer.Ordinal), facts.OfType<Package>().Select(Row).Order(StringComparer.Ordinal));
        AssertFiles(rpm([.. database, "-qa", "--qf", FileFormat]), facts.OfType<OwnedFiles>());
    }

    /// <summary>rpm's row in the form of ours: the source split, "(none)" as nothing, the source's epoch left out on both sides (rpm does not tell it).</summary>
    private static string Row(string line)
    {
        var fields = line.Split('\t');
        var source = fields[4].Replace(".src.rpm", "", StringComparison.Ordinal);
        var release = source.LastIndexOf('-');
        var version = source.LastIndexOf('-', release - 1);
        return string.Join('\t', fields[0], fields[1] is "0" ? fields[2] : $"{fields[1]}:{fields[2]}", fields[3], source[..version], source[(version + 1)..], fields[5].Replace("(none)", "", StringComparison.Ordinal), fields[6].Replace("(none)", "", StringComparison.Ordinal), fields[7]);
    }

    private static string Row(Package p) =>
        string.Join('\t', p.Name, p.Version, p.Architecture, p.Source!.Name, p.Source.Version[(p.Source.Version.IndexOf(':', StringComparison.Ordinal) + 1)..], p.Module, p.Vendor, Assert.Single(p.Licenses));

    private static void AssertFiles(string listing, IEnumerable<OwnedFiles> owned)
    {
        // Folders have no digest, and digests of 64 bytes (SHA-512) are of no kind that a fact can carry.
        var expected = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))
            .Where(fields => fields[0] is not "gpg-pubkey" && fields[2].Length is 32 or 40 or 64)
            .Select(fields => $"{fields[0]} {PathHash.Of(fields[1].AsSpan(1))} {fields[2]}").ToList();
        var found = owned.SelectMany(o => o.Paths.Select((path, i) => $"{o.Owner} {path} {Convert.ToHexStringLower(o.Digests.AsSpan(i * (o.Digests.Length / o.Paths.Length), o.Digests.Length / o.Paths.Length))}"));
        Assert.True(expected.Count > 1000);
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    /// <summary>A source's epoch is learnt from the packages that have its version; the case is perl's, whose modules count for themselves.</summary>
    [Fact]
    public void LearnsTheEpochOfASource()
    {
        using var folder = Places.Temporary();
        RealTool.Require("rpmbuild", "rpm");
        File.WriteAllText(folder["perl.spec"], """
            Name: perl
            Epoch: 4
            Version: 5.26.3
            Release: 1
            Summary: s
            License: x
            BuildArch: noarch
            %description
            d
            %files
            %package -n perl-Errno
            Epoch: 0
            Version: 1.28
            Summary: s
            %description -n perl-Errno
            d
            %files -n perl-Errno
            """);
        RealTool.Run("rpmbuild", ["-bb", "--quiet", "--define", $"_topdir {folder["top"]}", folder["perl.spec"]]);
        RealTool.Run("rpm", ["--root", folder["root"], "--dbpath", "/var/lib/rpm", "--nodeps", "-i", .. Directory.EnumerateFiles(folder["top/RPMS/noarch"])]);
        var found = TestFile.Of(folder["root/var/lib/rpm/rpmdb.sqlite"], "var/lib/rpm/rpmdb.sqlite").Packages(new RpmDatabase()).ToDictionary(p => p.Name);
        Assert.Equal(("4:5.26.3-1", "4:5.26.3-1"), (found["perl"].Version, found["perl"].Source!.Version));
        Assert.Equal(("1.28-1", "4:5.26.3-1"), (found["perl-Errno"].Version, found["perl-Errno"].Source!.Version));
    }

    [Theory]
    [InlineData("usr/lib/sysimage/rpm/Packages.db")]
    [InlineData("var/lib/rpm/Packages")]
    public void NotesAFileThatIsNoDatabase(string path)
    {
        var file = new TestFile(path, "nothing of the kind");
        Assert.Empty(file.Collect(new RpmDatabase()));
        Assert.Single(file.Notes);
        Assert.Contains(new RpmDatabase().Wants, glob => glob.Matches(path));
    }

    [Fact]
    public void SurvivesDamage()
    {
        using var folder = Places.Temporary();
        RealTool.Run("rpm", ["--root", folder.Path, "--dbpath", "/var/lib/rpm", "--nodeps", "--noscripts", "-i", .. packages.Files.Order(StringComparer.Ordinal).Take(12)]);
        var bytes = File.ReadAllBytes(folder["var/lib/rpm/rpmdb.sqlite"]);
        var whole = new TestFile("var/lib/rpm/rpmdb.sqlite", bytes).Packages(new RpmDatabase()).Count;
        Assert.InRange(whole, 11, 12);

        // Half of the damage goes where the packages' headers are.
        var begin = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("source-"));
        var noted = 0;
        foreach (var copy in Mutations.Of(bytes, seed: 13, count: 300).Concat(Mutations.Of(bytes[(begin & ~4095)..], seed: 14, count: 300).Select(tail => (byte[])[.. bytes[..(begin & ~4095)], .. tail])))
        {
            var file = new TestFile("var/lib/rpm/rpmdb.sqlite", copy);
            _ = file.Collect(new RpmDatabase());
            if (file.Notes.Count > 0) noted++;
        }

        Assert.True(noted > 50, noted.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Headers alone, damaged at every byte and at random.</summary>
    [Fact]
    public void ReadsNoHeaderBeyondItsEnd()
    {
        byte[] header =
        [
            0, 0, 0, 3, 0, 0, 0, 16,
            0, 0, 3, 232, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1,
            0, 0, 3, 235, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1,
            0, 0, 4, 93, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 3,
            (byte)'a', (byte)'b', (byte)'c', 0, 0, 0, 0, 5, (byte)'x', 0, 0, (byte)'y', (byte)'y', 0, 1, 2,
        ];
        Assert.Equal("abc", RpmHeader.Open(header).Text(RpmTag.Name));
        Assert.Equal(5u, RpmHeader.Open(header).Number(RpmTag.Epoch));
        Assert.Equal(["x", "", "yy"], Names(header));

        for (var length = 0; length < header.Length; length++) Assert.Throws<InvalidDataException>(() => Names(header[..length]));
        foreach (var copy in Mutations.Of(header, seed: 15, count: 20_000))
        {
            try
            {
                _ = Names(copy);
            }
            catch (InvalidDataException)
            {
                // The one answer to damage.
            }
        }

        static List<string> Names(byte[] blob)
        {
            var opened = RpmHeader.Open(blob);
            _ = opened.Text(RpmTag.Name);
            _ = opened.Number(RpmTag.Epoch);
            var names = new List<string>();
            var strings = opened.Strings(RpmTag.BaseNames);
            while (strings.MoveNext()) names.Add(Encoding.UTF8.GetString(strings.Current));
            return names;
        }
    }
}
