using Vidimus.Cli.CommandLine;

namespace Vidimus.Cli.Push;

/// <summary>An access key and the region of the calls.</summary>
internal sealed record AwsCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken, string Region)
{
    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{AccessKeyId} in {Region}";

    /// <summary>Found as AWS's tools do: <c>AWS_ACCESS_KEY_ID</c> and <c>AWS_SECRET_ACCESS_KEY</c>, else the profile (<c>--profile</c>, <c>AWS_PROFILE</c>, <c>default</c>) of the shared files. Never from arguments, which others can read.</summary>
    /// <exception cref="UnfinishedException">There are none.</exception>
    public static AwsCredentials Find(string? profile, string? region, Func<string, string?> environment)
    {
        string? Variable(string name) => environment(name) is { Length: > 0 } value ? value : null;
        var name = profile ?? Variable("AWS_PROFILE") ?? "default";
        var home = Path.Combine(Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws");
        var config = Section(Variable("AWS_CONFIG_FILE") ?? Path.Combine(home, "config"), name is "default" ? name : $"profile {name}");
        var shared = Section(Variable("AWS_SHARED_CREDENTIALS_FILE") ?? Path.Combine(home, "credentials"), name);
        var where = region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? config.GetValueOrDefault("region") ?? "us-east-1";

        if (profile is null && Variable("AWS_ACCESS_KEY_ID") is { } key && Variable("AWS_SECRET_ACCESS_KEY") is { } secret) return new(key, secret, Variable("AWS_SESSION_TOKEN"), where);
        foreach (var section in new[] { shared, config })
        {
            if (section.TryGetValue("aws_access_key_id", out var id) && section.TryGetValue("aws_secret_access_key", out var own)) return new(id, own, section.GetValueOrDefault("aws_session_token"), where);
        }

        throw new UnfinishedException($"there is no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile '{name}' one in {Path.Combine(home, "credentials")}");
    }

    /// <summary>The settings of one section of an INI file; none where there is no such file or section.</summary>
    private static Dictionary<string, string> Section(string path, string name)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return settings;
        var isIn = false;
        foreach (var raw in File.ReadLines(path).Take(10_000))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            if (line[0] is '[') isIn = line.TrimEnd(']')[1..].Trim() == name;
            else if (isIn && line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals) settings[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }

        return settings;
    }
}
