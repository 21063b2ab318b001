using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Vidimus.Registry.Credentials;

namespace Vidimus.Registry.Http;

/// <summary>The right to pull from one repository: answers a registry's challenge and keeps the answer until it is refused or runs out.</summary>
/// <remarks>Tokens: the distribution project's token and OAuth 2 specifications. The scope asked for is always that of our own repository, whatever the challenge says.</remarks>
internal sealed class Access(RegistryHttp http, string authority, string repository, Func<FoundCredential> find)
{
    private const int MostAnswer = 1 << 20;
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly Lock turn = new();
    private FoundCredential? found;
    private Challenge? challenge;
    private AuthenticationHeaderValue? header;
    private long until;

    /// <summary>Where credentials were looked for, once a registry asked for some.</summary>
    public string? Looked => found?.Looked;

    /// <summary>What to send, null for nothing. A token that has run out is had anew.</summary>
    public AuthenticationHeaderValue? Current(CancellationToken cancel)
    {
        lock (turn)
        {
            if (header is not null && challenge is { IsBasic: false } && Environment.TickCount64 > until) header = Answer(challenge, cancel);
            return header;
        }
    }

    /// <summary>Answers a refusal.</summary>
    /// <param name="refused">What was sent; when another thread has meanwhile had something better, that is taken.</param>
    /// <returns>Null when there is nothing to answer with.</returns>
    public AuthenticationHeaderValue? Renew(AuthenticationHeaderValue? refused, Challenge asked, CancellationToken cancel)
    {
        lock (turn)
        {
            if (header is not null && !ReferenceEquals(header, refused)) return header;
            challenge = asked;
            return header = Answer(asked, cancel);
        }
    }

    private AuthenticationHeaderValue? Answer(Challenge asked, CancellationToken cancel)
    {
        found ??= find();
        if (asked.IsBasic) return found.Credential is { IdentityToken: null } credential ? Basic(credential) : null;

        if (!Uri.TryCreate(asked.Realm, UriKind.Absolute, out var realm)) throw new RegistryException($"{authority} sends us for a token to an address that is none");
        var (token, life) = Ask(realm, asked.Service, cancel);
        until = Environment.TickCount64 + (long)(life - Margin).TotalMilliseconds;
        return new("Bearer", token);
    }

    private (string Token, TimeSpan Life) Ask(Uri realm, string? service, CancellationToken cancel)
    {
        using var request = Request(realm, service);
        using var response = http.SendReferred(request, authority, cancel);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError) throw Retry.Of(response, $"{realm.Host} answered {(int)response.StatusCode}");
        if (response.StatusCode is not HttpStatusCode.OK) throw new RegistryException($"{realm.Host} gives no token for {authority}/{repository} (it answered {(int)response.StatusCode}); {found!.Looked}", isAbsent: true);

        try
        {
            var answer = JsonSerializer.Deserialize(Bounded.Read(response, MostAnswer, cancel), RegistryJson.Default.TokenJson);
            var token = answer?.Token ?? answer?.AccessToken;
            if (token is not { Length: > 0 } || token.Any(c => c is <= ' ' or > '~')) throw new RegistryException($"{realm.Host} gave no token for {authority}/{repository}");
            var life = TimeSpan.FromSeconds(Math.Clamp(answer!.ExpiresIn ?? 0, ShortestLife.TotalSeconds, 86_400));
            return (token, life);
        }
        catch (JsonException)
        {
            throw new RegistryException($"{realm.Host} did not answer with a token in JSON");
        }
    }

    /// <summary>By GET with the user's name and password, or by POST with an identity token.</summary>
    private HttpRequestMessage Request(Uri realm, string? service)
    {
        var scope = $"repository:{repository}:pull";
        if (found!.Credential?.IdentityToken is { } identity)
        {
            var form = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["service"] = service ?? "", ["scope"] = scope, ["client_id"] = "vidimus", ["refresh_token"] = identity };
            return new(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
        }

        var query = $"{(service is null ? "" : $"service={Uri.EscapeDataString(service)}&")}scope={Uri.EscapeDataString(scope)}";
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query, UserName = "", Password = "" }.Uri);
        if (found.Credential is { } credential) request.Headers.Authorization = Basic(credential);
        return request;
    }

    private static AuthenticationHeaderValue Basic(Credential credential) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.User}:{credential.Secret}")));
}
