using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Vidimus.Registry.Credentials;

namespace Vidimus.Registry.Http;

/// <summary>One repository of one registry, read by the distribution specification's pull operations.</summary>
internal sealed class Repository : IDisposable
{
    private const int MostManifest = 4 << 20;
    private const int MostRedirects = 5;
    private const string ManifestTypes =
        "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

    private readonly RegistryOptions options;
    private readonly CancellationToken cancel;
    private readonly string host;
    private readonly string name;
    private readonly string authority;
    private readonly RegistryHttp http;
    private readonly Access access;
    private string scheme = Uri.UriSchemeHttps;
    private bool isSchemeSure;

    /// <param name="host">As in references and in the user's configuration; the address of docker.io is another.</param>
    public Repository(string host, string name, RegistryOptions options, CredentialStore credentials, CancellationToken cancel)
    {
        this.options = options;
        this.cancel = cancel;
        this.host = host;
        this.name = name;
        authority = new Uri($"https://{(host is "docker.io" ? "registry-1.docker.io" : host)}/").Authority;
        http = new(options);
        access = new(http, authority, name, () => credentials.Find(host, name));
    }

    /// <exception cref="RegistryException">It can't be had.</exception>
    public byte[] ReadManifest(string reference) => Retry.Run($"{host}/{name}", options, () =>
    {
        using var response = Send($"manifests/{reference}", ManifestTypes, 0);
        if (response.StatusCode is not HttpStatusCode.OK) throw Trouble(response, $"the image {reference}");

        var bytes = Bounded.Read(response, MostManifest, cancel);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var told) && told.First() is var stated && stated.StartsWith("sha256:", StringComparison.Ordinal) && stated != digest)
        {
            throw new RegistryException($"{host} says that the digest of {name}'s manifest {reference} is {stated[..Math.Min(stated.Length, 80)]}, and it is {digest}");
        }

        return bytes;
    }, cancel);

    /// <summary>The index of the manifests that refer to a digest (distribution-spec 1.1); null where the registry does not keep one.</summary>
    /// <exception cref="RegistryException">It can't be had.</exception>
    public byte[]? ReadReferrers(string digest) => Retry.Run($"{host}/{name}", options, () =>
    {
        using var response = Send($"referrers/{digest}", "application/vnd.oci.image.index.v1+json", 0);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => Bounded.Read(response, MostManifest, cancel),
            HttpStatusCode.NotFound => null,
            _ => throw Trouble(response, $"what refers to {digest}"),
        };
    }, cancel);

    /// <summary>Begins to read a blob.</summary>
    /// <param name="from">The first byte that is wanted; a registry that does not serve ranges gives all of them.</param>
    /// <returns>The answer with the place of its first byte, or null when there is no such blob.</returns>
    /// <exception cref="RegistryException">It can't be had, or its size is another.</exception>
    public (HttpResponseMessage Response, long At)? OpenBlob(string digest, long from, long size)
    {
        var response = Send($"blobs/{digest}", null, from);
        try
        {
            var range = response.Content.Headers.ContentRange;
            var (at, length) = response.StatusCode switch
            {
                HttpStatusCode.OK => (0L, response.Content.Headers.ContentLength),
                HttpStatusCode.PartialContent when range?.From == from => (from, range.Length),
                HttpStatusCode.PartialContent => throw new RegistryException($"{host} gave another part of {digest} than was asked for"),
                HttpStatusCode.NotFound => (-1L, null),
                _ => throw Trouble(response, digest),
            };
            if (at < 0)
            {
                response.Dispose();
                return null;
            }

            if (length is { } stated && stated != size) throw new RegistryException($"the manifest says that {digest} has {size} bytes, and {host} has {stated}");
            return (response, at);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Asks, and once more when the registry wants to know who asks.</summary>
    private HttpResponseMessage Send(string path, string? accept, long from)
    {
        var authorisation = access.Current(cancel);
        var response = SendBySureScheme(path, accept, from, authorisation);
        var isOwn = response.RequestMessage?.RequestUri?.Authority == authority;
        if (response.StatusCode is not HttpStatusCode.Unauthorized || !isOwn || Challenge.Of(response.Headers.WwwAuthenticate) is not { } challenge) return response;

        if (access.Renew(authorisation, challenge, cancel) is not { } renewed) return response;
        response.Dispose();
        return SendBySureScheme(path, accept, from, renewed);
    }

    /// <summary>By https; by http where that is allowed and no https is spoken.</summary>
    private HttpResponseMessage SendBySureScheme(string path, string? accept, long from, AuthenticationHeaderValue? authorisation)
    {
        try
        {
            var response = Follow(path, accept, from, authorisation);
            isSchemeSure = true;
            return response;
        }
        catch (Exception e) when (!isSchemeSure && e is HttpRequestException { HttpRequestError: not HttpRequestError.NameResolutionError } or IOException && !cancel.IsCancellationRequested && http.AllowsPlain(authority))
        {
            scheme = Uri.UriSchemeHttp;
            try
            {
                // A server of https answers plain requests with 400: then the first trouble was with its certificate.
                var response = Follow(path, accept, from, authorisation);
                if (response.StatusCode is HttpStatusCode.BadRequest) response.Dispose();
                else return response;
            }
            catch (HttpRequestException)
            {
                scheme = Uri.UriSchemeHttps;
                throw;
            }

            scheme = Uri.UriSchemeHttps;
            throw;
        }
    }

    /// <summary>Sends and goes where the registry points; what authorises us stays with the registry.</summary>
    private HttpResponseMessage Follow(string path, string? accept, long from, AuthenticationHeaderValue? authorisation)
    {
        var target = new Uri($"{scheme}://{authority}/v2/{name}/{path}");
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
            if (from > 0) request.Headers.Range = new(from, null);
            var isOwn = target.Authority == authority && target.Scheme == scheme;
            if (isOwn) request.Headers.Authorization = authorisation;

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(options.Stall);
            HttpResponseMessage response;
            try
            {
                response = isOwn ? http.Send(request, limit.Token) : http.SendReferred(request, authority, limit.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new RetryException($"{target.Host} did not answer within {options.Stall.TotalSeconds:0} s");
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location) return response;

            response.Dispose();
            if (redirects == MostRedirects) throw new RegistryException($"{host} leads from one address to another without end");
            target = new(target, location);
        }
    }

    /// <summary>An answer that is no success as the exception it is.</summary>
    private Exception Trouble(HttpResponseMessage response, string what)
    {
        var status = (int)response.StatusCode;
        var answerer = response.RequestMessage?.RequestUri is { } uri && uri.Authority != authority ? uri.Host : host;
        if (Retry.IsPassing(response.StatusCode)) return Retry.Of(response, $"{answerer} answers {status}{(status == 429 ? " (too many requests)" : "")}");
        return status switch
        {
            404 => new RegistryException($"{host} has no {name} with {what}", isAbsent: true),
            401 or 403 => new RegistryException($"{answerer} refuses access to {name} ({status}), which may also mean that it does not exist; {access.Looked ?? "it asks for no login that we could give"}", isAbsent: true),
            _ => new RegistryException($"{answerer} answers {status} to the request for {what} of {name}"),
        };
    }
}
