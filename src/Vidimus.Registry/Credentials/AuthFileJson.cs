using System.Text.Json.Serialization;

namespace Vidimus.Registry.Credentials;

/// <summary>Docker's config.json and podman's auth.json (containers-auth.json(5)), as far as they are about credentials.</summary>
internal sealed record AuthFileJson(IReadOnlyDictionary<string, AuthJson?>? Auths, IReadOnlyDictionary<string, string?>? CredHelpers, string? CredsStore);

internal sealed record AuthJson(string? Auth, string? Username, string? Password, [property: JsonPropertyName("identitytoken")] string? IdentityToken);

/// <summary>What a credential helper prints.</summary>
internal sealed record HelperJson([property: JsonPropertyName("Username")] string? Username, [property: JsonPropertyName("Secret")] string? Secret);

/// <summary>A token service's answer.</summary>
internal sealed record TokenJson(
    [property: JsonPropertyName("token")] string? Token, [property: JsonPropertyName("access_token")] string? AccessToken, [property: JsonPropertyName("expires_in")] double? ExpiresIn);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AuthFileJson))]
[JsonSerializable(typeof(HelperJson))]
[JsonSerializable(typeof(TokenJson))]
internal sealed partial class RegistryJson : JsonSerializerContext;
