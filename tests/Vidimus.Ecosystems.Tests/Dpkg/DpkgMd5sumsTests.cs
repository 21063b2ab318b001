using System.Security.Cryptography;
using System.Text;
using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Dpkg;

public class DpkgMd5sumsTests
{
    /// <summary>The judge is the disk: what dpkg wrote down of libc6's files is what lies there, and the names are dpkg's own.</summary>
    [Fact]
    public void AgreesWithTheFilesOnDisk()
    {
        RealTool.Require("dpkg-query");
        var collector = new DpkgMd5sums();
        var installed = RealTool.Run("dpkg-query", ["-W", "-f", @"${Package}\n"]).Split('\n').ToHashSet();
        var checkedFiles = 0;
        foreach (var path in Directory.EnumerateFiles("/var/lib/dpkg/info", "*.md5sums"))
        {
            var file = TestFile.Of(path, path[1..]);
            foreach (var owned in file.Collect(collector).Cast<OwnedFiles>())
            {
                Assert.Contains(owned.Owner, installed);
                Assert.Equal(owned.Paths.Length * 16, owned.Digests.Length);
                if (owned.Owner is "libc6" or "perl-base") checkedFiles += CheckOnDisk(owned, path);
            }

            Assert.Empty(file.Notes);
        }

        Assert.True(checkedFiles > 100);
    }

    private static int CheckOnDisk(OwnedFiles owned, string md5sums)
    {
        var paths = File.ReadLines(md5sums).Select(line => line[34..]).ToArray();
        Assert.Equal(paths.Select(path => PathHash.Of(path)), owned.Paths);
        var same = paths.Where((path, i) => File.Exists("/" + path) && MD5.HashData(File.ReadAllBytes("/" + path)).AsSpan().SequenceEqual(owned.Digests.AsSpan(i * 16, 16))).Count();
        return same == paths.Count(path => File.Exists("/" + path)) ? same : 0;
    }

    [Fact]
    public void TakesOwnerAndArchitectureFromTheFileName()
    {
        const string line = "d41d8cd98f00b204e9800998ecf8427e  usr/share/doc/libé/empty file\n";
        var owned = Assert.IsType<OwnedFiles>(Assert.Single(new TestFile("var/lib/dpkg/info/libc6:amd64.md5sums", line).Collect(new DpkgMd5sums())));
        Assert.Equal(("deb", "libc6", "amd64", DigestKind.Md5), (owned.Type, owned.Owner, owned.Architecture, owned.Kind));
        Assert.Equal([PathHash.Of("usr/share/doc/libé/empty file")], owned.Paths);
        Assert.Equal(MD5.HashData([]), owned.Digests);
    }

    [Fact]
    public void AsksTheStanzaForTheNameWhereThereIsNoDpkg()
    {
        var file = new TestFile("var/lib/dpkg/status.d/libssl1.md5sums", "d41d8cd98f00b204e9800998ecf8427e  usr/lib/x\n").With(new("var/lib/dpkg/status.d/libssl1", "Package: libssl1.1\nVersion: 1\n"));
        Assert.Equal("libssl1.1", Assert.IsType<OwnedFiles>(Assert.Single(file.Collect(new DpkgMd5sums()))).Owner);
    }

    [Fact]
    public void NotesWhatIsNoLineOfTheFormat()
    {
        var file = new TestFile("var/lib/dpkg/info/a.md5sums", "d41d8cd98f00b204e9800998ecf8427e  ok\nzz1d8cd98f00b204e9800998ecf8427e  bad\nd41d8cd98f00b204e980099");
        Assert.Single(Assert.IsType<OwnedFiles>(Assert.Single(file.Collect(new DpkgMd5sums()))).Paths);
        Assert.StartsWith("2 line(s)", Assert.Single(file.Notes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SurvivesDamage()
    {
        var text = Encoding.UTF8.GetBytes("d41d8cd98f00b204e9800998ecf8427e  usr/bin/a\nd41d8cd98f00b204e9800998ecf8427e  usr/bin/ü\n");
        foreach (var copy in Mutations.Of(text, seed: 2, count: 2000))
        {
            foreach (var owned in new TestFile("var/lib/dpkg/info/a.md5sums", copy).Collect(new DpkgMd5sums()).Cast<OwnedFiles>()) Assert.Equal(owned.Paths.Length * 16, owned.Digests.Length);
        }
    }

    /// <summary>PathHash over bytes is PathHash over their text, also where they are not UTF-8.</summary>
    [Fact]
    public void HashesBytesAsTheirText()
    {
        var random = new Random(3);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (i % 2 == 0) foreach (ref var b in bytes.AsSpan()) b &= 0x7F;
            Assert.Equal(PathHash.Of(PathText.Decode(bytes)), PathHash.Of(bytes.AsSpan()));
        }
    }
}
