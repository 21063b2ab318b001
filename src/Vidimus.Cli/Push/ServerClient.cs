using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Vidimus.Cli.CommandLine;
using Vidimus.Model.Documents;
using Vidimus.Model.Files;
using Vidimus.Model.Push;

namespace Vidimus.Cli.Push;

/// <summary>Speaks to a Vidimus server. A call that met a busy or broken server is made again a few times: every one may be repeated.</summary>
internal sealed class ServerClient(Uri server, AwsCredentials credentials, TimeProvider time) : IDisposable
{
    private const int Tries = 5;

    /// <summary>Bytes. A larger body is sent once the server says that it takes it: one that refuses by the length alone has closed the connection before it is through.</summary>
    private const int AskedBefore = 1 << 20;
    private const int MostOffers = 3;

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = TimeSpan.FromMinutes(5), MaxResponseContentBufferSize = 32 << 20 };

    /// <summary>The documents sent so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Makes a resource hold documents, sending those that the server does not know.</summary>
    public async Task<OfferAnswer> PushAsync(Offer offer, IReadOnlyList<InventoryDocument> documents, CancellationToken cancel)
    {
        for (var round = 0; round < MostOffers; round++)
        {
            var answer = await CallAsync(HttpMethod.Post, "/vidimus/offer", Body(w => PushText.Write(w, offer)), PushText.ReadAnswer, cancel);
            if (answer.Missing.Count == 0) return answer;
            foreach (var document in documents.Where(d => answer.Missing.Contains(d.Digest)).DistinctBy(d => d.Digest))
            {
                await CallAsync(HttpMethod.Put, $"/vidimus/document/{document.Digest}", document.Body, (ref Utf8JsonReader r) => true, cancel);
                Sent++;
            }
        }

        throw new UnfinishedException("the server keeps asking for documents that it was sent; is it one server with one store?");
    }

    /// <summary>What became of a finding.</summary>
    public Task<FindingLife> HistoryAsync(string id, CancellationToken cancel) => CallAsync(HttpMethod.Get, $"/vidimus/finding/{id}/history", default, PushText.ReadLife, cancel);

    public void Dispose() => http.Dispose();

    private delegate T Reader<out T>(ref Utf8JsonReader reader);

    private static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes)) write(writer);
        return bytes.WrittenMemory;
    }

    private async Task<T> CallAsync<T>(HttpMethod method, string path, ReadOnlyMemory<byte> body, Reader<T> read, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            using var request = new HttpRequestMessage(method, new Uri(server, path));
            if (!body.IsEmpty) request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            if (body.Length > AskedBefore) request.Headers.ExpectContinue = true;
            RequestSigner.Sign(request, body.Span, credentials, "vidimus", time.GetUtcNow());
            try
            {
                using var response = await http.SendAsync(request, cancel);
                var answer = await response.Content.ReadAsByteArrayAsync(cancel);
                if (response.IsSuccessStatusCode) return Read(answer, read);
                if (tries < Tries && (response.StatusCode is HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500))
                {
                    await Task.Delay(Wait(response, tries), time, cancel);
                    continue;
                }

                var way = response.StatusCode is HttpStatusCode.RequestEntityTooLarge ? " (--exclude leaves parts of the target out)" : "";
                throw new UnfinishedException($"{server.Host} refused: {Refusal(response, answer)}{way}");
            }
            catch (HttpRequestException e) when (tries < Tries && e.HttpRequestError is not HttpRequestError.SecureConnectionError and not HttpRequestError.NameResolutionError)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 << tries) / 4, time, cancel);
            }
            catch (HttpRequestException e)
            {
                throw new UnfinishedException($"{server} can't be reached: {e.Message}", e);
            }
            catch (TaskCanceledException e) when (!cancel.IsCancellationRequested)
            {
                throw new UnfinishedException($"{server} did not answer in time", e);
            }
        }
    }

    private static T Read<T>(byte[] answer, Reader<T> read)
    {
        try
        {
            var reader = new Utf8JsonReader(answer.Length == 0 ? "{}"u8 : answer);
            reader.Read();
            return read(ref reader);
        }
        catch (JsonException e)
        {
            throw new UnfinishedException("what answers at that address is not a Vidimus server of this version", e);
        }
    }

    private static TimeSpan Wait(HttpResponseMessage response, int tries) =>
        response.Headers.RetryAfter?.Delta is { } told && told < TimeSpan.FromSeconds(30) ? told : TimeSpan.FromSeconds(1 << tries) / 4;

    /// <summary>The code and the message of a refusal, as far as there is one.</summary>
    private static string Refusal(HttpResponseMessage response, byte[] answer)
    {
        var code = response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.First() : $"HTTP {(int)response.StatusCode}";
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind is JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message) ? $"{code}: {PathText.Display(message.ToString())}" : code;
        }
        catch (JsonException)
        {
            return code;
        }
    }
}
