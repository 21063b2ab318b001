using Vidimus.Server.Scans;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>What the server scans itself, in processes of their own.</summary>
public class ScanTests
{
    private static readonly string[] Here = ["--account", "111122223333", "--region", "eu-west-1"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFolderThatTheOperatorNamesIsScannedAndAgainWhenAsked()
    {
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder);
        Package(folder, "lodash", "4.17.11");
        (int Exit, string Output, string Error) Scan(params IEnumerable<string> arguments) => RunningServer.Run(folder, null, ["admin", "scan", .. arguments, .. Here]);

        var added = Scan("add", $"dir:{folder["app"]}", "--as", "folder:app", "--every", "1h");
        Assert.True(added.Exit == 0, added.Error);
        await UntilAsync(() => Scan("list").Output.Contains(" opened, 0 updated, 0 closed", StringComparison.Ordinal), () => Scan("list").Output + server.Error);
        Assert.Contains("lodash", server.Aws(RunningServer.Client(folder), "inspector2", "list-findings").Output);

        Package(folder, "lodash", "4.999.0");
        Assert.Equal(0, Scan("run", added.Output.Split(' ', ':')[1]).Exit);
        await UntilAsync(() => System.Text.RegularExpressions.Regex.IsMatch(Scan("list").Output, "0 opened, 0 updated, [1-9]"), () => Scan("list").Output + server.Error);

        Assert.Equal(2, Scan("add", folder["app"], "--as", "folder:app").Exit);
        Assert.Equal(2, Scan("add", "host", "--as", "planet:earth").Exit);
        Assert.Equal(2, Scan("add", "host", "--as", "host:h", "--every", "1s").Exit);
        Assert.Equal(0, Scan("remove", added.Output.Split(' ', ':')[1]).Exit);
        Assert.Equal(3, Scan("run", added.Output.Split(' ', ':')[1]).Exit);
    }

    /// <summary>Too little memory for the scanner, too little time, a target that is not there: the resource says that it was not scanned, the unit is tried again, and the server goes on.</summary>
    [Theory]
    [InlineData("VIDIMUS_SCAN_MEMORY", "0.5", "the scanner ")]
    [InlineData("VIDIMUS_SCAN_TIME", "0.02s", "took longer")]
    [InlineData("VIDIMUS_LOG", "json", "does not exist")]
    public async Task AScannerThatEndsIsANoteOnItsResourceAlone(string name, string value, string why)
    {
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder, new Dictionary<string, string> { [name] = value });
        if (name is not "VIDIMUS_LOG") Package(folder, "lodash", "4.17.11");
        (int Exit, string Output, string Error) Scan(params IEnumerable<string> arguments) => RunningServer.Run(folder, null, ["admin", "scan", .. arguments, .. Here]);

        Assert.Equal(0, Scan("add", $"dir:{folder["app"]}", "--as", "folder:app").Exit);
        await UntilAsync(() => Scan("list").Output.Contains(why, StringComparison.Ordinal), () => Scan("list").Output + server.Error);
        var coverage = server.Aws(RunningServer.Client(folder), "inspector2", "list-coverage");
        Assert.Contains("INTERNAL_ERROR", coverage.Output);
        await UntilAsync(() => server.Error.Contains("is tried again", StringComparison.Ordinal), () => server.Error);
        Assert.Equal(0, server.Stop());
    }

    [Fact]
    public async Task AScannerHasNothingOfTheServersButTheWayToRegistries()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["scanner"], "#!/bin/sh\n{ env; echo; cat /proc/self/limits; ls -l /proc/self/fd; } > seen\n");
        RealTool.Run("chmod", ["+x", folder["scanner"]]);
        await new ScanChild(folder["scanner"], 1L << 30, TimeSpan.FromMinutes(1)).RunAsync("dir:/", "folder:x", folder["out"], folder.Path, Cancel);
        var seen = File.ReadAllText(folder["seen"]);
        string[] allowed = ["PATH", "HOME", "TMPDIR", "VIDIMUS_DATA", "DOTNET_ROOT", "DOTNET_GCHeapHardLimit", "DOTNET_DbgEnableMiniDump", "PWD", "OLDPWD", "SHLVL", "_", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR"];
        Assert.All(seen[..seen.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n').Select(l => l.Split('=')[0]), n => Assert.True(allowed.Contains(n) || n.EndsWith("proxy", StringComparison.OrdinalIgnoreCase), n));
        Assert.Matches($"HOME={folder.Path}\n", seen);
        Assert.DoesNotContain("vidimus.db", seen);
    }

    [Fact]
    public async Task AScannerThatHangsIsEnded()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["scanner"], "#!/bin/sh\nsleep 600 & sleep 600\n");
        RealTool.Run("chmod", ["+x", folder["scanner"]]);
        var error = await Assert.ThrowsAsync<ScanFailedException>(() => new ScanChild(folder["scanner"], 1L << 30, TimeSpan.FromSeconds(1)).RunAsync("dir:/", "folder:x", folder["out"], folder.Path, Cancel));
        Assert.Contains("took longer than 1 s", error.Message);
    }

    private static void Package(TemporaryFolder folder, string name, string version)
    {
        Directory.CreateDirectory(folder[$"app/node_modules/{name}"]);
        File.WriteAllText(folder[$"app/node_modules/{name}/package.json"], $$"""{"name":"{{name}}","version":"{{version}}"}""");
    }

    private static async Task UntilAsync(Func<bool> holds, Func<string> otherwise)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 60, otherwise());
            await Task.Delay(500, Cancel);
        }
    }
}
