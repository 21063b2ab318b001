using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Server.Tests;

/// <summary>Accounts, keys, roles and the audit log, by <c>vidimus admin</c> beside a running server, and AWS's clients as the judges.</summary>
public class IdentityTests
{
    [Fact]
    public async Task EveryOperationRefusesWhoMayNot()
    {
        RealTool.Require("python3");
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder);
        Admin(folder, "account", "add", "444455556666", "--name", "the others");
        var foreign = Key(folder, "444455556666", "theirs", "administrator");
        string[] arguments = [Path.Combine(Places.Repository, "tests/Vidimus.Server.Tests/judges/gates.py"), server.Endpoint, folder["state/first-credentials"], Key(folder, "111122223333", "worker", "operator"), Key(folder, "111122223333", "looker", "reader"), foreign];
        var (exit, output, error) = RealTool.Try("python3", arguments, environment: RunningServer.Client(folder));
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exit == 0, output + error);
        Assert.Contains(" 0 failures", output);
    }

    [Fact]
    public async Task KeysAndRolesChangeBeneathARunningServer()
    {
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder);
        var file = Key(folder, "111122223333", "alice", "operator");
        var client = RunningServer.Client(folder, file);
        var id = File.ReadLines(file).ElementAt(1).Split(" = ")[1];
        Assert.Matches("^AKIA[A-Z2-7]{16}$", id);
        Assert.Equal("600\n", RealTool.Run("stat", ["-c", "%a", file]));

        Assert.Contains("this server has no engine for CIS scans", server.Aws(client, "inspector2", "stop-cis-session", "--scan-job-id", Guid.Empty.ToString(), "--session-token", Guid.Empty.ToString(), "--message", "status=SUCCESS,progress={}").Error, StringComparison.Ordinal);
        Admin(folder, "role", "set", "alice", "reader", "--account", "111122223333");
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        Assert.Contains("user/alice is not authorized to perform: inspector2:StopCisSession", server.Aws(client, "inspector2", "stop-cis-session", "--scan-job-id", Guid.Empty.ToString(), "--session-token", Guid.Empty.ToString(), "--message", "status=SUCCESS,progress={}").Error);
        Assert.Equal(0, server.Aws(client, "inspector2", "batch-get-account-status").Exit);

        Admin(folder, "key", "revoke", id);
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        Assert.Contains("UnrecognizedClientException", server.Aws(client, "inspector2", "batch-get-account-status").Error);

        var listed = Admin(folder, "key", "list");
        Assert.DoesNotContain(id, listed);
        Assert.Contains("administrator", listed);
    }

    [Fact]
    public async Task TheAuditLogHasWhatChangedAndWhatWasRefusedWithoutSecrets()
    {
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder);
        var client = RunningServer.Client(folder, Key(folder, "111122223333", "looker", "reader"));
        const string Token = "glpat-very-secret-token";
        server.Aws(client, "inspector2", "create-code-security-integration", "--name", "lab", "--type", "GITLAB_SELF_MANAGED", "--details", """{"gitlabSelfManaged":{"instanceUrl":"https://gitlab.example","accessToken":"TOKEN"}}""".Replace("TOKEN", Token, StringComparison.Ordinal));
        server.Aws(client, "inspector2", "batch-get-account-status");

        Assert.Contains("wrote 2 entries", Admin(folder, "audit", "--export", folder["audit.jsonl"]));
        var text = File.ReadAllText(folder["audit.jsonl"]);
        var entries = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(["admin:CreateAccessKey done", "inspector2:CreateCodeSecurityIntegration AccessDeniedException"], entries.Select(e => $"{e.GetProperty("operation")} {e.GetProperty("outcome")}"));
        Assert.StartsWith("arn:aws:iam::111122223333:user/looker AKIA", entries[1].GetProperty("principal").GetString());
        Assert.Equal(("lab", "***"), (entries[1].GetProperty("request").GetProperty("body").GetProperty("name").GetString(),
            entries[1].GetProperty("request").GetProperty("body").GetProperty("details").GetProperty("gitlabSelfManaged").GetProperty("accessToken").GetString()));
        var secrets = Directory.EnumerateFiles(folder["keys"]).Append(folder["state/first-credentials"]).SelectMany(File.ReadLines).Where(l => l.Contains("secret", StringComparison.Ordinal)).Select(l => l.Split(" = ")[1]).Append(Token).ToList();
        Assert.Equal(3, secrets.Count);
        Assert.All(secrets, s => Assert.DoesNotContain(s, text + server.Error + server.Output));

        // Nor do the store's files hold one in the clear.
        Assert.Equal(0, server.Stop());
        var store = string.Concat(Directory.EnumerateFiles(folder["state"], "vidimus.db*").Select(f => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(f))));
        Assert.All(secrets, s => Assert.DoesNotContain(s, store));
        Assert.Contains("wrote 2 entries", Admin(folder, "audit", "--since", "2020-01-01", "--export", folder["more.jsonl"]));
        Assert.Contains("wrote 0 entries", Admin(folder, "audit", "--since", "2999-01-01", "--export", folder["none.jsonl"]));
        Assert.Equal(2, RunningServer.Run(folder, null, "admin", "audit", "--since", "yesterday").Exit);
    }

    [Fact]
    public async Task AccountsComeAndGo()
    {
        using var folder = Places.Temporary();
        using (await RunningServer.StartAsync(folder))
        {
        }

        Admin(folder, "account", "add", "444455556666", "--name", "the others");
        Key(folder, "444455556666", "theirs", "administrator");
        Assert.Contains("the others", Admin(folder, "account", "list"));
        Assert.Equal(3, RunningServer.Run(folder, null, "admin", "account", "add", "444455556666").Exit);
        Assert.Equal(2, RunningServer.Run(folder, null, "admin", "account", "add", "44445555666").Exit);
        Admin(folder, "account", "remove", "444455556666");
        Assert.DoesNotContain("444455556666", Admin(folder, "account", "list") + Admin(folder, "key", "list"));
        Assert.Equal(3, RunningServer.Run(folder, null, "admin", "key", "create", "--account", "444455556666", "--user", "x", "-o", folder["x"]).Exit);
        Assert.Equal(2, RunningServer.Run(folder, null, "admin", "key", "create", "--account", "111122223333", "--user", "no blanks here", "-o", folder["x"]).Exit);
        Assert.Equal(2, RunningServer.Run(folder, null, "admin", "key", "create", "--account", "111122223333", "--user", "x").Exit);
        Assert.False(File.Exists(folder["x"]));
        Assert.Equal(3, RunningServer.Run(folder, null, "admin", "account", "list", "--state", folder["nowhere"]).Exit);
    }

    /// <summary>A key that ends of itself goes with a token, which every call must carry.</summary>
    [Fact]
    public async Task ATemporaryKeyNeedsItsToken()
    {
        using var folder = Places.Temporary();
        using var server = await RunningServer.StartAsync(folder);
        Admin(folder, "key", "create", "--account", "111122223333", "--user", "guest", "--expires", "15m", "--output", folder["keys/guest"]);
        Assert.Equal(2, RunningServer.Run(folder, null, "admin", "key", "create", "--account", "111122223333", "--user", "guest", "--expires", "1m", "-o", folder["x"]).Exit);
        Assert.Contains("aws_access_key_id = ASIA", File.ReadAllText(folder["keys/guest"]));
        Assert.Equal(0, server.Aws(RunningServer.Client(folder, folder["keys/guest"]), "inspector2", "batch-get-account-status").Exit);

        File.WriteAllLines(folder["keys/bare"], File.ReadLines(folder["keys/guest"]).Where(l => !l.StartsWith("aws_session_token", StringComparison.Ordinal)));
        Assert.Contains("UnrecognizedClientException", server.Aws(RunningServer.Client(folder, folder["keys/bare"]), "inspector2", "batch-get-account-status").Error);
        File.WriteAllText(folder["keys/other"], File.ReadAllText(folder["keys/bare"]) + "aws_session_token = AAAA\n");
        Assert.Contains("UnrecognizedClientException", server.Aws(RunningServer.Client(folder, folder["keys/other"]), "inspector2", "batch-get-account-status").Error);
    }

    private static string Admin(TemporaryFolder folder, params string[] arguments)
    {
        var (exit, output, error) = RunningServer.Run(folder, null, ["admin", .. arguments]);
        Assert.True(exit == 0, $"{string.Join(' ', arguments)}: {exit} {error}");
        return output;
    }

    /// <summary>A new key's file.</summary>
    private static string Key(TemporaryFolder folder, string account, string user, string role)
    {
        var file = folder[$"keys/{user}"];
        Admin(folder, "key", "create", "--account", account, "--user", user, "--role", role, "--output", file);
        return file;
    }
}
