namespace Vidimus.Registry.Credentials;

/// <summary>What a registry's user has: a name and password, or a token that is exchanged for others.</summary>
/// <remarks>It has no text form, so that it can't get into a message or a log by mistake.</remarks>
internal sealed class Credential(string user, string secret, string? identityToken)
{
    /// <summary>The user name that stands for "the secret is an identity token" in Docker's helpers.</summary>
    private const string TokenUser = "<token>";

    public string User => user;

    public string Secret => secret;

    /// <summary>An OAuth refresh token, as Azure's registries give.</summary>
    public string? IdentityToken => identityToken;

    /// <summary>Of a helper's answer.</summary>
    public static Credential FromHelper(string user, string secret) => user is TokenUser ? new("", "", secret) : new(user, secret, null);
}

/// <summary>What was found for a registry.</summary>
/// <param name="Credential">Null to ask without.</param>
/// <param name="Looked">Where it was looked for, for the sentence that says why a registry refused.</param>
internal sealed record FoundCredential(Credential? Credential, string Looked);
