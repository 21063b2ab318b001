using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vidimus.Api.Inspector2.Operations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;
using Vidimus.Storage.Migrations;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>The wire on Kestrel at a free port of the loopback.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    public const string Account = "111122223333";
    public const string AccessKey = "AKIAVIDIMUSTEST00001";
    public const string Secret = "wJalr/secret+of=tests";
    public const string SessionKey = "ASIAVIDIMUSTEST00002";
    public const string SessionToken = "FwoGZXIvYXdzEJr//////////token==";
    public const string ExpiredKey = "ASIAVIDIMUSTEST00003";

    private readonly WebApplication app;
    private readonly TemporaryFolder folder;

    private ApiServer(WebApplication app, IDatabase database, TemporaryFolder folder)
    {
        this.app = app;
        this.folder = folder;
        Database = database;
    }

    /// <summary>The store behind the server: SQLite in a folder of this server's own.</summary>
    public IDatabase Database { get; }

    public string Endpoint => app.Urls.Single();


    /// <summary>The server as it is sold.</summary>
    public static Task<ApiServer> StartAsync(Func<ApiServices, ApiServices>? change = null) => StartAsync((app, services) => app.MapVidimusApi(change?.Invoke(services) ?? services));

    /// <summary>The server as it is sold, over a store of either engine: <c>sqlite:PATH</c> or <c>postgres:CONNECTION</c>.</summary>
    public static Task<ApiServer> OverAsync(string target) => StartAsync((app, services) => app.MapVidimusApi(services), target);

    /// <summary>A server whose ListFindings refuses in each way that the API knows, by the number of maxResults.</summary>
    public static Task<ApiServer> RefusingAsync(IReadOnlyList<Exception> refusals) => StartAsync((app, services) => app.MapApi(services, new OperationSet().Add(Inspector2.Shapes.Operations.ListFindings, new Refuse(refusals))));

    /// <summary>A server where every operation of the three models answers what the test laid down for it, and keeps what it was asked.</summary>
    public static Task<ApiServer> EchoAsync(ApiLimits? limits = null) => StartAsync((app, services) =>
    {
        var echoes = new ConcurrentDictionary<string, Echo>();
        var operations = new OperationSet();
        OperationModel[] all = [.. Inspector2.Shapes.Operations.All, .. InspectorScan.Shapes.Operations.All, .. InspectorClassic.Shapes.Operations.All];
        foreach (var model in all)
        {
            var types = model.GetType().GetGenericArguments();
            var echo = (Echo)Activator.CreateInstance(typeof(Echo<,>).MakeGenericType(types))!;
            echoes[$"{model.Service.SigningName}.{model.Name}"] = echo;
            typeof(OperationSet).GetMethod(nameof(OperationSet.Add))!.MakeGenericMethod(types).Invoke(operations, [model, echo]);
        }

        app.MapPost("/_test/answer/{operation}", async (string operation, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            echoes[operation].Answer(body.ToArray());
        });
        app.MapGet("/_test/asked/{operation}", (string operation) => Results.Bytes(echoes[operation].Asked ?? [], "application/json"));
        app.MapApi(services with { Limits = limits ?? Unthrottled }, operations);
    });

    /// <summary>Lays down what an operation of the echo server answers.</summary>
    public async Task AnswerAsync(string operation, string json)
    {
        using var client = new HttpClient();
        using var body = new StringContent(json);
        (await client.PostAsync(new Uri($"{Endpoint}/_test/answer/{operation}"), body, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    public static ApiLimits Unthrottled { get; } = new() { CallsASecond = 1e9, Burst = 1_000_000_000 };

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Database.DisposeAsync();
        folder.Dispose();
    }

    private static async Task<ApiServer> StartAsync(Action<WebApplication, ApiServices> map, string? target = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        var app = builder.Build();
        var folder = Places.Temporary();
        IDatabase database = target is null or ['s', ..] ? await SqliteDatabase.OpenAsync(target?[7..] ?? folder["vidimus.db"], CancellationToken.None) : new PostgresDatabase(target[9..]);
        await Migrator.MigrateAsync(database, TimeProvider.System, CancellationToken.None);
        map(app, new()
        {
            Credentials = new Keys(),
            Enablement = new EcrOnly(),
            Books = new NoBook(),
            Limits = Unthrottled,
            Database = database,
            Identity = await FirstAccountAsync(database),
            PageKey = new byte[32],
        });
        await app.StartAsync();
        return new(app, database, folder);
    }

    /// <summary>What AWS's clients read of their surroundings: the key, the region, and the newest model in place of their own.</summary>
    public static IReadOnlyDictionary<string, string> Surroundings => new Dictionary<string, string>
    {
        ["AWS_DATA_PATH"] = Places.Shared("api-models/botocore-1.43.67"),
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = Secret,
        ["AWS_DEFAULT_REGION"] = "eu-west-1",
        ["AWS_REGION"] = "eu-west-1",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_MAX_ATTEMPTS"] = "1",
        ["AWS_PAGER"] = "",
        ["NODE_NO_WARNINGS"] = "1",
    };

    /// <summary>Runs one of the Python judges beside the tests; it prints what it found and fails by its exit status.</summary>
    public string Judge(string script, params string[] arguments)
    {
        RealTool.Require("python3");
        if (RealTool.Try("python3", ["-c", "import botocore.session"]).Exit != 0) RealTool.Missing("botocore is not installed for python3");
        var (exit, output, error) = RealTool.Try("python3", [Path.Combine(Places.Repository, "tests", "Vidimus.Api.Tests", "judges", script), Endpoint, .. arguments], environment: Surroundings);
        Assert.True(exit == 0, $"{script}: exit {exit}\n{output}{error}");
        return output;
    }

    /// <summary>The account of the test's keys, standing alone.</summary>
    private static async Task<IdentityKey> FirstAccountAsync(IDatabase database)
    {
        await using var session = await database.WriteAsync(CancellationToken.None);
        var tenants = new TenantStore(session);
        await tenants.AddAccountAsync(await tenants.AddTenantAsync(Account, DateTimeOffset.UnixEpoch, CancellationToken.None), Account, DateTimeOffset.UnixEpoch, CancellationToken.None);
        var identity = await tenants.IdentityAsync(CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return identity;
    }

    private sealed class Keys : ICredentials
    {
        public ValueTask<Credential?> FindAsync(string accessKeyId, CancellationToken cancel) => ValueTask.FromResult<Credential?>(accessKeyId switch
        {
            AccessKey => new(AccessKey, Secret, Account, "administrator"),
            SessionKey => new(SessionKey, Secret, Account, "reader", SessionToken, DateTimeOffset.MaxValue),
            ExpiredKey => new(ExpiredKey, Secret, Account, "reader", SessionToken, DateTimeOffset.UnixEpoch),
            _ => null,
        });
    }

    /// <summary>The account has switched on ECR in one region alone.</summary>
    private sealed class EcrOnly : IEnablement
    {
        public ValueTask<IReadOnlySet<string>> EnabledAsync(string account, string region, CancellationToken cancel) =>
            ValueTask.FromResult<IReadOnlySet<string>>(account == Account && region == "eu-west-1" ? new HashSet<string> { "ECR" } : []);
    }

    private sealed class NoBook : IBooks
    {
        public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult<BookLoan?>(null);
    }

    private sealed class Refuse(IReadOnlyList<Exception> refusals) : IOperation<ListFindingsRequest, ListFindingsResponse>
    {
        public Task<ListFindingsResponse> HandleAsync(ListFindingsRequest request, Caller caller, CancellationToken cancel) => throw refusals[request.MaxResults!.Value - 1];
    }
}

/// <summary>An operation of a test: reads and writes through the shapes of the product.</summary>
internal abstract class Echo
{
    public byte[]? Asked { get; protected set; }

    public abstract void Answer(byte[] json);
}

internal sealed class Echo<TRequest, TResponse> : Echo, IOperation<TRequest, TResponse>
    where TRequest : IRequest<TRequest>
    where TResponse : IShape<TResponse>
{
    private TResponse? answer;

    public override void Answer(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        answer = TResponse.Read(ref reader);
    }

    public Task<TResponse> HandleAsync(TRequest request, Caller caller, CancellationToken cancel)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output)) request.Write(writer);
        Asked = output.ToArray();
        return Task.FromResult(answer ?? throw ApiException.NotFound("the test laid down no answer"));
    }
}
