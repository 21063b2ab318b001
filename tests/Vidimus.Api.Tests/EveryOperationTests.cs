using System.Reflection;
using System.Text;
using Vidimus.Api.Protocol;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>Each of the operations of the models, by each of the clients; and what docs/api-coverage.md says of them.</summary>
public class EveryOperationTests
{
    private const string Owner = "222233334444";
    private const string Member = "444455556666";
    private const string Foreign = "555566667777";

    private static readonly OperationModel[] Models = [.. Inspector2.Shapes.Operations.All, .. InspectorScan.Shapes.Operations.All];

    private static async Task<ApiServer> StartAsync()
    {
        var server = await ApiServer.StartAsync();
        await server.AddTenantAsync(Owner, Owner, Member);
        await server.AddTenantAsync(null, Foreign);
        return server;
    }

    /// <summary>The judge checks that no member is missing that the model requires.</summary>
    [Fact]
    public async Task BotocoreCallsThemAll()
    {
        await using var server = await StartAsync();
        Assert.Equal(NotOffered(), server.Judge("every_operation.py", "boto", Owner, Member));
    }

    [Fact]
    public async Task TheCliCallsThemAll()
    {
        if (RealTool.Try("python3", ["-c", "import awscli"]).Exit != 0) RealTool.Missing("the aws CLI is not installed for python3");
        await using var server = await StartAsync();
        Assert.Equal(NotOffered(), server.Judge("every_operation.py", "cli", Owner, Member));
    }

    [Fact]
    public async Task TheJavaScriptSdkCallsThemAll()
    {
        var modules = NpmModules.Of("inspector2", "@aws-sdk/client-inspector2@3.1085.0");
        await using var server = await StartAsync();
        using var folder = Places.Temporary();
        File.WriteAllText(folder["calls.json"], server.Judge("every_operation.py", "plan", Owner, Member));
        const string Script = """
            const sdk = require("@aws-sdk/client-inspector2");
            const [endpoint, calls, accessKeyId] = process.argv.slice(1);
            const client = new sdk.Inspector2Client({ endpoint, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY } });
            (async () => {
              const missing = [];
              for (const [operation, input, wanted] of JSON.parse(require("fs").readFileSync(calls))) {
                for (const message of input.messages ?? []) message.cisRuleDetails = Buffer.from(message.cisRuleDetails, "base64");
                let code = "";
                try { await client.send(new sdk[operation + "Command"](input)); } catch (e) { code = e.name; if (e.name === "TypeError") throw e; }
                if (code === "NotImplementedException") missing.push(operation);
                else if (code !== wanted) throw new Error(`${operation}: ${code}`);
              }
              console.log(missing.sort().join(" "));
            })().catch(e => { console.error(e); process.exit(1); });
            """;
        Assert.Equal(NotOffered(), RealTool.Run("node", ["-e", Script, server.Endpoint, folder["calls.json"], ApiServer.KeyOf + Owner], folder: modules, environment: ApiServer.Surroundings));
    }

    [Fact]
    public async Task AStrangerGetsNothingByAnothersIds()
    {
        await using var server = await StartAsync();
        using var folder = Places.Temporary();
        File.WriteAllText(folder["calls.json"], server.Judge("every_operation.py", "plan", Owner, Member));
        Assert.Equal("ok\n", server.Judge("foreign.py", Owner, Foreign, folder["calls.json"]));
    }

    /// <summary><c>VIDIMUS_DOCS=write</c> writes the page anew.</summary>
    [Fact]
    public void TheCoveragePageIsCurrent()
    {
        var text = new StringBuilder("""
            # Operations

            What this server offers of Amazon Inspector's operations, and what differs from Amazon's and why. This page is made from the code by a test.

            * **complete**: all that Amazon's does with what this server watches.
            * **configuration**: keeps and gives back what it is told; what would act on it is not there yet.
            * **empty**: answers that there is nothing, as nothing can have come to be.
            * **refused**: with ValidationException "this server has no engine for …", since the engine that it would start or read is not there.
            * **not offered**: 501 NotImplementedException.


            """);
        foreach (var service in Models.GroupBy(m => m.Service.SigningName))
        {
            text.Append($"## {service.Key}\n\n| operation | state | differs from Amazon's |\n|---|---|---|\n");
            foreach (var model in service.OrderBy(m => m.Name, StringComparer.Ordinal))
            {
                var coverage = CoverageOf(model);
                text.Append($"| {model.Name} | {(coverage is null ? "not offered" : coverage.State.ToString().ToLowerInvariant())} | {string.Join(" ", coverage?.Differences ?? [])} |\n");
            }

            text.Append('\n');
        }

        text.Append("## inspector\n\nAll 37 operations of Inspector Classic are not offered.\n");
        var file = Path.Combine(Places.Repository, "docs", "api-coverage.md");
        if (Environment.GetEnvironmentVariable("VIDIMUS_DOCS") is "write") File.WriteAllText(file, text.ToString());
        Assert.True(File.Exists(file) && File.ReadAllText(file) == text.ToString(), "docs/api-coverage.md is not what the code says; make it anew with VIDIMUS_DOCS=write ./test Api");
    }

    private static CoverageAttribute? CoverageOf(OperationModel model)
    {
        var type = typeof(VidimusApi).Assembly.GetTypes().SingleOrDefault(t => t.Name == model.Name && t.Namespace!.EndsWith(".Operations", StringComparison.Ordinal));
        return type is null ? null : type.GetCustomAttribute<CoverageAttribute>() ?? throw new InvalidOperationException($"{model.Name} has no [Coverage]");
    }

    /// <summary>As the judges print them.</summary>
    private static string NotOffered() => string.Join(' ', Inspector2.Shapes.Operations.All.Where(m => CoverageOf(m) is null).Select(m => m.Name).Order(StringComparer.Ordinal)) + "\n";
}
