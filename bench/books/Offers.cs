using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Vidimus.Api;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Api.Protocol;
using Vidimus.Cli.Push;
using Vidimus.Fleet;
using Vidimus.Model.Push;
using Vidimus.Storage;

namespace Vidimus.Bench.Books;

/// <summary>Unchanged inventories as signed calls over HTTP, each answered when it is durable. Client and server share the machine.</summary>
internal static class Offers
{
    private const int Calls = 5_000;
    private const int AtOnce = 64;

    public static async Task MeasureAsync(FleetServices services, Plan plan)
    {
        await using var session = await services.Database.WriteAsync(default);
        using var identity = await new TenantStore(session).IdentityAsync(default);
        await session.CommitAsync(default);
        await session.DisposeAsync();

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapVidimusApi(new() { Credentials = new Key(), Books = new NoBook(), Database = services.Database, Identity = identity, PageKey = new byte[32], Fleet = services, Limits = new() { PushesASecond = 1_000_000 } });
        await app.StartAsync();

        var credentials = new AwsCredentials("AKIABENCH", "secret", null, "eu-west-1");
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = new(app.Urls.First()) };
        var offers = Enumerable.Range(0, Calls).Select(i => plan.Known[i % plan.Known.Count]).Select(k => Body(new("folder", k.Id, "bench", new Dictionary<string, string> { ["language"] = k.Digest }))).ToArray();
        var unchanged = 0;
        async Task CallAsync(byte[] body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(http.BaseAddress!, "/vidimus/offer")) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
            RequestSigner.Sign(request, body, credentials, "vidimus", TimeProvider.System.GetUtcNow());
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (text.Contains("\"unchanged\":true", StringComparison.Ordinal)) Interlocked.Increment(ref unchanged);
            else throw new InvalidOperationException(text);
        }

        foreach (var body in offers.Take(200)) await CallAsync(body);
        unchanged = 0;
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(offers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (body, _) => await CallAsync(body));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{unchanged:n0} unchanged inventories as signed calls, {AtOnce} at once: {unchanged / clock.Elapsed.TotalSeconds:n0} a second"));
    }

    private static byte[] Body(Offer offer)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes)) PushText.Write(writer, offer);
        return bytes.WrittenSpan.ToArray();
    }

    private sealed class Key : ICredentials
    {
        public ValueTask<Credential?> FindAsync(string accessKeyId, CancellationToken cancel) => ValueTask.FromResult<Credential?>(new(accessKeyId, "secret", "111122223333", "administrator"));
    }

    private sealed class NoBook : IBooks
    {
        public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult<BookLoan?>(null);
    }
}
