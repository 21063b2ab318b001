using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>From nothing to an answer: what a new user does, and the aws CLI as the judge.</summary>
public class FirstStartTests
{
    [Fact]
    public async Task TheFirstCredentialsLetTheAwsCliIn()
    {
        using var folder = Places.Temporary();
        using (var server = await RunningServer.StartAsync(folder))
        {
            var (exit, output, error) = server.Aws(RunningServer.Client(folder), "inspector2", "batch-get-account-status");
            Assert.True(exit == 0, error);
            using var answer = JsonDocument.Parse(output);
            Assert.Equal("111122223333", answer.RootElement.GetProperty("accounts")[0].GetProperty("accountId").GetString());

            Assert.Equal(["600", "600", "700"], RealTool.Run("stat", ["-c", "%a", folder["state/first-credentials"], folder["keys/server.key"], folder["state"]]).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            var secret = File.ReadLines(folder["state/first-credentials"]).Last().Split(" = ")[1];
            Assert.Equal(40, secret.Length);
            Assert.DoesNotContain(secret, server.Output + server.Error);
            Assert.Equal(0, server.Stop());
        }

        // A second start draws nothing anew.
        var before = File.ReadAllText(folder["state/first-credentials"]);
        using var again = await RunningServer.StartAsync(folder);
        Assert.Equal(before, File.ReadAllText(folder["state/first-credentials"]));
        Assert.DoesNotContain("first account", again.Output);
        Assert.Equal(0, again.Aws(RunningServer.Client(folder), "inspector2", "batch-get-account-status").Exit);
    }

    [Fact]
    public async Task TellsThatItLivesAndThatItIsReady()
    {
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder);
        using var client = new HttpClient();
        Assert.Equal("ok\n", await client.GetStringAsync(new Uri(server.Endpoint + "/healthz"), TestContext.Current.CancellationToken));
        Assert.Equal("ready\n", await client.GetStringAsync(new Uri(server.Endpoint + "/readyz"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AStoreWithoutItsKeyIsRefused()
    {
        using var folder = Places.Temporary();
        using (await RunningServer.StartAsync(folder))
        {
        }

        File.Move(folder["keys/server.key"], folder["keys/away"]);
        var (exit, _, error) = RunningServer.Run(folder, null, "serve");
        Assert.Equal(3, exit);
        Assert.Contains("sealed under a key that is not at", error);
        Assert.False(File.Exists(folder["keys/server.key"]));

        var other = folder["keys/other"];
        using (await RunningServer.StartAsync(folder, new Dictionary<string, string> { ["VIDIMUS_STATE"] = folder["elsewhere"], ["VIDIMUS_KEY_FILE"] = other }))
        {
        }

        (exit, _, error) = RunningServer.Run(folder, null, "serve", "--key-file", other);
        Assert.Equal(3, exit);
        Assert.Contains("sealed under another key", error);
    }

    /// <summary>The scanner's program becomes the server's.</summary>
    [Fact]
    public void VidimusServeIsVidimusServer()
    {
        using var folder = Places.Temporary();
        var (exit, output, _) = RealTool.Try(Path.Combine(AppContext.BaseDirectory, "vidimus"), ["serve", "--help"], folder: folder.Path, environment: RunningServer.Surroundings(folder));
        Assert.Equal(0, exit);
        Assert.Contains("--tls-certificate", output);
        Assert.Equal(2, RealTool.Try(Path.Combine(AppContext.BaseDirectory, "vidimus"), ["serve", "--no-such"], folder: folder.Path, environment: RunningServer.Surroundings(folder)).Exit);
    }
}
