using System.Security.Cryptography;
using System.Text;
using Vidimus.Ecosystems.Apk;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Apk;

/// <summary>Written by hand from apk-tools' description of its database: there is no apk tool in Debian or npm.</summary>
public class ApkDatabaseTests
{
    private const string DatabasePath = "lib/apk/db/installed";

    private static readonly string Sha1 = Convert.ToBase64String(SHA1.HashData("busybox"u8));
    private static readonly string Sha256 = Convert.ToBase64String(SHA256.HashData("musl"u8));

    private static readonly string Database = $"""
        C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
        P:busybox-binsh
        V:1.36.1-r5
        A:x86_64
        S:1543
        T:busybox ash /bin/sh
        L:GPL-2.0-only
        o:busybox
        t:1699383189
        c:9a3cc9cba19a6b7c1d5ba3f4ffd9b8df17b3ffd6
        D:busybox=1.36.1-r5
        p:/bin/sh cmd:sh=1.36.1-r5
        F:bin
        R:sh
        a:0:0:777
        Z:Q1{Sha1}
        F:
        R:top
        Z:Q2{Sha256}
        F:etc/logrotate.d
        M:0:0:1777
        R:acpid
        Z:Q1{Sha1}

        P:musl
        V:1.2.4_git20230717-r4
        A:x86_64
        L:MIT


        """;

    [Fact]
    public void ReadsPackagesAndTheirFiles()
    {
        var file = new TestFile(DatabasePath, Database);
        var facts = file.Collect(new ApkDatabase());
        Assert.Empty(file.Notes);

        var packages = facts.OfType<Package>().ToList();
        Assert.Equal(["busybox-binsh 1.36.1-r5 x86_64", "musl 1.2.4_git20230717-r4 x86_64"], packages.Select(p => $"{p.Name} {p.Version} {p.Architecture}"));
        Assert.Equal(new SourcePackage("busybox", "1.36.1-r5"), packages[0].Source);
        Assert.Null(packages[1].Source);
        Assert.Equal(["GPL-2.0-only"], packages[0].Licenses);

        var owned = facts.OfType<OwnedFiles>().ToList();
        Assert.Equal(2, owned.Count);
        Assert.All(owned, o => Assert.Equal(("apk", "busybox-binsh", "x86_64"), (o.Type, o.Owner, o.Architecture)));
        Assert.Equal([PathHash.Of("bin/sh"), PathHash.Of("etc/logrotate.d/acpid")], owned.Single(o => o.Kind is DigestKind.Sha1).Paths);
        Assert.Equal([.. SHA1.HashData("busybox"u8), .. SHA1.HashData("busybox"u8)], owned.Single(o => o.Kind is DigestKind.Sha1).Digests);
        Assert.Equal([PathHash.Of("top")], owned.Single(o => o.Kind is DigestKind.Sha256).Paths);
        Assert.Equal(SHA256.HashData("musl"u8), owned.Single(o => o.Kind is DigestKind.Sha256).Digests);
    }

    [Theory]
    [InlineData("P:a\nV:1\nnonsense\n\n", 1)]
    [InlineData("P:a\nV:1\nF:x\nR:y\nZ:Q1short\n\n", 1)]
    [InlineData("P:a\nV:1\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", 1)]
    [InlineData("P:a\n\n", 0)]
    [InlineData("V:1\n\n", 0)]
    [InlineData("P:a\nV:1\nA:x86", 1)]
    public void NotesWhatDoesNotFollowTheFormat(string text, int packages)
    {
        var file = new TestFile(DatabasePath, text);
        Assert.Equal(packages, file.Packages(new ApkDatabase()).Count);
        Assert.Single(file.Notes);
    }

    [Fact]
    public void SurvivesDamageAndEveryTruncation()
    {
        var bytes = Encoding.UTF8.GetBytes(Database);
        foreach (var copy in Enumerable.Range(0, bytes.Length).Select(length => bytes[..length]).Concat(Mutations.Of(bytes, seed: 4, count: 2000)))
        {
            foreach (var fact in new TestFile(DatabasePath, copy).Collect(new ApkDatabase()))
            {
                if (fact is OwnedFiles owned) Assert.Equal(owned.Paths.Length * (owned.Kind is DigestKind.Sha1 ? 20 : 32), owned.Digests.Length);
            }
        }
    }
}
