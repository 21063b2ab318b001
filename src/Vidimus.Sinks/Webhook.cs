using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>Posts each event, signed as the Standard Webhooks specification has it, so that its libraries verify what we send.</summary>
/// <remarks>
/// Headers: <c>webhook-id</c>, <c>webhook-timestamp</c> (seconds) and <c>webhook-signature</c>: <c>v1,</c> and base64 of HMAC-SHA256 over <c>id.timestamp.body</c>. The key's text is <c>whsec_</c> and its base64.
/// The events of one finding go one after the other, those of different ones beside each other. Redirects are not followed and answers not read.
/// </remarks>
public sealed class Webhook : ISinkKind, IDisposable
{
    private const string KeyPrefix = "whsec_";
    private const int KeyLength = 32;
    private const int MaxBody = 1 << 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly HttpClient reusing;

    /// <summary>Gives each post a connection of its own: a receiver of HTTP/1.0 closes one after its answer without a word, and a post that went out on it meanwhile got none.</summary>
    private readonly HttpClient closing;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;

    /// <param name="timeout">For one event, from the connection to the answer's head.</param>
    public Webhook(AddressRule rule, TimeProvider time, TimeSpan timeout)
    {
        (this.time, this.timeout) = (time, timeout);
        reusing = Client(rule, TimeSpan.FromMinutes(2));
        closing = Client(rule, TimeSpan.Zero);
    }

    private const int Together = 8;

    public string Kind => "webhook";

    public int Batch => 100;

    /// <summary>A new key in its text form.</summary>
    public static string NewKey() => KeyPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength));

    public void Check(string target)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            throw new SinkException($"a webhook goes to an https address without user and fragment, not to {target}");
    }

    public async Task<SendResult> SendAsync(Sink sink, string? secret, IReadOnlyList<EventText> events, CancellationToken cancel)
    {
        var key = Key(secret);
        var answers = new Answer?[events.Count];
        Answer? failure = null;
        var threads = events.Select((e, place) => (e, place)).GroupBy(x => x.e.Thread, StringComparer.Ordinal).ToList();
        await Parallel.ForEachAsync(threads, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancel }, async (thread, stop) =>
        {
            foreach (var (text, place) in thread)
            {
                if (Volatile.Read(ref failure) is not null) return;
                var answer = await PostAsync(sink.Definition.Target, key, text, stop);
                answers[place] = answer;
                if (answer.IsFailure) Volatile.Write(ref failure, answer);
                if (answer.IsFailure) return;
            }
        });

        string?[] outcomes = [.. answers.TakeWhile(a => a is { IsFailure: false }).Select(a => a!.Error)];
        return failure is null ? new(outcomes) : new(outcomes, failure.Error, time.GetUtcNow() + failure.Wait);
    }

    public async Task<string?> TryAsync(Sink sink, string? secret, EventText message, CancellationToken cancel) => (await PostAsync(sink.Definition.Target, Key(secret), message, cancel)).Error;

    public void Dispose()
    {
        reusing.Dispose();
        closing.Dispose();
    }

    private static HttpClient Client(AddressRule rule, TimeSpan life) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        // Bounded by each sink's posts at once; a bound for each host would let one sink hold another of the same host.
        MaxConnectionsPerServer = int.MaxValue,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = life,
        ConnectCallback = async (context, cancel) =>
        {
            var isPlain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
            return new NetworkStream(await rule.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, isPlain, cancel), ownsSocket: true);
        },
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>How a post went: told, this event refused, or a failure that is about the receiver.</summary>
    private sealed record Answer(string? Error, bool IsFailure, TimeSpan Wait);

    private async Task<Answer> PostAsync(string target, byte[] key, EventText text, CancellationToken cancel) =>
        await PostAsync(reusing, target, key, text, cancel) ?? await PostAsync(closing, target, key, text, cancel) ?? new("the connection ended before the answer", true, default);

    /// <summary>Null when the connection ended before the answer.</summary>
    private async Task<Answer?> PostAsync(HttpClient client, string target, byte[] key, EventText text, CancellationToken cancel)
    {
        if (text.Body.Length > MaxBody) return new($"the event has {text.Body.Length} bytes, more than {MaxBody}", false, default);
        var seconds = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(text.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", text.Id);
        request.Headers.Add("webhook-timestamp", seconds);
        byte[] content = [.. Encoding.ASCII.GetBytes($"{text.Id}.{seconds}."), .. text.Body];
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, content))}");
        request.Headers.UserAgent.Add(new("vidimus", "1"));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return Read(response);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new($"no answer within {timeout.TotalSeconds} s", true, default);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ResponseEnded)
        {
            return null;
        }
        catch (HttpRequestException e)
        {
            return new(e.InnerException is AddressRefusedException or AuthenticationException ? e.InnerException.Message : e.Message, true, default);
        }
    }

    /// <summary>What is about the event is final; what is about the receiver (not found, forbidden, moved, overloaded, broken) may pass.</summary>
    private Answer Read(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is >= 200 and < 300) return new(null, false, default);
        var error = $"{status} {response.ReasonPhrase}";
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity)
            return new(error, false, default);

        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() ?? default : default;
        return new(status is >= 300 and < 400 ? $"{error}: redirects are not followed" : error, true, wait < TimeSpan.Zero ? default : wait > LongestWait ? LongestWait : wait);
    }

    private static byte[] Key(string? secret)
    {
        if (secret is null || !secret.StartsWith(KeyPrefix, StringComparison.Ordinal)) throw new SinkException($"a webhook's key begins with {KeyPrefix}");
        try
        {
            return Convert.FromBase64String(secret[KeyPrefix.Length..]);
        }
        catch (FormatException)
        {
            throw new SinkException($"a webhook's key is {KeyPrefix} and base64");
        }
    }
}
