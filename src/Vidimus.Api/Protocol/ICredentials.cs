namespace Vidimus.Api.Protocol;

/// <summary>Where access keys are known.</summary>
public interface ICredentials
{
    /// <summary>The credential of an access key id, or null when there is none that may be used.</summary>
    ValueTask<Credential?> FindAsync(string accessKeyId, CancellationToken cancel);
}

/// <param name="SessionToken">Set for temporary credentials: calls must carry it.</param>
/// <param name="Expires">When temporary credentials end.</param>
public sealed record Credential(string AccessKeyId, string SecretAccessKey, string Account, string Role, string? SessionToken = null, DateTimeOffset? Expires = null)
{
    /// <summary>The name of the one who holds the key, within the account.</summary>
    public string User { get; init; } = "admin";

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{AccessKeyId} of {Account}, {Role}";
}
