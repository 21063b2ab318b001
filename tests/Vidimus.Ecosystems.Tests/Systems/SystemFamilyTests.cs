using System.Buffers.Binary;
using System.Text;
using Vidimus.Ecosystems.AiModels;
using Vidimus.Ecosystems.AzureLinux;
using Vidimus.Ecosystems.Bitnami;
using Vidimus.Ecosystems.Chisel;
using Vidimus.Ecosystems.Nix;
using Vidimus.Ecosystems.Pacman;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Systems;

/// <summary>Systems whose files are no text, or whose own tools Debian has.</summary>
public sealed class SystemFamilyTests
{
    /// <summary>The judge is pacman: what it installed and lists is what its database is read as.</summary>
    [Fact]
    public void ReadsWhatPacmanInstalled()
    {
        RealTool.Require("pacman", "bsdtar");
        using var folder = Places.Temporary();
        RealTool.Bash("""
            mkdir -p R/var/lib/pacman P/usr/share/x
            printf '[options]\nArchitecture = auto\nSigLevel = Never\nLocalFileSigLevel = Never\n' > c.conf
            for p in 'a 1.2.3-1' 'b-c 1:2.0rc1-2' 'd 20240101.r3.gabc-1'; do set -- $p
              printf 'pkgname = %s\npkgbase = %s-base\npkgver = %s\npkgdesc = x\nbuilddate = 1\npackager = t <t@t>\nsize = 1\narch = any\nlicense = MIT\n' "$1" "$1" "$2" > P/.PKGINFO
              echo "$1" > P/usr/share/x/$1; (cd P && bsdtar -cf "../$1.pkg.tar" .PKGINFO usr/share/x/$1)
            done
            pacman -U --noconfirm --config c.conf --root R --dbpath R/var/lib/pacman --nodeps ./*.pkg.tar
            """, folder.Path);

        var listed = RealTool.Run("pacman", ["-Q", "--config", "c.conf", "--root", "R", "--dbpath", "R/var/lib/pacman"], folder: folder.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, listed.Length);
        var packages = CollectorRun.Over(folder["R"], new PacmanDesc());
        Assert.Equal(listed.Select(l => l.Replace(' ', '@')).Order(StringComparer.Ordinal), CollectorRun.Names(packages));
        Assert.All(packages, p => Assert.Equal(p.Name + "-base", p.Source!.Name));
    }

    /// <summary>The judge is nix-store: every path that it calls valid, built by the real nix-build, is one of the packages.</summary>
    [Fact]
    public void ReadsWhatNixBuilt()
    {
        RealTool.Require("nix-build", "nix-store");
        using var folder = Places.Temporary();
        foreach (var sub in new[] { "store", "var", "log", "etc" }) Directory.CreateDirectory(folder[sub]);
        File.WriteAllText(folder["etc/nix.conf"], "sandbox = false\nbuild-users-group =\n");
        File.WriteAllText(folder["a.nix"], """map (name: derivation { inherit name; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo x > $out" ]; }) [ "openssl-3.0.13" "lib-x2-1.2.3-dev" "plain" ]""");
        var environment = new Dictionary<string, string> { ["NIX_STORE_DIR"] = folder["store"], ["NIX_STATE_DIR"] = folder["var"], ["NIX_LOG_DIR"] = folder["log"], ["NIX_CONF_DIR"] = folder["etc"], ["HOME"] = folder.Path, ["NIX_REMOTE"] = "" };
        RealTool.Run("nix-build", ["a.nix", "--no-out-link"], folder: folder.Path, environment: environment);
        var valid = RealTool.Run("nix-store", ["--query", "--requisites", .. Directory.GetFileSystemEntries(folder["store"]).Where(p => !p.EndsWith(".drv", StringComparison.Ordinal) && !p.EndsWith(".lock", StringComparison.Ordinal) && !Path.GetFileName(p).StartsWith('.'))], folder: folder.Path, environment: environment);

        var file = TestFile.Of(folder["var/db/db.sqlite"], "nix/var/nix/db/db.sqlite");
        if (File.Exists(folder["var/db/db.sqlite-wal"])) file.With(TestFile.Of(folder["var/db/db.sqlite-wal"], "nix/var/nix/db/db.sqlite-wal"));
        var packages = file.Packages(new NixStore());
        Assert.Equal(["lib-x2@1.2.3", "openssl@3.0.13"], CollectorRun.Names(packages));
        Assert.All(packages, p => Assert.Contains($"-{p.Name}-{p.Version}", valid));
        Assert.Empty(file.Notes);
        Damage(File.ReadAllBytes(folder["var/db/db.sqlite"]), new NixStore());
    }

    [Theory]
    [InlineData("/nix/store/00000000000000000000000000000000-openssl-3.0.13", "openssl@3.0.13")]
    [InlineData("/nix/store/00000000000000000000000000000000-python3.11-pip-23.0.1-dist", "python3.11-pip@23.0.1")]
    [InlineData("/nix/store/00000000000000000000000000000000-foo-unstable-2024-01-02", "foo-unstable@2024-01-02")]
    [InlineData("/nix/store/00000000000000000000000000000000-openssl-3.0.13.drv", null)]
    [InlineData("/nix/store/short-openssl-1", null)]
    [InlineData("/nix/store/00000000000000000000000000000000-builder.sh", null)]
    public void PartsAStorePathAsNixDoes(string path, string? package) => Assert.Equal(package, NixStore.Parse(path) is { } p ? $"{p.Name}@{p.Version}" : null);

