using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>The exit statuses are the design's: 0 done, 1 only a failed gate, 2 wrong usage, 3 could not finish.</summary>
public class ExitStatusTests
{
    [Theory]
    [InlineData("bogus", "bogus")]
    [InlineData("scan", "TARGET|argument")]
    [InlineData("scan host --bogus", "bogus")]
    [InlineData("scna host", "no command 'scna'; did you mean 'scan'")]
    [InlineData("scan --fomat=json .", "no option '--fomat'; did you mean '--format'.*\n.*vidimus scan --help")]
    [InlineData("advisories shwo x", "did you mean 'show'.*\n.*vidimus advisories --help")]
    [InlineData("versions compare deb 1 2 3", "no argument '3'")]
    [InlineData("scan disk:x --nosuch p", "nosuch")]
    [InlineData("scan . --policy text", "text line 1.*allowed keys are version")]
    [InlineData("scan sbom:", "names no path")]
    [InlineData("scan disk:", "names no path")]
    [InlineData("scan . --fail-on dreadful", "dreadful.*critical")]
    [InlineData("scan . --severity dreadful", "dreadful")]
    [InlineData("scan . -f pdf", "pdf.*table")]
    [InlineData("scan . -f json -f table", "same place")]
    [InlineData("scan . -f json=", "names no file")]
    [InlineData("scan image:", "names no image")]
    [InlineData("scan image:Not/A/Reference", "not an image's reference")]
    [InlineData("scan image:x --platform arm", "platform.*linux/arm64")]
    [InlineData("scan image:x --registry-mirror a/../b", "registry-mirror")]
    [InlineData("scan image:x --insecure-registry http://a", "insecure-registry")]
    [InlineData("versions compare deb 1", "two versions")]
    [InlineData("versions compare nosuch 1 2", "nosuch.*deb")]
    [InlineData("advisories update nosuch", "nosuch.*osv")]
    [InlineData("advisories update", "no book")]
    [InlineData("inventory . --exclude /", "exclude")]
    public void WrongUsageIsTwo(string arguments, string says) => Ends(2, arguments, says);

    [Theory]
    [InlineData("scan ./missing.tar", "does not exist")]
    [InlineData("scan sbom:missing.json", "does not exist")]
    [InlineData("scan dir:missing", "does not exist")]
    [InlineData("scan tar:text", "is not a tar archive|cannot be read")]
    [InlineData("scan oci:text", "oci|OCI|image")]
    [InlineData("scan disk:text", "text cannot be read as a disk")]
    [InlineData("scan disk:missing", "missing does not exist")]
    [InlineData("scan zip:text", "text cannot be read as a zip")]
    [InlineData("scan git:data", "data is no git repository")]
    [InlineData("scan git:missing@HEAD", "missing@HEAD does not exist")]
    [InlineData("scan docker-archive:text", "docker|image")]
    [InlineData("scan sbom:text", "JSON|CycloneDX")]
    [InlineData("scan text", "neither")]
    [InlineData("scan alpine:3.19 --offline", "docker.io/library/alpine:3.19.*--offline")]
    [InlineData("inventory image:127.0.0.1:9/team/app:1", "127.0.0.1:9/team/app:1.*refused")]
    [InlineData("scan . --feeds missing", "feeds folder missing does not exist")]
    [InlineData("scan . --policy missing", "policy missing does not exist")]
    [InlineData("scan . --vex missing", "VEX document missing does not exist")]
    [InlineData("scan . --vex text", "text is no JSON")]
    [InlineData("scan . --book missing", "book missing does not exist")]
    [InlineData("scan . --book text", "book|magic|Vidimus")]
    [InlineData("versions compare deb --pairs missing", "missing")]
    [InlineData("advisories status", "no book")]
    [InlineData("inventory . -o missing/out.json", "can't be written")]
    [InlineData("inventory . -o data", "is a folder")]
    public void WhatCannotBeFinishedIsThree(string arguments, string says) => Ends(3, arguments, says);

    [Theory]
    [InlineData("--help", "Examples:")]
    [InlineData("scan --help", "VIDIMUS_EXCLUDE|VIDIMUS_")]
    [InlineData("versions compare --help", "pairs.tsv")]
    [InlineData("advisories update --help", "--all")]
    [InlineData("--version", @"^\d+\.\d+\.\d+")]
    public void HelpIsDone(string arguments, string says)
    {
        using var folder = Places.Temporary();
        var (exit, output, _) = Tool.Run(folder, arguments.Split(' '));

        Assert.Equal(0, exit);
        Assert.Matches(says, output);
    }

    [Fact]
    public void VariablesStandForOptionsAndAreCheckedAlike()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["data"]);

        Assert.Equal(0, Tool.Run(folder, new Dictionary<string, string> { ["VIDIMUS_FEEDS"] = "missing" }, "--version").Exit);
        Assert.Equal(0, Tool.Run(folder, new Dictionary<string, string> { ["VIDIMUS_FAIL_ON"] = "dreadful" }, "scan", "--help").Exit);
        Assert.Equal(2, Tool.Run(folder, new Dictionary<string, string> { ["VIDIMUS_FAIL_ON"] = "dreadful" }, "scan", "dir:.", "--offline").Exit);
        Assert.Equal(3, Tool.Run(folder, new Dictionary<string, string> { ["VIDIMUS_FEEDS"] = "missing" }, "scan", "dir:.").Exit);
        Assert.StartsWith("{", Tool.Run(folder, new Dictionary<string, string> { ["VIDIMUS_FORMAT"] = "json", ["VIDIMUS_OFFLINE"] = "1" }, "scan", "dir:.").Output);
        Assert.DoesNotContain("{", Tool.Run(folder, new Dictionary<string, string> { ["VIDIMUS_FORMAT"] = "json" }, "scan", "dir:.", "--offline", "-f", "table").Output);
    }

    private static void Ends(int status, string arguments, string says)
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(folder["text"], "no archive, no image, no bill of materials");
        var (exit, output, error) = Tool.Run(folder, arguments.Split(' '));

        Assert.True(exit == status, $"exit {exit}: {error}");
        Assert.Empty(output);
        Assert.StartsWith("vidimus: ", error);
        Assert.Matches(says, error);
        Assert.DoesNotContain("   at ", error);
    }
}
