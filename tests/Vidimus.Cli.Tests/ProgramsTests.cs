using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>Programs that no package manager installed: recognised where nothing owns them, listed where nothing explains them, and left alone where a package does.</summary>
public class ProgramsTests
{
    [Fact]
    public void OnlyWhatNothingOwnsIsLookedInto()
    {
        RealTool.Require("umoci", "tar");
        using var folder = Places.Temporary();
        var nginx = Path.Combine(DebianFiles.Of("nginx").Folder, "usr/sbin/nginx");
        Write(folder, "etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"u8.ToArray());
        Write(folder, "var/lib/dpkg/status", "Package: nginx\nStatus: install ok installed\nMaintainer: Debian Nginx Maintainers <x@lists.debian.org>\nArchitecture: amd64\nVersion: 1.22.1-9\n\n"u8.ToArray());
        Write(folder, "usr/sbin/nginx", File.ReadAllBytes(nginx));
        Write(folder, "opt/nginx/sbin/nginx", File.ReadAllBytes(nginx));
        Write(folder, "usr/local/bin/tool", File.ReadAllBytes("/bin/true"));
        Write(folder, "usr/bin/true", File.ReadAllBytes("/bin/true"));
        var owned = Convert.ToHexStringLower(MD5.HashData(File.ReadAllBytes(nginx)));
        Write(folder, "var/lib/dpkg/info/nginx.md5sums", System.Text.Encoding.UTF8.GetBytes($"{owned}  usr/sbin/nginx\n{owned}  bin/true\n"));
        RealTool.Bash("chmod +x tree/usr/sbin/nginx tree/opt/nginx/sbin/nginx tree/usr/local/bin/tool tree/usr/bin/true; tar -C tree -cf tree.tar .; umoci init --layout lay; umoci new --image lay:a; umoci insert --image lay:a tree / >/dev/null", folder.Path);

        foreach (var target in new[] { "root:tree", "tar:tree.tar", "oci:lay:a" })
        {
            var (exit, output, error) = Tool.Run(folder, "inventory", target, "-q");
            Assert.True(exit == 0, error);
            JsonJudges.CycloneDx("1.5", output);
            var programs = JsonNode.Parse(output)!["components"]!.AsArray().Where(c => ((string?)c!["purl"])?.StartsWith("pkg:generic/", StringComparison.Ordinal) is true).ToList();
            var program = Assert.Single(programs)!;
            Assert.Equal(("pkg:generic/nginx@1.22.1", "opt/nginx/sbin/nginx"), ((string)program["purl"]!, (string)program["evidence"]!["occurrences"]![0]!["location"]!));
            Assert.Equal("binary-analysis", (string)program["evidence"]!["identity"]!["methods"]![0]!["technique"]!);
            Assert.Equal("usr/local/bin/tool\n", Tool.Run(folder, "inventory", target, "-q", "-f", "unknown-programs").Output);
        }
    }

    private static void Write(TemporaryFolder folder, string path, byte[] bytes)
    {
        var full = Path.Combine(folder["tree"], path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }
}
