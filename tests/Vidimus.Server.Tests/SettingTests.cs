using Vidimus.Server.CommandLine;
using Vidimus.Server.Configuration;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>One table for the command line, the environment and the file.</summary>
public class SettingTests
{
    /// <summary><c>VIDIMUS_DOCS=write</c> writes the page anew.</summary>
    [Fact]
    public void TheirPageIsCurrent()
    {
        var file = Path.Combine(Places.Repository, "docs", "server-options.md");
        var made = "# Options of the server\n\nThe settings of `vidimus serve`, `worker` and `admin`. The command line comes before the environment, that before the file of `--config`, that before the default. "
            + "A span of time is a number with `s`, `m`, `h` or `d`. This page is made from the code by a test.\n\n" + SettingTable.ToMarkdown();
        if (Environment.GetEnvironmentVariable("VIDIMUS_DOCS") is "write") File.WriteAllText(file, made);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == made, "docs/server-options.md is not what the code says; make it anew with VIDIMUS_DOCS=write ./test Server");
    }

    [Fact]
    public void FlagsComeBeforeVariablesBeforeTheFile()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["conf"], "# ours\nburst = 7\ncalls-a-second = 8\n\nstop-within=9s\n");
        var values = new SettingValues(new Dictionary<string, string> { ["burst"] = "1", ["config"] = folder["conf"] }, name => name is "VIDIMUS_BURST" or "VIDIMUS_CALLS_A_SECOND" ? "2" : name is "HOME" ? "/h" : null);
        var settings = ServerSettings.From(values, UsedBy.Serve);
        Assert.Equal((1, 2.0, TimeSpan.FromSeconds(9)), (settings.Burst, settings.CallsASecond, settings.StopWithin));
        Assert.Equal(("sqlite:/h/.local/state/vidimus/vidimus.db", "/h/.config/vidimus/server.key", "/h/.cache/vidimus"), (settings.Store, settings.KeyFile, settings.DataFolder));
    }

    [Theory]
    [InlineData("burst", "many", "not a number")]
    [InlineData("stop-within", "3", "span of time")]
    [InlineData("stop-within", "3y", "span of time")]
    [InlineData("store", "mysql:x", "sqlite:")]
    [InlineData("store", "postgres:Host=h;Password=x", "can be seen")]
    [InlineData("listen", "127.0.0.1", "http://")]
    [InlineData("listen", "https://127.0.0.1:1", "--tls-certificate")]
    [InlineData("tls-key", "f", "go together")]
    [InlineData("account", "123", "twelve digits")]
    [InlineData("work", "false", "PostgreSQL")]
    [InlineData("log-level", "loud", "debug")]
    [InlineData("config", "/nowhere", "does not exist")]
    [InlineData("feeds", "/nowhere", "does not exist")]
    public void RefusesWhatCantBe(string name, string value, string why)
    {
        var refused = Assert.Throws<UsageException>(() => ServerSettings.From(new(new Dictionary<string, string> { [name] = value }, variable => variable is "HOME" ? "/h" : null), UsedBy.Serve));
        Assert.Contains(why, refused.Message);
    }

    [Theory]
    [InlineData("no-such = 1", "there is no setting 'no-such'")]
    [InlineData("burst", "not 'name = value'")]
    [InlineData("burst = 1\nburst = 2", "a second time")]
    public void TheFileIsReadStrictly(string text, string why)
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["conf"], text);
        Assert.Contains(why, Assert.Throws<UsageException>(() => ConfigurationFile.Read(folder["conf"])).Message);
    }
}
