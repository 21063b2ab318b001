using System.Net;
using System.Security.Cryptography;

namespace Vidimus.Advisories.Fetch;

/// <summary>What came of fetching a file.</summary>
internal enum Fetched
{
    /// <summary>The server has no such file; a saved one is gone too.</summary>
    Absent,

    /// <summary>The saved file is the server's.</summary>
    Unchanged,

    /// <summary>It was saved anew.</summary>
    Changed,
}

/// <summary>Saves files from HTTP addresses: only what changed, after a broken connection only the rest, and never half a file in a whole one's place.</summary>
internal sealed class Fetcher : IDisposable
{
    private const int Attempts = 5;

    /// <summary>A name that nobody knows, or a machine that refuses, is rarely known a moment later: without a network the answer must not take a minute.</summary>
    private const int AttemptsWithoutServer = 2;

    private const int MaxRedirects = 5;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    private readonly HttpClient client;
    private readonly TimeProvider time;

    public Fetcher(TimeProvider time)
    {
        this.time = time;
        // No automatic redirects, since not every one is followed; no automatic unpacking, since ranges and lengths are those of the packed bytes.
        client = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("vidimus/0.1");
    }

    public void Dispose() => client.Dispose();

    /// <summary>Brings the file at <paramref name="path"/> to what the address has now.</summary>
    /// <exception cref="FetchException">It could not be had, after all retries; the saved file is as it was.</exception>
    public async Task<Fetched> FetchAsync(Uri address, string path, long maxBytes, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            Failure failure;
            try
            {
                return await TryAsync(address, path, maxBytes, cancel);
            }
            catch (RetryException e)
            {
                failure = new(e.Message, e.After);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
            {
                failure = new(e.Message, null, IsWithoutServer: e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError });
            }

            if (attempt >= (failure.IsWithoutServer ? AttemptsWithoutServer : Attempts)) throw new FetchException($"{address} can't be fetched: {failure.Reason}.");
            var wait = failure.After ?? FirstWait * (1 << (attempt - 1));
            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, cancel);
        }
    }

    private async Task<Fetched> TryAsync(Uri address, string path, long maxBytes, CancellationToken cancel)
    {
        var saved = FileMark.Of(path);
        var partial = FileMark.OfPartial(path);
        using var response = await SendAsync(address, saved, partial, cancel);
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotModified when saved is not null:
                return Fetched.Unchanged;
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                FileMark.Delete(path);
                return Fetched.Absent;
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                FileMark.DeletePartial(path);
                throw new RetryException("the server refused to go on where the connection broke", TimeSpan.Zero);
            case HttpStatusCode.OK:
                await SaveAsync(response, path, 0, maxBytes, cancel);
                return Fetched.Changed;
            case HttpStatusCode.PartialContent when partial is not null && response.Content.Headers.ContentRange is { From: { } from } && from == partial.Length:
                await SaveAsync(response, path, from, maxBytes, cancel);
                return Fetched.Changed;
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new RetryException($"the server answered {(int)response.StatusCode}", After(response));
            default:
                throw new FetchException($"{address} can't be fetched: the server answered {(int)response.StatusCode}.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, FileMark? saved, FileMark? partial, CancellationToken cancel)
    {
        var target = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            partial?.AskForRest(request);
            if (partial is null) saved?.AskForChange(request);

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Stall);
            HttpResponseMessage response;
            try
            {
                response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"no answer within {Stall.TotalSeconds} s");
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return response;

            response.Dispose();
            if (redirects == MaxRedirects) throw new FetchException($"{address} can't be fetched: it leads from one address to another without end.");
            target = Follow(target, location) ?? throw new FetchException($"{address} can't be fetched: it leads to {location}, which is neither https nor the same server.");
        }
    }

    /// <summary>The address to go on to; null when it is neither encrypted nor on the same server by the same scheme.</summary>
    private static Uri? Follow(Uri from, Uri location)
    {
        var target = new Uri(from, location);
        var isSame = target.Scheme == from.Scheme && target.Host == from.Host && target.Port == from.Port;
        return target.Scheme == Uri.UriSchemeHttps || isSame ? target : null;
    }

    private static async Task SaveAsync(HttpResponseMessage response, string path, long from, long maxBytes, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var mark = FileMark.Of(response);
        var part = FileMark.PartialPath(path);
        if (from == 0) mark.WriteForPartial(path);
        await using (var file = new FileStream(part, from == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            await CopyAsync(response, file, maxBytes, cancel);
            file.Flush(flushToDisk: true);
        }

        var length = new FileInfo(part).Length;
        if ((response.Content.Headers.ContentRange?.Length ?? (from == 0 ? response.Content.Headers.ContentLength : null)) is { } whole && whole != length)
        {
            if (length > whole) FileMark.DeletePartial(path);
            throw new RetryException($"{length} of {whole} bytes came", null);
        }

        await CheckAsync(response, path, part, cancel);
        File.Move(part, path, overwrite: true);
        mark.Write(path, length);
        FileMark.DeletePartial(path);
    }

    private static async Task CopyAsync(HttpResponseMessage response, FileStream file, long maxBytes, CancellationToken cancel)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var buffer = new byte[1 << 16];
        while (true)
        {
            stall.CancelAfter(Stall);
            int read;
            try
            {
                read = await body.ReadAsync(buffer, stall.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"nothing came for {Stall.TotalSeconds} s");
            }

            if (read == 0) return;
            if (file.Position + read > maxBytes) throw new FetchException($"{response.RequestMessage?.RequestUri} is larger than the {maxBytes >> 20} MiB allowed.");
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    /// <summary>Compares with the digest that the server names, and opens a zip once, before the file takes the place of a good one.</summary>
    private static async Task CheckAsync(HttpResponseMessage response, string path, string part, CancellationToken cancel)
    {
        try
        {
            if (Digest(response) is { } named)
            {
                await using var file = File.OpenRead(part);
                var actual = named.Name == HashAlgorithmName.MD5 ? await MD5.HashDataAsync(file, cancel) : await SHA256.HashDataAsync(file, cancel);
                if (Convert.ToBase64String(actual) != named.Value) throw new InvalidDataException("it does not have the digest that the server names");
            }

            if (path.EndsWith(".zip", StringComparison.Ordinal))
            {
                using var zip = BoundedZip.Open(part);
                if (zip.Entries.Count == 0) throw new InvalidDataException("the zip is empty");
            }
        }
        catch (InvalidDataException e)
        {
            FileMark.DeletePartial(path);
            throw new RetryException(e.Message, null);
        }
    }

    /// <summary>RFC 9530's <c>Repr-Digest</c>, or the MD5 that the storage of OSV's export gives in <c>x-goog-hash</c>.</summary>
    private static (HashAlgorithmName Name, string Value)? Digest(HttpResponseMessage response)
    {
        if (Header(response, "Repr-Digest") is { } digest && digest.IndexOf("sha-256=:", StringComparison.Ordinal) is >= 0 and var at)
        {
            return (HashAlgorithmName.SHA256, digest[(at + 9)..].Split(':')[0]);
        }

        return Header(response, "x-goog-hash") is { } hashes && hashes.IndexOf("md5=", StringComparison.Ordinal) is >= 0 and var md5 ? (HashAlgorithmName.MD5, hashes[(md5 + 4)..].Split(',')[0].Trim()) : null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(',', values) : null;

    private TimeSpan? After(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    private readonly record struct Failure(string Reason, TimeSpan? After, bool IsWithoutServer = false);

    /// <summary>Trouble that may pass.</summary>
    private sealed class RetryException(string message, TimeSpan? after) : Exception(message)
    {
        public TimeSpan? After => after;
    }
}
