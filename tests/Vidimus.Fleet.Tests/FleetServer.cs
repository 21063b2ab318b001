using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Vidimus.Api;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;
using Vidimus.Testing;

namespace Vidimus.Fleet.Tests;

/// <summary>A server on Kestrel over a fleet, and the built tool as a process that speaks to it.</summary>
internal sealed class FleetServer(WebApplication app, Fleet fleet, IdentityKey identity, TemporaryFolder folder) : IAsyncDisposable
{
    public const string Account = "111122223333";
    private const string AccessKey = "AKIAVIDIMUSTEST00001";
    private const string ReaderKey = "AKIAVIDIMUSTEST00002";
    private const string Secret = "wJalr/secret+of=tests";

    public Fleet Fleet => fleet;

    public IdentityKey Identity => identity;

    public TemporaryFolder Folder => folder;

    public string Endpoint => app.Urls.First();

    public static async Task<FleetServer> StartAsync()
    {
        var folder = Places.Temporary();
        var fleet = await Fleet.OpenAsync($"sqlite:{folder["store.db"]}", new(DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())));
        IdentityKey identity;
        await using (var session = await fleet.Database.WriteAsync(CancellationToken.None))
        {
            identity = await new TenantStore(session).IdentityAsync(CancellationToken.None);
            await session.CommitAsync(CancellationToken.None);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapVidimusApi(new() { Credentials = new Keys(), Books = new NoBook(), Database = fleet.Database, Identity = identity, PageKey = new byte[32], Fleet = fleet.Services });
        await app.StartAsync();
        return new(app, fleet, identity, folder);
    }

    /// <summary>Runs the tool with the access key in its environment.</summary>
    public (int Exit, string Output, string Error) Tool(params IEnumerable<string> arguments) => RunAs(AccessKey, Secret, arguments);

    public (int Exit, string Output, string Error) ToolOfReader(params IEnumerable<string> arguments) => RunAs(ReaderKey, Secret, arguments);

    public (int Exit, string Output, string Error) ToolOfStranger(params IEnumerable<string> arguments) => RunAs(AccessKey, "wrong", arguments);

    /// <summary>Runs the tool with other variables than the key's.</summary>
    public (int Exit, string Output, string Error) Run(IReadOnlyDictionary<string, string> variables, params IEnumerable<string> arguments) =>
        RealTool.Try(Path.Combine(AppContext.BaseDirectory, "vidimus"), arguments, folder: folder.Path,
            environment: new Dictionary<string, string>(variables) { ["VIDIMUS_DATA"] = folder["data"], ["VIDIMUS_SERVER"] = Endpoint });

    public static IReadOnlyDictionary<string, string> KeyFile(TemporaryFolder folder)
    {
        File.WriteAllText(folder["credentials"], $"[other]\naws_access_key_id = X\n[team]\n# a comment\naws_access_key_id = {AccessKey}\naws_secret_access_key = {Secret}\n");
        File.WriteAllText(folder["config"], "[profile team]\nregion = eu-west-1\n");
        return new Dictionary<string, string> { ["AWS_SHARED_CREDENTIALS_FILE"] = folder["credentials"], ["AWS_CONFIG_FILE"] = folder["config"], ["AWS_PROFILE"] = "team" };
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await fleet.DisposeAsync();
        identity.Dispose();
        folder.Dispose();
    }

    private (int Exit, string Output, string Error) RunAs(string key, string secret, IEnumerable<string> arguments) =>
        Run(new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = key, ["AWS_SECRET_ACCESS_KEY"] = secret, ["AWS_REGION"] = "eu-west-1" }, arguments);

    private sealed class Keys : ICredentials
    {
        public ValueTask<Credential?> FindAsync(string accessKeyId, CancellationToken cancel) => ValueTask.FromResult<Credential?>(accessKeyId switch
        {
            AccessKey => new(AccessKey, Secret, Account, "administrator"),
            ReaderKey => new(ReaderKey, Secret, Account, "reader"),
            _ => null,
        });
    }

    private sealed class NoBook : IBooks
    {
        public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult<BookLoan?>(null);
    }
}
