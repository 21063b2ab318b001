using System.Security.Cryptography;
using Vidimus.Storage;

namespace Vidimus.Server.Identity;

/// <summary>A new access key in the form of AWS's: <c>AKIA</c> and 16 letters and digits; a secret of 40.</summary>
/// <param name="Token">Of a temporary key, which begins with <c>ASIA</c>: calls must carry it.</param>
internal sealed record NewKey(string Id, string Secret, string? Token = null)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static NewKey Draw() => new("AKIA" + RandomNumberGenerator.GetString(Letters, 16), Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)));

    public static NewKey DrawTemporary() => Draw() with { Id = "ASIA" + RandomNumberGenerator.GetString(Letters, 16), Token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)) };

    /// <summary>As AWS's clients read it from <c>AWS_SHARED_CREDENTIALS_FILE</c>.</summary>
    public string ToCredentialsFile(string profile = "default") => $"[{profile}]\naws_access_key_id = {Id}\naws_secret_access_key = {Secret}\n{(Token is null ? "" : $"aws_session_token = {Token}\n")}";

    public Task AddAsync(IdentityStore store, Principal principal, SecretBox box, DateTimeOffset now, CancellationToken cancel) => store.AddKeyAsync(principal, Id, box.Seal(Secret, Owner(Id)), now, cancel);

    /// <summary>What a key's token is sealed for.</summary>
    public static string TokenOwner(string keyId) => $"session token {keyId}";

    /// <summary>What a key's secret is sealed for.</summary>
    public static string Owner(string keyId) => $"access key {keyId}";

    /// <summary>Without the secret.</summary>
    public override string ToString() => Id;
}
