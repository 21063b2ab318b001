using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>BatchGetAccountStatus by the aws CLI, the JavaScript SDK and curl.</summary>
public class AccountStatusTests
{
    [Fact]
    public async Task TheCliSeesItsOwnAccountAndIsDeniedAnother()
    {
        await using var server = await ApiServer.StartAsync();
        var (exit, output, error) = RefusalTests.Aws(server, "inspector2", "batch-get-account-status", "--account-ids", ApiServer.Account, "999988887777");
        Assert.True(exit == 0, error);
        var answer = JsonDocument.Parse(output).RootElement;
        var own = Assert.Single(answer.GetProperty("accounts").EnumerateArray());
        Assert.Equal("ENABLED", own.GetProperty("state").GetProperty("status").GetString());
        Assert.Equal("ecr", Assert.Single(own.GetProperty("resourceState").EnumerateObject(), r => r.Value.GetProperty("status").GetString() == "ENABLED").Name);
        var denied = Assert.Single(answer.GetProperty("failedAccounts").EnumerateArray());
        Assert.Equal(("999988887777", "ACCESS_DENIED"), (denied.GetProperty("accountId").GetString(), denied.GetProperty("errorCode").GetString()));
    }

    /// <summary>The region is the one of the signature's scope.</summary>
    [Fact]
    public async Task AnotherRegionIsAnotherAnswer()
    {
        await using var server = await ApiServer.StartAsync();
        var (exit, output, error) = RefusalTests.Aws(server, "--region", "us-east-1", "inspector2", "batch-get-account-status");
        Assert.True(exit == 0, error);
        Assert.DoesNotContain("\"ENABLED\"", output);
    }

    [Fact]
    public async Task TheJavaScriptSdkReadsStatusErrorsAndTimes()
    {
        var modules = NpmModules.Of("inspector2", "@aws-sdk/client-inspector2@3.1085.0");
        await using var server = await ApiServer.StartAsync();
        await using var echo = await ApiServer.EchoAsync();
        await echo.AnswerAsync("inspector2.ListFilters", """{"filters":[{"arn":"a","ownerId":"111122223333","name":"n","criteria":{},"action":"NONE","createdAt":1725469184.356,"updatedAt":1725469184}]}""");
        const string Script = """
            const { Inspector2Client, BatchGetAccountStatusCommand, ListFiltersCommand } = require("@aws-sdk/client-inspector2");
            const client = endpoint => new Inspector2Client({ endpoint, maxAttempts: 1 });
            (async () => {
              const [server, echo] = process.argv.slice(1);
              const status = await client(server).send(new BatchGetAccountStatusCommand({}));
              console.log(status.accounts[0].resourceState.ecr.status, status.accounts[0].resourceState.ec2.status);
              const filters = await client(echo).send(new ListFiltersCommand({}));
              console.log(filters.filters[0].createdAt.toISOString(), filters.filters[0].updatedAt.toISOString());
              try { await client(server).send(new BatchGetAccountStatusCommand({ accountIds: ["12"] })); }
              catch (e) { console.log(e.name, e.reason, e.fields[0].name, e.$metadata.httpStatusCode, e.$metadata.requestId.length); }
            })().catch(e => { console.error(e); process.exit(1); });
            """;
        var output = RealTool.Run("node", ["-e", Script, server.Endpoint, echo.Endpoint], folder: modules, environment: ApiServer.Surroundings);
        Assert.Equal("ENABLED DISABLED\n2024-09-04T16:59:44.356Z 2024-09-04T16:59:44.000Z\nValidationException FIELD_VALIDATION_FAILED accountIds.1.member 400 36\n", output);
    }

    /// <summary>curl signs by code of its own.</summary>
    [Fact]
    public async Task CurlsOwnSignatureIsTaken()
    {
        RealTool.Require("curl");
        await using var server = await ApiServer.StartAsync();
        string[] Call(string secret) =>
        [
            "-s", "-i", "--aws-sigv4", "aws:amz:eu-west-1:inspector2", "--user", $"{ApiServer.AccessKey}:{secret}", "-H", "content-type: application/json",
            "-d", $$$"""{"accountIds":["{{{ApiServer.Account}}}"],"unknown":{"a":[1]}}""", server.Endpoint + "/status/batch/get",
        ];
        var taken = RealTool.Run("curl", Call(ApiServer.Secret));
        Assert.Contains("200 OK", taken);
        Assert.Contains("x-amzn-RequestId", taken);
        var refused = RealTool.Run("curl", Call("wrong"));
        Assert.Contains("403 Forbidden", refused);
        Assert.Contains("x-amzn-ErrorType: InvalidSignatureException", refused);
    }
}