    /// <summary>Packed by the real zstd.</summary>
    [Fact]
    public void ReadsChiselsManifest()
    {
        RealTool.Require("zstd");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["m"], """
            {"jsonwall":"1.0","schema":"1.0","count":4}
            {"kind":"content","slice":"libc6_libs","path":"/lib/x"}
            {"kind":"package","name":"libc6","version":"2.39-0ubuntu8","sha256":"00","arch":"amd64"}
            {"kind":"package","name":"base-files","version":"13ubuntu10","sha256":"00","arch":"amd64"}
            {"kind":"path","path":"/etc/a","mode":"0644","slices":["base-files_base"]}
            """);
        RealTool.Run("zstd", ["-q", "m"], folder: folder.Path);
        var file = TestFile.Of(folder["m.zst"], "var/lib/chisel/manifest.wall");
        Assert.Equal(["libc6@2.39-0ubuntu8", "base-files@13ubuntu10"], file.Packages(new ChiselManifest()).Select(CollectorRun.Name));
        Assert.Empty(file.Notes);
        Damage(File.ReadAllBytes(folder["m.zst"]), new ChiselManifest());
    }

    /// <summary>The query by which the manifest is made, asked of the real rpm.</summary>
    [Fact]
    public void ReadsWhatRpmsQueryWrites()
    {
        RealTool.Require("rpm", "rpmbuild");
        using var folder = Places.Temporary();
        RealTool.Bash("""
            mkdir -p top db/var/lib/rpm
            printf 'Name: a\nEpoch: 2\nVersion: 1.0\nRelease: 3\nSummary: x\nLicense: MIT\nVendor: Microsoft Corporation\nBuildArch: noarch\n%%description\nx\n%%files\n' > a.spec
            rpmbuild -bb --quiet --define "_topdir $PWD/top" a.spec
            rpm --root "$PWD/db" --dbpath /var/lib/rpm --nodeps --noscripts -i top/RPMS/*/*.rpm
            rpm --root "$PWD/db" --dbpath /var/lib/rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}\t%{SOURCERPM}\n' > manifest
            """, folder.Path);
        var package = Assert.Single(TestFile.Of(folder["manifest"], "var/lib/rpmmanifest/container-manifest-2").Packages(new ContainerManifest()));
        Assert.Equal(("a", "2:1.0-3", "noarch", "Microsoft Corporation", new SourcePackage("a", "1.0-3")), (package.Name, package.Version, package.Architecture, package.Vendor, package.Source));
    }

    [Fact]
    public void ReadsModelsHeaders()
    {
        var gguf = new MemoryStream();
        gguf.Write("GGUF"u8);
        Write(gguf, 3u, 291ul, 5ul);
        foreach (var (key, value) in new[] { ("general.architecture", "llama"), ("general.name", "Tiny Llama 1.1B"), ("general.version", "v1.0"), ("general.license", "apache-2.0") }) WriteText(gguf, key, value);
        WriteKey(gguf, "tokenizer.ggml.tokens");
        Write(gguf, 9u, 8ul, 1ul);
        var file = new TestFile("models/a.gguf", gguf.ToArray());
        var package = Assert.Single(file.Packages(new GgufModel()));
        Assert.Equal(("Tiny Llama 1.1B", "v1.0", "apache-2.0"), (package.Name, package.Version, package.Licenses.Single()));
        Damage(gguf.ToArray(), new GgufModel());

        var json = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt","modelspec.title":"SDXL","modelspec.version":"1.0","modelspec.license":"openrail"},"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}""");
        var safetensors = new byte[8 + json.Length + 2];
        BinaryPrimitives.WriteUInt64LittleEndian(safetensors, (ulong)json.Length);
        json.CopyTo(safetensors, 8);
        package = Assert.Single(new TestFile("m/b.safetensors", safetensors).Packages(new SafetensorsModel()));
        Assert.Equal(("SDXL", "1.0", "openrail"), (package.Name, package.Version, package.Licenses.Single()));
        Damage(safetensors, new SafetensorsModel());
    }

    /// <summary>Bitnami's advisories name the component's own version.</summary>
    [Fact]
    public void BitnamisRevisionIsNoPrerelease()
    {
        var ecosystem = BitnamiEcosystem.Ecosystem;
        Assert.Equal(["15.3.0", "15.3.0", "1.0.0-rc.1"], new[] { "15.3.0-1", "15.3.0", "1.0.0-rc.1" }.Select(v => ecosystem.NormalizeVersion(v)));
    }

    private static void Damage(byte[] whole, ICollector collector)
    {
        for (var length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 400)) new TestFile("a.gguf", whole[..length]).Collect(collector);
        foreach (var damaged in Mutations.Of(whole, seed: 9, count: 1000)) new TestFile("a.gguf", damaged).Collect(collector);
    }

    private static void Write(MemoryStream stream, uint first, params ReadOnlySpan<ulong> more)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, first);
        stream.Write(bytes[..4]);
        foreach (var value in more)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private static void WriteKey(MemoryStream stream, string key)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)key.Length);
        stream.Write(bytes);
        stream.Write(Encoding.UTF8.GetBytes(key));
    }

    private static void WriteText(MemoryStream stream, string key, string value)
    {
        WriteKey(stream, key);
        Write(stream, 8u);
        WriteKey(stream, value);
    }
}
