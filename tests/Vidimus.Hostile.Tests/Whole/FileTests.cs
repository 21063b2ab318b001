namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Files that are larger than any honest one, lie about their inside, or are none.</summary>
public sealed class FileTests : IDisposable
{
    private readonly BoundedTool tool = new();

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData("dir:tree")]
    [InlineData("tar:tree.tar")]
    public void AStatusOfTwoGigabytesIsReadInFlatMemory(string target)
    {
        tool.Make("""
            mkdir -p tree/var/lib/dpkg && cd tree
            { printf 'Package: before\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n'
              for n in 1 2; do printf 'Package: big%s\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nDescription: x\n' $n; (yes ' a line of the text that goes on' || true) | head -c 500M; printf '\n\n'; done
              printf 'Package: after\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n'; } > var/lib/dpkg/status
            truncate -s 2G var/lib/dpkg/status
            cd .. && tar -Scf tree.tar -C tree .
            """);
        var answer = tool.Scan(target, more: ["-f", "json"]);
        Assert.Equal(0, answer.Exit);
        Assert.Contains("\"before\"", answer.Output);
        Assert.Contains("\"after\"", answer.Output);
    }

    /// <summary>A large SBOM is read a component at a time. It has what real ones have: digests, licences, files, a graph.</summary>
    [Theory]
    [InlineData("cyclonedx")]
    [InlineData("spdx")]
    public void AHundredThousandComponentsStream(string format)
    {
        const int Count = 100_000;
        const long Most = 200L << 20;
        using (var writer = new StreamWriter(tool["big.cdx.json"]))
        {
            writer.Write("""{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"application","name":"big"}},"components":[""");
            for (var i = 0; i < Count; i++)
            {
                var (name, version) = ($"component-{i % 40_000}-of-many", $"{i % 29}.{i % 31}.{i % 97}");
                var purl = (i % 4) switch { 0 => $"pkg:npm/{name}@{version}", 1 => $"pkg:maven/org.example.group{i % 500}/{name}@{version}", 2 => $"pkg:golang/github.com/user{i % 900}/{name}@v{version}", _ => $"pkg:deb/debian/{name}@{version}-1?arch=amd64&distro=debian-12" };
                writer.Write($$$"""{{{(i == 0 ? "" : ",")}}}{"bom-ref":"reference-{{{i}}}","type":"library","name":"{{{name}}}","version":"{{{version}}}","purl":"{{{purl}}}","licenses":[{"license":{"id":"MIT"}}],"hashes":[{"alg":"SHA-256","content":"{{{i:x64}}}"}],"evidence":{"occurrences":[{"location":"srv/app/modules/{{{name}}}/{{{i}}}/package.json"}]}}""");
            }

            writer.Write("],\"dependencies\":[");
            for (var i = 0; i < Count; i++) writer.Write($$$"""{{{(i == 0 ? "" : ",")}}}{"ref":"reference-{{{i}}}","dependsOn":["reference-{{{i * 7 % Count}}}","reference-{{{i * 13 % Count}}}"]}""");
            writer.Write("]}");
        }

        var target = "sbom:big.cdx.json";
        if (format is "spdx")
        {
            var made = tool.Inventory(target, "-f", "spdx=big.spdx.json");
            Assert.True(made.Memory <= Most, $"{made.Memory >> 20} MiB");
            target = "sbom:big.spdx.json";
        }

        var listed = tool.Inventory(target, "-o", "again.cdx.json");
        var scanned = tool.Scan(target, more: ["-f", "json=out.json", "-q"]);

        TestContext.Current.TestOutputHelper?.WriteLine($"{listed.Memory >> 20} MiB to list, {scanned.Memory >> 20} MiB to scan");
        Assert.True(listed.Memory <= Most, $"{listed.Memory >> 20} MiB to list");
        Assert.True(scanned.Memory <= Most, $"{scanned.Memory >> 20} MiB to scan");
        using var report = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(tool["out.json"]));
        Assert.Equal(Count, report.RootElement.GetProperty("packages").GetArrayLength());
    }

    /// <summary>The bound is on packages, whatever file they stand in; what was read before it stays.</summary>
    [Theory]
    [InlineData("root:tree", "var/lib/dpkg/status", @"Package: p%d\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n")]
    [InlineData("root:tree", "lib/apk/db/installed", @"P:p%d\nV:1\nA:x\n\n")]
    [InlineData("sbom:tree/bom.json", "bom.json", "")]
    public void MillionsOfPackagesAreNotHeld(string target, string path, string package)
    {
        tool.Make($$"""
            mkdir -p tree/$(dirname {{path}})
            /usr/bin/python3 - <<'END'
            with open("tree/{{path}}", "w") as out:
                if "{{package}}": out.writelines("{{package}}" % n for n in range(1000000))
                else: out.write('{"bomFormat":"CycloneDX","specVersion":"1.5","components":[' + ",".join('{"type":"library","name":"p%d","version":"1","purl":"pkg:npm/p%d@1"}' % (n, n) for n in range(1000000)) + "]}")
            END
            """);
        var answer = tool.Scan(target, memory: 900L << 20);
        Assert.Equal(path is "bom.json" ? 3 : 0, answer.Exit);
        Assert.Contains("more than 250000 packages", answer.Error);
    }

    [Theory]
    [InlineData("var/lib/dpkg/status", "Package: ")]
    [InlineData("var/lib/dpkg/info/a.md5sums", "0123456789abcdef0123456789abcdef  ")]
    [InlineData("lib/apk/db/installed", "P:")]
    [InlineData("app/requirements.txt", "flask==")]
    [InlineData("app/go.mod", "require ")]
    [InlineData("app/Gemfile.lock", "GEM\n  specs:\n    ")]
    [InlineData("usr/lib/python3/dist-packages/a.dist-info/METADATA", "Name: ")]
    [InlineData("usr/lib/ruby/specifications/a-1.gemspec", "# stub: ")]
    [InlineData("app/Cargo.lock", "[[package]]\nname = \"")]
    [InlineData("app/package-lock.json", "{\"packages\":{\"")]
    [InlineData("etc/os-release", "ID=")]
    public void ALineOfOneGigabyteIsNotHeld(string path, string beginning)
    {
        tool.Write("tree/" + path, beginning);
        tool.Make($"tr '\\0' a < /dev/zero | head -c 1G >> tree/{path} || true");
        Assert.Equal(0, tool.Scan("dir:tree").Exit);
    }

    [Fact]
    public void AnOsReleaseOfOneGigabyteIsNoted()
    {
        tool.Make("mkdir -p tree/etc && (yes 'ID=debian' || true) | head -c 1G > tree/etc/os-release");
        var answer = tool.Scan("root:tree");
        Assert.Equal(0, answer.Exit);
        Assert.Contains("os-release", answer.Error);
    }

    [Theory]
    [InlineData(@"\x7fELF\x02\x01\x01")]
    [InlineData(@"\x7fELF\x01\x02\x01")]
    [InlineData("MZ")]
    [InlineData(@"\xcf\xfa\xed\xfe")]
    [InlineData(@"\xca\xfe\xba\xbe\x00\x00\x00\x1f")]
    public void AnExecutableOfFourGigabytesIsNotReadWhole(string magic)
    {
        tool.Make($"mkdir tree && printf '{magic}' > tree/program && truncate -s 4G tree/program && chmod 755 tree/program");
        Assert.Equal(0, tool.Scan("dir:tree", seconds: 10).Exit);
    }

    /// <summary>A Go program that grew: its data is said to be as long as the file.</summary>
    [Fact]
    public void AProgramWhoseSectionsClaimGigabytesIsNotReadWhole()
    {
        tool.Make($$"""
            mkdir tree && cp '{{Testing.GoProgram.Of("linux", "amd64")}}' tree/program && truncate -s 4G tree/program && chmod 755 tree/program
            /usr/bin/python3 - <<'END'
            import struct
            with open("tree/program", "r+b") as f:
                head = f.read(64)
                at, size, count = struct.unpack_from("<Q", head, 40)[0], struct.unpack_from("<H", head, 58)[0], struct.unpack_from("<H", head, 60)[0]
                for n in range(count):
                    f.seek(at + n * size + 32); f.write(struct.pack("<Q", 3 << 30))
            END
            """);
        Assert.Equal(0, tool.Scan("dir:tree", seconds: 20).Exit);
    }

    /// <summary>SQLite's page 1 says where the tables are; every interior page here points back to itself or to another.</summary>
    [Fact]
    public void DatabasesOfRpmWithPagesInACircleAreNoted()
    {
        Testing.RealTool.Require("db5.3_load");
        tool.Make("""
            mkdir -p tree/var/lib/rpm tree/usr/lib/sysimage/rpm && cd tree/var/lib/rpm
            /usr/bin/python3 - <<'END'
            import sqlite3, struct
            db = sqlite3.connect("rpmdb.sqlite")
            db.execute("create table Packages (hnum integer primary key autoincrement, blob blob not null)")
            db.executemany("insert into Packages(blob) values (?)", ((b"x" * 9000,) for _ in range(2000)))
            db.commit(); db.close()
            data = bytearray(open("rpmdb.sqlite", "rb").read())
            size = struct.unpack_from(">H", data, 16)[0]
            for page in range(1, len(data) // size):
                at = page * size
                if data[at] == 5:
                    for n in range(struct.unpack_from(">H", data, at + 3)[0]):
                        cell = at + struct.unpack_from(">H", data, at + 12 + 2 * n)[0]
                        struct.pack_into(">I", data, cell, page + 1)
                    struct.pack_into(">I", data, at + 8, page + 1)
                elif data[at] != 13: struct.pack_into(">I", data, at, page + 1)
            open("rpmdb.sqlite", "wb").write(data)
            END
            { printf 'VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END\n'; for n in 01 02 03 04; do printf ' %s000000\n ' $n; head -c 20000 /dev/zero | tr '\0' a | od -An -v -tx1 | tr -d ' \n'; printf '\n'; done; printf 'DATA=END\n'; } | db5.3_load Packages
            /usr/bin/python3 - <<'END'
            import struct
            data = bytearray(open("Packages", "rb").read())
            for page in range(1, len(data) // 4096):
                if data[page * 4096 + 25] in (7, 13, 8): struct.pack_into("<I", data, page * 4096 + 16, page)
            open("Packages", "wb").write(data)
            blob = b"RpmP" + struct.pack("<IIII", 0, 7, 4096, 9)
            slots = b"".join(b"Slot" + struct.pack("<III", n, 1, 0xFFFFFF) for n in range(1, 250000))
            open("../../../usr/lib/sysimage/rpm/Packages.db", "wb").write(blob.ljust(32, b"\0") + slots)
            END
            """);
        var answer = tool.Scan("root:tree");
        Assert.Equal(0, answer.Exit);
        foreach (var name in new[] { "rpmdb.sqlite", "rpm/Packages:", "Packages.db" }) Assert.Contains(name, answer.Error);
    }

    /// <summary>A database as large as its format allows a header to be, whose bytes are not there.</summary>
    [Fact]
    public void SparseDatabasesOfRpmStayWithinMemory()
    {
        tool.Make("""
            mkdir -p tree/var/lib/rpm tree/usr/lib/sysimage/rpm && cd tree/var/lib/rpm
            /usr/bin/python3 - <<'END'
            import sqlite3
            db = sqlite3.connect("rpmdb.sqlite")
            db.execute("create table Packages (hnum integer primary key autoincrement, blob blob not null)")
            for n in range(3): db.execute("insert into Packages(blob) values (zeroblob(?))", (250 << 20,))
            db.commit()
            END
            """);
        var answer = tool.Scan("root:tree");
        Assert.Equal(0, answer.Exit);
        Assert.Contains("rpmdb.sqlite", answer.Error);
    }
}
