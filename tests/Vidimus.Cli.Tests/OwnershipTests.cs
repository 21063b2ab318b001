using System.Security.Cryptography;
using System.Text;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>A language package that an OS package owns is judged by that package's vendor, and only then.</summary>
public class OwnershipTests
{
    /// <summary>Jinja2 2.10 has CVE-2019-10906 (fixed in 2.10.1) in PyPI's advisories.</summary>
    private const string Metadata = "Metadata-Version: 2.1\nName: Jinja2\nVersion: 2.10\n\nText\n";

    private const string Path1 = "usr/lib/python3/dist-packages/Jinja2-2.10.dist-info/METADATA";

    [Fact]
    public void AnOwnedPackageIsHiddenWithItsOwnerAndShownWithAll()
    {
        using var folder = Places.Temporary();
        MakeRoot(folder, "python3-jinja2", "Debian Python Team <team@lists.debian.org>", Md5(Metadata));

        using var shown = Tool.Scan(folder, "root:tree");
        using var all = Tool.Scan(folder, "root:tree", "--all");

        Assert.DoesNotContain(shown.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() is "CVE-2019-10906" && f.GetProperty("purl").GetString()!.StartsWith("pkg:pypi/", StringComparison.Ordinal));
        Assert.True(shown.RootElement.GetProperty("summary").GetProperty("hidden").GetInt32() > 0);
        var hidden = all.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("id").GetString() is "CVE-2019-10906" && f.GetProperty("purl").GetString()!.StartsWith("pkg:pypi/", StringComparison.Ordinal));
        Assert.Equal("owner", hidden.GetProperty("hidden").GetProperty("by").GetString());
        Assert.StartsWith("pkg:deb/debian/python3-jinja2@", all.RootElement.GetProperty("packages").EnumerateArray().Single(p => p.GetProperty("type").GetString() is "pypi").GetProperty("owner").GetString());
    }

    [Theory]
    [InlineData("python3-jinja2", "Debian Python Team <team@lists.debian.org>", "00000000000000000000000000000000")]
    [InlineData("mallory", "Docker <support@docker.com>", null)]
    public void AForgedDatabaseHidesNothing(string package, string maintainer, string? digest)
    {
        using var folder = Places.Temporary();
        MakeRoot(folder, package, maintainer, digest ?? Md5(Metadata));

        using var report = Tool.Scan(folder, "root:tree");

        Assert.Contains(report.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("id").GetString() is "CVE-2019-10906");
    }

    private static void MakeRoot(TemporaryFolder folder, string package, string maintainer, string digest)
    {
        Write(folder, "etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        Write(folder, "var/lib/dpkg/status", $"Package: {package}\nStatus: install ok installed\nMaintainer: {maintainer}\nArchitecture: all\nSource: jinja2\nVersion: 3.1.2-1\n\n");
        Write(folder, $"var/lib/dpkg/info/{package}.md5sums", $"{digest}  {Path1}\n");
        Write(folder, Path1, Metadata);
    }

    private static void Write(TemporaryFolder folder, string path, string text)
    {
        var full = Path.Combine(folder["tree"], path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
