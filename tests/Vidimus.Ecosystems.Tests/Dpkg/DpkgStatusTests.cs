using System.Text;
using Vidimus.Ecosystems.Dpkg;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Dpkg;

public class DpkgStatusTests
{
    private const string StatusPath = "var/lib/dpkg/status";

    [Fact]
    public void EqualsDpkgQueryOnThisMachine()
    {
        RealTool.Require("dpkg-query");
        EqualsDpkgQuery("/");
    }

    [Theory]
    [InlineData("bullseye")]
    [InlineData("bookworm")]
    public void EqualsDpkgQueryOnADebianRoot(string suite) => EqualsDpkgQuery(DebianRoot.Of(suite));

    [Fact]
    [Trait("Long", "true")]
    public void EqualsDpkgQueryOnDebian13() => EqualsDpkgQuery(DebianRoot.Of("trixie"));

    /// <summary>The judge is dpkg-query; its abbreviations of the states in which files lie on disk: i, U, F, W, t.</summary>
    private static void EqualsDpkgQuery(string root)
    {
        var expected = RealTool.Run("dpkg-query", ["--admindir", Path.Combine(root, "var/lib/dpkg"), "-W", "-f",
                @"${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n"])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Where(fields => fields[0][1] is 'i' or 'U' or 'F' or 'W' or 't')
            .Select(fields => string.Join('\t', fields[1..]));

        var file = TestFile.Of(Path.Combine(root, StatusPath), StatusPath);
        var packages = file.Packages(new DpkgStatus());

        Assert.Empty(file.Notes);
        Assert.NotEmpty(packages);
        Assert.Equal(expected.Order(StringComparer.Ordinal), packages.Select(Row).Order(StringComparer.Ordinal));
        Assert.All(packages, p => Assert.False(string.IsNullOrEmpty(p.Vendor)));
    }

    private static string Row(Package p) => string.Join('\t', p.Name, p.Version, p.Architecture, p.Source?.Name ?? p.Name, p.Source?.Version ?? p.Version);

    /// <summary>Which states have files on disk: dpkg(1), "Package states". The judge of the whole is dpkg-query above; here are the states a root seldom has.</summary>
    [Theory]
    [InlineData("install ok installed", true)]
    [InlineData("hold ok installed", true)]
    [InlineData("install reinstreq unpacked", true)]
    [InlineData("install ok half-configured", true)]
    [InlineData("install ok triggers-awaited", true)]
    [InlineData("install ok triggers-pending", true)]
    [InlineData("install reinstreq half-installed", false)]
    [InlineData("deinstall ok config-files", false)]
    [InlineData("purge ok not-installed", false)]
    [InlineData("installed", false)]
    public void CountsWhatHasFiles(string status, bool counts)
    {
        var file = new TestFile(StatusPath, $"Package: a\nStatus: {status}\nArchitecture: amd64\nVersion: 1:2.0-1\n\n");
        Assert.Equal(counts, file.Packages(new DpkgStatus()).Count == 1);
        Assert.Empty(file.Notes);
    }

    [Fact]
    public void ReadsASourceWithAndWithoutItsVersion()
    {
        const string text = """
            Package: libc-bin
            Status: install ok installed
            Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
            Architecture: amd64
            Source: glibc
            Version: 2.36-9+deb12u10
            Description: binaries
             Version: 9 is only text here
             .
            	Package: so is this

            Package: gcc
            Status: install ok installed
            Architecture: amd64
            Source: gcc-defaults (1.203)
            Version: 4:12.2.0-3

            package: own
            STATUS: install ok installed
            Architecture: all
            Version:   1.0  

            """;
        var packages = new TestFile(StatusPath, text).Packages(new DpkgStatus());

        Assert.Equal(["libc-bin", "gcc", "own"], packages.Select(p => p.Name));
        Assert.Equal(new SourcePackage("glibc", "2.36-9+deb12u10"), packages[0].Source);
        Assert.Equal("GNU Libc Maintainers <debian-glibc@lists.debian.org>", packages[0].Vendor);
        Assert.Equal(new SourcePackage("gcc-defaults", "1.203"), packages[1].Source);
        Assert.Null(packages[2].Source);
        Assert.Equal("1.0", packages[2].Version);
    }

