using System.Text;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Names that would leave the tree, or that would write to the terminal of the person who reads them.</summary>
public sealed class NameTests : IDisposable
{
    private const string Secret = """{"name":"outside-the-tree","version":"6.6.6"}""";

    /// <summary>An archive with every way out of a tree that tar can spell.</summary>
    private const string Escaping = """
        /usr/bin/python3 - <<'END'
        import io, os, tarfile
        outside = os.path.abspath("outside")
        with tarfile.open("escape.tar", "w", format=tarfile.PAX_FORMAT) as tar:
            def add(name, type=tarfile.REGTYPE, target="", text=b'{"name":"inside","version":"1.0.0"}'):
                entry = tarfile.TarInfo(name); entry.type = type; entry.linkname = target
                if type == tarfile.REGTYPE: entry.size = len(text)
                tar.addfile(entry, io.BytesIO(text) if type == tarfile.REGTYPE else None)
            add("../escape-1"); add("/../../escape-2"); add("a/../../../escape-3"); add(outside + "/escape-4"); add("./../node_modules/up/package.json")
            add("out", tarfile.SYMTYPE, outside); add("out/escape-5")
            add("up", tarfile.SYMTYPE, "../../../../../../../.."); add("chain", tarfile.SYMTYPE, "up" + outside); add("chain/escape-6")
            add("app/node_modules", tarfile.SYMTYPE, outside + "/node_modules")
            add("app/package-lock.json", tarfile.SYMTYPE, outside + "/package-lock.json")
            add("var/lib/dpkg", tarfile.SYMTYPE, outside)
            add("etc/os-release", tarfile.SYMTYPE, outside + "/os-release")
            add("app/node_modules2/x/node_modules/hard/package.json", tarfile.LNKTYPE, "../../../../../../../../" + outside + "/node_modules/secret/package.json")
            add("lib/node_modules/hard/package.json", tarfile.LNKTYPE, outside + "/node_modules/secret/package.json")
            add("self/node_modules/a/package.json", tarfile.LNKTYPE, "self/node_modules/a/package.json")
            add("ring/node_modules/a/package.json", tarfile.LNKTYPE, "ring/node_modules/b/package.json")
            add("ring/node_modules/b/package.json", tarfile.LNKTYPE, "ring/node_modules/a/package.json")
            add("etc/loop", tarfile.SYMTYPE, "loop"); add("var/lib/rpm", tarfile.SYMTYPE, "../lib/rpm")
            for n in range(500): add("chain%d" % n, tarfile.SYMTYPE, "chain%d" % (n + 1))
        END
        """;

    private readonly BoundedTool tool = new();

    public void Dispose() => tool.Dispose();

    [Fact]
    public void NothingLeavesTheTreeOfAnArchive()
    {
        MakeOutside();
        tool.Make(Escaping);
        InsideOnly(tool.Scan("tar:escape.tar", more: ["-f", "json"]));
    }

    [Fact]
    public void NothingLeavesTheTreeOfALayer()
    {
        MakeOutside();
        tool.Make(Escaping + "\n" + LayoutScript.Functions + "\nlayer=$(add escape.tar); image '' $layer $layer");
        InsideOnly(tool.Scan("oci:layout", more: ["-f", "json"]));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("dir")]
    public void NothingLeavesTheTreeOfAFolder(string prefix)
    {
        MakeOutside();
        tool.Make("""
            mkdir -p tree/app tree/var/lib tree/etc tree/lib && cd tree
            ln -s "$PWD/../outside/node_modules" app/node_modules; ln -s ../../outside/package-lock.json app/package-lock.json
            ln -s "$PWD/../outside" var/lib/dpkg; ln -s ../../../../../../../../../../../../etc/os-release etc/os-release; ln -s ../../outside lib/apk; ln -s / everything; ln -s . self; ln -s self/self etc/self
            """);
        InsideOnly(tool.Scan(prefix + ":tree", more: ["-f", "json"]));
    }

