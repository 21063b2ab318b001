using System.Text;
using Vidimus.Ecosystems.OsRelease;
using Vidimus.Testing;
using Os = Vidimus.Model.Inventory.OsRelease;

namespace Vidimus.Ecosystems.Tests.OsRelease;

public class OsReleaseFilesTests
{
    /// <summary>The judge is the shell: os-release(5) says that a shell sources the file.</summary>
    [Fact]
    public void QuotesAsTheShellDoes()
    {
        var random = new Random(5);
        const string signs = "ab 1\"'\\$`#=";
        var values = new List<string>();
        while (values.Count < 300)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => signs[random.Next(signs.Length)])]);
            values.Add(random.Next(3) switch
            {
                0 => "'" + text.Replace("'", "", StringComparison.Ordinal) + "'",
                1 => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal) + "\"",
                _ => string.Concat(text.Select(c => $"\\{c}")),
            });
        }

        using var folder = Places.Temporary();
        for (var i = 0; i < values.Count; i++) File.WriteAllText(folder[$"{i}"], $"PRETTY_NAME={values[i]}\n");
        var shell = RealTool.Run("sh", ["-c", $"i=0; while [ $i -lt {values.Count} ]; do . ./$i; printf '%s\\n' \"$PRETTY_NAME\"; i=$((i+1)); done"], folder: folder.Path).Split('\n');
        for (var i = 0; i < values.Count; i++) Assert.Equal(shell[i], Read("etc/os-release", $"ID=x\nPRETTY_NAME={values[i]}\n").Name ?? "");
    }

    [Theory]
    [InlineData("bullseye", "11", "bullseye")]
    [InlineData("bookworm", "12", "bookworm")]
    public void ReadsADebianRoot(string suite, string version, string codename)
    {
        var root = DebianRoot.Of(suite);
        var os = Read("usr/lib/os-release", File.ReadAllText(Path.Combine(root, "usr/lib/os-release")));
        Assert.Equal(("debian", version, codename, 1), (os.Id, os.VersionId, os.Codename, os.Rank));
        os = Read("etc/debian_version", File.ReadAllText(Path.Combine(root, "etc/debian_version")));
        Assert.Equal("debian", os.Id);
        Assert.StartsWith(version + ".", os.VersionId, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsAllItsVariables()
    {
        var os = Read("etc/os-release", "# comment\nNAME='Fedora Linux'\nID=Fedora\nID_LIKE=\"rhel centos\"\nVERSION_ID=39\n\nPRETTY_NAME=\"Fedora Linux 39\"\nSUPPORT_END=2024-11-12\nVERSION_CODENAME=\"\"\n");
        Assert.Equal(new Os("fedora", "39", "Fedora Linux 39") { Like = os.Like, SupportEnd = new(2024, 11, 12) }, os);
        Assert.Equal(["rhel", "centos"], os.Like);
    }

    [Theory]
    [InlineData("etc/alpine-release", "3.19.1\n", "alpine", "3.19.1")]
    [InlineData("etc/alpine-release", "3.20_alpha20231219\n", "alpine", "3.20_alpha20231219")]
    [InlineData("etc/debian_version", "trixie/sid\n", "debian", null)]
    [InlineData("etc/redhat-release", "Red Hat Enterprise Linux Server release 7.9 (Maipo)\n", "rhel", "7.9")]
    [InlineData("etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n", "centos", "7.9.2009")]
    [InlineData("etc/oracle-release", "Oracle Linux Server release 8.9\n", "ol", "8.9")]
    [InlineData("etc/redhat-release", "AlmaLinux release 9.4 (Seafoam Ocelot)\n", "almalinux", "9.4")]
    [InlineData("etc/redhat-release", "Rocky Linux release 9.3 (Blue Onyx)\n", "rocky", "9.3")]
    [InlineData("etc/system-release", "Amazon Linux release 2 (Karoo)\n", "amzn", "2")]
    public void ReadsTheFilesThatOthersKeep(string path, string text, string id, string? version)
    {
        var os = Read(path, text);
        Assert.Equal((id, version), (os.Id, os.VersionId));
        Assert.True(os.Rank > 1);
    }

    [Theory]
    [InlineData("etc/os-release", "")]
    [InlineData("etc/alpine-release", "edge")]
    [InlineData("etc/redhat-release", "Something release 1")]
    public void NotesAFileThatNamesNoSystem(string path, string text)
    {
        var file = new TestFile(path, text);
        Assert.Empty(file.Collect(new OsReleaseFiles()));
        Assert.Single(file.Notes);
    }

    [Fact]
    public void SurvivesDamage()
    {
        var text = Encoding.UTF8.GetBytes("ID=debian\nPRETTY_NAME=\"Debian \\\"12\\\"\"\nVERSION_ID='12'\nSUPPORT_END=2024-01-01\n");
        foreach (var copy in Mutations.Of(text, seed: 6, count: 2000))
        {
            foreach (var path in new[] { "etc/os-release", "etc/redhat-release", "etc/debian_version", "etc/alpine-release" }) _ = new TestFile(path, copy).Collect(new OsReleaseFiles());
        }
    }

    private static Os Read(string path, string text) => Assert.IsType<Os>(Assert.Single(new TestFile(path, text).Collect(new OsReleaseFiles())));
}