    [Fact]
    public void ReadsSingleStanzasWithoutAStatus()
    {
        var collector = new DpkgStatus();
        var file = new TestFile("var/lib/dpkg/status.d/libssl3", "Package: libssl3\nVersion: 3.0.11-1~deb12u2\nArchitecture: amd64\nSource: openssl");
        Assert.Equal("openssl", Assert.Single(file.Packages(collector)).Source!.Name);
        Assert.Empty(file.Notes);

        Assert.Empty(new TestFile("var/lib/dpkg/status.d/libssl3.md5sums", "0123").Packages(collector));
        Assert.Contains(collector.Wants, glob => glob.Matches("var/lib/dpkg/status.d/libssl3"));
        Assert.DoesNotContain(collector.Wants, glob => glob.Matches("var/lib/dpkg/status-old"));
    }

    [Fact]
    public void NotesATornStanzaAndKeepsTheOthers()
    {
        const string whole = "Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1.0\n\nPackage: b\nStatus: install ok installed\nArchitecture: all\nVersion: 10.25\n\n";
        for (var length = 1; length < whole.Length - 1; length++)
        {
            var file = new TestFile(StatusPath, whole[..length]);
            var packages = file.Packages(new DpkgStatus());
            Assert.All(packages, p => Assert.Contains($"{p.Name} {p.Version}", new[] { "a 1.0", "b 10.25" }));
            if (whole[length - 1] != '\n') Assert.NotEmpty(file.Notes);
        }
    }

    [Fact]
    public void SurvivesDamage()
    {
        var status = Encoding.UTF8.GetBytes("Package: libé\nStatus: install ok installed\nMaintainer: A <a@b>\nArchitecture: amd64\nSource: x (1:2-3)\nVersion: 1:2-3+b1\nDescription: d\n more\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n\n");
        foreach (var copy in Mutations.Of(status, seed: 1, count: 3000))
        {
            Assert.All(new TestFile(StatusPath, copy).Packages(new DpkgStatus()), p => Assert.True(p.Name.Length > 0 && p.Version.Length > 0));
        }
    }

    /// <summary>A line of 64 MiB, then a package: what a line may cost does not depend on its length.</summary>
    [Fact]
    public void PassesOverALineWithoutEnd()
    {
        var stream = new RepeatedStream("Package: big\nStatus: install ok installed\nVersion: 1\nDescription: "u8.ToArray(), new byte[1 << 20], 64, "\n\nPackage: after\nStatus: install ok installed\nVersion: 2\n\n"u8.ToArray());
        var file = new StreamFile(StatusPath, stream);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(["big", "after"], new DpkgStatus().Collect(file, CancellationToken.None).OfType<Package>().Select(p => p.Name));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void NeedsMemoryForOneStanzaOnly()
    {
        var stanza = Encoding.ASCII.GetBytes("Package: a\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1.0\nDescription: " + new string('x', 60_000) + "\n\n");
        var file = new StreamFile(StatusPath, new RepeatedStream([], stanza, 2000, "Package: b\nStatus: install ok installed\nVersion: 1\n\n"u8.ToArray()));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("b", Assert.IsType<Package>(Assert.Single(new DpkgStatus().Collect(file, CancellationToken.None))).Name);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    /// <summary>A file that is a stream and nothing else.</summary>
    private sealed class StreamFile(string path, Stream stream) : SourceFile
    {
        public override FileEntry Entry { get; } = new(path, FileKind.File, stream.Length);

        public override Stream OpenRead() => stream;

        public override ReadOnlyMemory<byte> ReadAll(int limit) => throw new InvalidDataException("too large");

        public override SourceFile? Companion(string name) => null;

        public override void Note(string message, string kind) => Assert.Fail(message);
    }

    /// <summary>A head, a body many times over, a tail.</summary>
    private sealed class RepeatedStream(byte[] head, byte[] body, int times, byte[] tail) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => head.Length + ((long)body.Length * times) + tail.Length;

        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var (part, at) = Part();
            var length = Math.Min(count, part.Length - at);
            Array.Copy(part, at, buffer, offset, length);
            position += length;
            return length;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private (byte[] Part, int At) Part()
        {
            if (position < head.Length) return (head, (int)position);
            var inside = position - head.Length;
            return inside < (long)body.Length * times ? (body, (int)(inside % body.Length)) : (tail, (int)(inside - ((long)body.Length * times)));
        }
    }
}
