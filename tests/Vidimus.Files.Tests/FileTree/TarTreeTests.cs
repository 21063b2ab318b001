using Vidimus.Files.FileTree.Tar;
using Vidimus.Model.Files;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

public sealed class TarTreeTests
{
    [Theory]
    [InlineData("v7")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("pax")]
    public void ReadsEveryFormatOfGnuTar(string format)
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["in"]);
        if (format is "gnu" or "oldgnu" or "pax") Samples.Hostile(folder["in"]);
        else Samples.Simple(folder["in"]);
        RealTool.Bash($"tar --format={format} --numeric-owner -C in -cf out.tar .", folder.Path);

        Same(folder["in"], folder["out.tar"]);
    }

    [Theory]
    [InlineData("ustar")]
    [InlineData("pax")]
    [InlineData("gnutar")]
    public void ReadsWhatBsdtarWrites(string format)
    {
        RealTool.Require("bsdtar");
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["in"]);
        if (format is "ustar") Samples.Simple(folder["in"]);
        else Samples.Hostile(folder["in"]);
        RealTool.Bash($"rm -f in/plain/before-1970; bsdtar --format={format} -C in -cf out.tar .", folder.Path); // it writes such times wrongly or as 0

        Same(folder["in"], folder["out.tar"]);
    }

    [Theory]
    [InlineData("gzip -c", ".gz")]
    [InlineData("pigz -c", ".gz")]
    [InlineData("zstd -c", ".zst")]
    public void ReadsCompressedArchivesAndWholeRoots(string compress, string extension)
    {
        RealTool.Require("pigz", "zstd");
        using var folder = Places.Temporary();
        var root = DebianRoot.Of("bookworm");
        RealTool.Bash($"tar --numeric-owner -C '{root}' -cf - . | {compress} > out{extension}", folder.Path);

        Same(root, folder["out" + extension]);
    }

    [Theory]
    [InlineData("--format=oldgnu")]
    [InlineData("--format=gnu")]
    [InlineData("--format=pax --sparse-version=0.0")]
    [InlineData("--format=pax --sparse-version=0.1")]
    [InlineData("--format=pax --sparse-version=1.0")]
    public void ReadsSparseFilesOfEveryKind(string options)
    {
        using var folder = Places.Temporary();
        RealTool.Bash($"""
            mkdir in; cd in
            truncate -s 3M hole
            truncate -s 5000001 end; printf end | dd of=end bs=1 seek=4999998 conv=notrunc status=none
            truncate -s 40M many; for i in $(seq 0 200); do printf "part $i" | dd of=many bs=1 seek=$((i * 131072 + 5)) conv=notrunc status=none; done
            head -c 9000 /dev/urandom > begin; truncate -s 1M begin
            printf plain > zz-after
            tar {options} --sparse --numeric-owner -cf ../out.tar .
            """, folder.Path);

        Same(folder["in"], folder["out.tar"]);
        RealTool.Bash("gzip -k out.tar", folder.Path);
        Same(folder["in"], folder["out.tar.gz"]);
    }

    /// <summary>Python's tarfile writes archives of random names, kinds and sizes in its three formats and says itself what is in them.</summary>
    [Theory]
    [InlineData("USTAR_FORMAT", 1)]
    [InlineData("GNU_FORMAT", 2)]
    [InlineData("PAX_FORMAT", 3)]
    [InlineData("GNU_FORMAT", 4)]
    [InlineData("PAX_FORMAT", 5)]
    public void ReadsWhatPythonWrites(string format, int seed)
    {
        RealTool.Require("python3");
        using var folder = Places.Temporary();
        RealTool.Run("python3", ["-c", """
            import hashlib, io, os, random, sys, tarfile
            format, seed = getattr(tarfile, sys.argv[1]), int(sys.argv[2])
            r = random.Random(seed)
            short = format == tarfile.USTAR_FORMAT
            used, files = set(), []
            def name():
                while True:
                    parts = []
                    for _ in range(r.randint(1, 3 if short else 12)):
                        n = r.randint(1, 20 if short else 60)
                        raw = bytes(r.choice(b"abcXYZ09._-+ \xc3\xa9\xff\x80\n") for _ in range(n)).strip(b" ") or b"x"
                        parts.append(raw if raw not in (b".", b"..") else b"dots")
                    n = b"/".join(parts)
                    if n not in used and not any(u.startswith(n + b"/") or n.startswith(u + b"/") for u in used):
                        used.add(n)
                        return n.decode("utf-8", "surrogateescape")
            out = open("expected", "wb")
            with tarfile.open("out.tar", "w", format=format, encoding="utf-8", errors="surrogateescape") as t:
                for i in range(400):
                    e = tarfile.TarInfo(name())
                    e.mode, e.uid, e.gid, e.mtime = r.randint(0, 0o7777), r.randint(0, 2**21 - 1 if short else 2**31), r.randint(0, 1000), r.randint(0, 2**33 - 1 if short else 2**35)
                    k = r.random()
                    digest, target = "", ""
                    if k < .6 or not files:
                        data = r.randbytes(r.choice([0, 1, 511, 512, 513, r.randint(0, 9000)]))
                        e.size, digest, kind = len(data), hashlib.sha256(data).hexdigest(), "File"
                        t.addfile(e, io.BytesIO(data))
                        files.append((e, digest))
                    elif k < .7:
                        e.type, kind = tarfile.DIRTYPE, "Folder"
                        t.addfile(e)
                    elif k < .8:
                        e.type, e.linkname, kind = tarfile.SYMTYPE, name(), "SymbolicLink"
                        target = e.linkname
                        t.addfile(e)
                    elif k < .9:
                        e.type, kind = tarfile.FIFOTYPE, "Other"
                        t.addfile(e)
                    else:
                        to, digest = r.choice(files)
                        e.type, e.linkname = tarfile.LNKTYPE, to.name
                        t.addfile(e)
                        out.write(b"\0".join(os.fsencode(str(x)) for x in (e.name, "File", to.size, oct(to.mode)[2:], f"{to.uid}:{to.gid}", to.mtime, "", digest)) + b"\0")
                        continue
                    out.write(b"\0".join(os.fsencode(str(x)) for x in (e.name, kind, e.size, oct(e.mode)[2:], f"{e.uid}:{e.gid}", e.mtime, target, digest)) + b"\0")
            """, format, seed.ToString()], folder: folder.Path);

        var expected = Judge.Fields(folder["expected"]).Chunk(8)
            .Select(e => Judge.Line(e[0], Enum.Parse<FileKind>(e[1]), long.Parse(e[2]), Convert.ToUInt32(e[3], 8), e[4], long.Parse(e[5]), e[6], e[7]))
            .Order(StringComparer.Ordinal);
        using var tree = new TarTree(folder["out.tar"]);
        var recorder = Recorder.Of(tree);
        Assert.Empty(recorder.Notes);
        Assert.Equal(expected, recorder.Lines());
    }

    [Fact]
    public void GivesExtendedAttributesWhenAsked()
    {
        RealTool.Require("python3");
        using var folder = Places.Temporary();
        RealTool.Run("python3", ["-c", """
            import tarfile
            with tarfile.open("out.tar", "w", format=tarfile.PAX_FORMAT) as t:
                e = tarfile.TarInfo("ping")
                e.pax_headers = {"SCHILY.xattr.security.capability": "\x01\x00\x00\x02 =", "SCHILY.xattr.user.x": "y"}
                t.addfile(e)
                t.addfile(tarfile.TarInfo("plain"))
            """], folder: folder.Path);

        using var tree = new TarTree(folder["out.tar"]) { WithAttributes = true };
        var entries = Recorder.Of(tree).Entries;
        Assert.Equal([1, 0, 0, 2, (byte)' ', (byte)'='], entries["ping"].Attributes!["security.capability"]);
        Assert.Equal("y"u8.ToArray(), entries["ping"].Attributes!["user.x"]);
        Assert.Null(entries["plain"].Attributes);

        using var without = new TarTree(folder["out.tar"]);
        Assert.Null(Recorder.Of(without).Entries["ping"].Attributes);
    }

    [Fact]
    public void RefusesPathsThatLeadUpwards()
    {
        RealTool.Require("python3");
        using var folder = Places.Temporary();
        RealTool.Run("python3", ["-c", """
            import tarfile
            with tarfile.open("out.tar", "w") as t:
                for n in ["../up", "a/../../b", "a/..", "..", "/abs/olute", "./dot/./ted//twice/", "fine..", "..fine/...", "/", "."]:
                    t.addfile(tarfile.TarInfo(n))
                for kind, n, to in [(tarfile.LNKTYPE, "hard", "../up"), (tarfile.LNKTYPE, "inside", "/fine.."), (tarfile.SYMTYPE, "soft", "../../etc/passwd"), (tarfile.LNKTYPE, "itself", "itself")]:
                    e = tarfile.TarInfo(n)
                    e.type, e.linkname = kind, to
                    t.addfile(e)
            """], folder: folder.Path);

        using var tree = new TarTree(folder["out.tar"]);
        var recorder = Recorder.Of(tree);
        Assert.Equal(["..fine/...", "abs/olute", "dot/ted/twice", "fine..", "inside", "itself", "soft"], recorder.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("fine..", recorder.Entries["inside"].LinkTarget);
        Assert.Equal("../../etc/passwd", recorder.Entries["soft"].LinkTarget);
        Assert.Equal((FileKind.HardLink, "itself"), (recorder.Entries["itself"].Kind, recorder.Entries["itself"].LinkTarget));
        Assert.Equal(["..", "../up", "a/..", "a/../../b", "hard"], recorder.Notes.Select(note => note.Path).Order(StringComparer.Ordinal));
    }

    /// <summary>GNU tar lists the same names, whatever stands for the end.</summary>
    [Fact]
    public void EndsWithOrWithoutBlocksOfZeros()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("printf 0123456789 > a; printf b > b; tar -b1 -cf whole.tar a b", folder.Path);
        var whole = File.ReadAllBytes(folder["whole.tar"]);
        foreach (var length in new[] { whole.Length, 2048 + 512, 2048 + 100, 2048, 1536 + 1 })
        {
            File.WriteAllBytes(folder["cut.tar"], whole[..length]);
            using var tree = new TarTree(folder["cut.tar"]);
            Assert.Equal(["a", "b"], Recorder.Of(tree).Digests.Keys.Order(StringComparer.Ordinal));
        }

        foreach (var length in new[] { 1536, 1100, 1024 - 510, 300 })
        {
            File.WriteAllBytes(folder["cut.tar"], whole[..length]);
            using var tree = new TarTree(folder["cut.tar"]);
            var torn = Assert.Throws<InvalidDataException>(() => Recorder.Of(tree));
            Assert.Contains("byte", torn.Message, StringComparison.Ordinal);
        }
    }

    private static void Same(string folder, string archive)
    {
        using var tree = new TarTree(archive);
        var recorder = Recorder.Of(tree);

        Assert.Equal(Judge.Find(folder), recorder.Lines());
        Assert.Empty(recorder.Notes);
    }
}
