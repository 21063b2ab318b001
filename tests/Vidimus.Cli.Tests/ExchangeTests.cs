using System.IO.Compression;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>A book from a machine that reaches the feeds to one that does not.</summary>
public class ExchangeTests
{
    [Fact]
    public void AScanAnswersByAnImportedBook()
    {
        using var sender = Places.Temporary();
        using var receiver = Places.Temporary();
        Directory.CreateDirectory(sender["mirror/osv/npm"]);
        using (var zip = ZipFile.Open(sender["mirror/osv/npm/all.zip"], ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("GHSA-1.json").Open();
            entry.Write("""{"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.3.1"}]}]}]}"""u8);
        }

        Directory.CreateDirectory(sender["mirror/chainguard"]);
        File.WriteAllText(sender["mirror/chainguard/security.json"], """{"packages":[{"pkg":{"name":"curl","secfixes":{"8.5.0-r0":["CVE-2099-2"]}}}]}""");
        File.WriteAllText(receiver["app.json"], """{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"components":[{"type":"library","name":"left-pad","version":"1.3.0","purl":"pkg:npm/left-pad@1.3.0"}]}""");

        Assert.Equal(0, Tool.Run(sender, "advisories", "key", "create", "book.pem").Exit);
        Assert.Equal(3, Tool.Run(sender, "advisories", "key", "create", "book.pem").Exit);
        Assert.Equal(0, Tool.Run(sender, "advisories", "update", "--all", "-q", "--feeds", "mirror").Exit);
        var (exit, output, error) = Tool.Run(sender, "advisories", "export", "out.vdx", "--feeds", "mirror", "--signing-key", "book.pem");
        Assert.True(exit == 0, error);
        Assert.Equal(3, Tool.Run(sender, "advisories", "export", "/dev/none.vdx", "--feeds", "mirror", "--signing-key", "book.pem").Exit);
        Assert.Contains("left out: chainguard: its terms forbid passing it on", output);

        File.Copy(sender["out.vdx"], receiver["out.vdx"]);
        File.Copy(sender["book.pub.pem"], receiver["book.pub.pem"]);
        Assert.Equal(2, Tool.Run(receiver, "advisories", "import", "out.vdx").Exit);
        Assert.Equal(3, Tool.Run(receiver, "advisories", "import", "out.vdx", "--key", "missing").Exit);
        (exit, _, error) = Tool.Run(receiver, new Dictionary<string, string> { ["VIDIMUS_BOOK_KEY"] = "book.pub.pem" }, "advisories", "import", "out.vdx", "--max-book-age", "1h");
        Assert.True(exit == 0, error);
        var scan = Tool.Run(receiver, "scan", "sbom:app.json", "--offline", "-f", "json");
        Assert.True(scan.Exit == 0, scan.Error);
        using var report = JsonDocument.Parse(scan.Output);
        Assert.Equal("GHSA-aaaa-bbbb-cccc", report.RootElement.GetProperty("findings").EnumerateArray().Single().GetProperty("id").GetString());
        Assert.False(report.RootElement.GetProperty("book").GetProperty("starter").GetBoolean());
        Assert.Matches("chainguard .*left out: its terms forbid(.|\n)*Imported; signed by the key [0-9a-f]{64}", Tool.Run(receiver, "advisories", "status").Output);

        var changed = File.ReadAllBytes(receiver["out.vdx"]);
        changed[^1] ^= 1;
        File.WriteAllBytes(receiver["out.vdx"], changed);
        (exit, _, error) = Tool.Run(receiver, "advisories", "import", "out.vdx", "--key", "book.pub.pem");
        Assert.Equal(3, exit);
        Assert.Contains("changed after it was signed", error);
        Assert.Contains("the book is as it was", error);
    }
}