    /// <summary>Bytes that are no UTF-8, ends of lines, escape sequences, and marks that turn the direction of text.</summary>
    [Theory]
    [InlineData("dir:tree")]
    [InlineData("tar:tree.tar")]
    [InlineData("oci:layout")]
    public void NamesAreShownWithEscapesInEveryFormat(string target)
    {
        tool.Make(LayoutScript.Functions + """

            /usr/bin/python3 - <<'END'
            import os
            for name in b"\xff\xfe\x80", b"a\nb\r\tc", b"\x1b[31mred\x1b[0m\x07", "\u202eabc\u2066\u200f".encode(), b"\xed\xa0\x80", "\u0085\u009b31m".encode():
                folder = b"tree/" + name + b"/node_modules/lodash"
                os.makedirs(folder)
                open(folder + b"/package.json", "wb").write(b'{"name":"lodash","version":"4.17.20","license":"\\u001b[31m\\u202e"}')
                os.makedirs(b"tree/broken" + name)
                open(b"tree/broken" + name + b"/package-lock.json", "wb").write(b"{\x1b[31m\xff")
            END
            tar -cf tree.tar -C tree . && cp tree.tar layer && layer=$(add layer) && image "" $layer $layer
            """);

        var table = tool.Scan(target);
        Assert.Equal(0, table.Exit);
        NothingHidden(table.Error);
        NothingHidden(table.Output);
        Assert.Contains(@"\xff\xfe\x80", table.Error, StringComparison.OrdinalIgnoreCase);
        foreach (var format in new[] { "json", "cyclonedx", "sarif" })
        {
            var answer = tool.Scan(target, more: ["-f", format]);
            NothingHidden(answer.Error);
            NothingHidden(answer.Output);
            using var document = JsonDocument.Parse(answer.Output);
            Assert.Contains("lodash", answer.Output);
            if (format is "json") JsonJudges.ScanReport(answer.Output);
        }
    }

    /// <summary>The target's own name comes from outside too.</summary>
    [Fact]
    public void TheTargetsNameIsShownWithEscapes()
    {
        tool.Write("tree\u001b[31m\u202e/app/package-lock.json", "{");
        var answer = tool.Scan("dir:tree\u001b[31m\u202e");
        NothingHidden(answer.Output + answer.Error);
        NothingHidden(tool.Scan("dir:missing\u001b[31m\u202e").Error);
        NothingHidden(tool.Scan("tar:missing\nvidimus: all is well").Error);
    }

    private static void NothingHidden(string text)
    {
        var hidden = text.EnumerateRunes().Where(r => r.Value is not '\n' && (Rune.IsControl(r) || r.Value is 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFD)).ToArray();
        Assert.True(hidden.Length == 0, $"{string.Join(' ', hidden.Select(r => $"U+{r.Value:X4}").Distinct())} in {text}");
    }

    private void MakeOutside()
    {
        tool.Write("outside/node_modules/secret/package.json", Secret);
        tool.Write("outside/package-lock.json", """{"lockfileVersion":3,"packages":{"node_modules/outside-the-tree":{"version":"6.6.6"}}}""");
        tool.Write("outside/status", "Package: outside-the-tree\nStatus: install ok installed\nVersion: 6.6.6\nArchitecture: all\n");
        tool.Write("outside/db/installed", "P:outside-the-tree\nV:6.6.6\n");
        tool.Write("outside/os-release", "ID=outside-the-tree\nVERSION_ID=6\n");
    }

    private void InsideOnly(Answer answer)
    {
        Assert.Equal(0, answer.Exit);
        Assert.DoesNotContain("outside-the-tree", answer.Output);
        using var report = JsonDocument.Parse(answer.Output);
        Assert.True(report.RootElement.GetProperty("target").GetProperty("os").ValueKind is JsonValueKind.Null, "no system is named in the tree");
        Assert.All(["", "..", "outside", "data"], folder => Assert.Empty(Directory.EnumerateFiles(tool[folder], "escape-*")));
    }
}
