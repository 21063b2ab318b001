using System.Text;
using System.Text.Json;
using Vidimus.Model.Files;

namespace Vidimus.Registry.Credentials;

/// <summary>The user's own credentials for registries, as docker and podman keep them. Nothing of a scanned target is ever looked at.</summary>
internal sealed class CredentialStore(RegistryOptions options)
{
    private const int MostBytes = 4 << 20;
    private const string HubKey = "https://index.docker.io/v1/";

    /// <summary>Looks for a repository's credential: the first file that has one for it.</summary>
    public FoundCredential Find(string host, string repository)
    {
        var looked = new List<string>();
        foreach (var path in Files())
        {
            if (Read(path, looked) is not { } file) continue;
            var (credential, trouble) = InFile(file, host, repository);
            looked.Add(trouble is null ? path : $"{path}: {trouble}");
            if (credential is not null) return new(credential, $"the credentials of {path} were used");
        }

        return new(null, looked.Count == 0 ? "no docker or podman login was found" : $"no usable login was found in {PathText.Display(string.Join(", ", looked))}");
    }

    /// <summary>Podman's order (containers-auth.json(5)), docker's file last.</summary>
    private IEnumerable<string> Files()
    {
        if (Variable("REGISTRY_AUTH_FILE") is { } named)
        {
            yield return named;
            yield break;
        }

        var home = Variable("HOME");
        if (Variable("XDG_RUNTIME_DIR") is { } run) yield return Path.Combine(run, "containers", "auth.json");
        if (Variable("XDG_CONFIG_HOME") is { } config) yield return Path.Combine(config, "containers", "auth.json");
        else if (home is not null) yield return Path.Combine(home, ".config", "containers", "auth.json");

        if (Variable("DOCKER_CONFIG") is { } docker) yield return Path.Combine(docker, "config.json");
        else if (home is not null) yield return Path.Combine(home, ".docker", "config.json");
    }

    private string? Variable(string name) => options.Environment(name) is { Length: > 0 } value ? value : null;

    private static AuthFileJson? Read(string path, List<string> looked)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length <= MostBytes) return JsonSerializer.Deserialize(stream, RegistryJson.Default.AuthFileJson);
            looked.Add($"{path} (too large)");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            looked.Add($"{path} (not the JSON it should be)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            looked.Add($"{path} (can't be read)");
        }

        return null;
    }

    /// <summary>A helper of the registry's own, then what the file holds itself, then the helper of all.</summary>
    private (Credential? Credential, string? Trouble) InFile(AuthFileJson file, string host, string repository)
    {
        var server = host is "docker.io" ? HubKey : host;
        var keys = Keys(host, repository).ToList();
        if (keys.Select(key => file.CredHelpers?.GetValueOrDefault(key)).FirstOrDefault(name => name is { Length: > 0 }) is { } own) return CredentialHelper.Ask(own, server, options);

        var held = (file.Auths ?? new Dictionary<string, AuthJson?>()).GroupBy(pair => Normal(pair.Key)).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (held.GetValueOrDefault(Normal(key)) is { } auth && Decode(auth) is { } credential) return (credential, null);
        }

        return file.CredsStore is { Length: > 0 } store ? CredentialHelper.Ask(store, server, options) : (null, null);
    }

    /// <summary>The names under which a repository's credential may stand, the closest first.</summary>
    private static IEnumerable<string> Keys(string host, string repository)
    {
        for (var path = $"{host}/{repository}"; path.Length > host.Length; path = path[..path.LastIndexOf('/')]) yield return path;
        yield return host;
        if (host is not "docker.io") yield break;
        yield return HubKey;
        yield return "index.docker.io";
    }

    /// <summary>Docker's old keys are addresses: <c>https://HOST/v1/</c> is HOST.</summary>
    private static string Normal(string key)
    {
        foreach (var scheme in (string[])["https://", "http://"])
        {
            if (key.StartsWith(scheme, StringComparison.Ordinal)) return key[scheme.Length..].Split('/')[0];
        }

        return key.TrimEnd('/');
    }

    private static Credential? Decode(AuthJson auth)
    {
        var (user, secret) = (auth.Username ?? "", auth.Password ?? "");
        if (auth.Auth is { Length: > 0 } encoded)
        {
            var bytes = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, bytes, out var length)) return null;
            var pair = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0) (user, secret) = (pair[..colon], pair[(colon + 1)..]);
        }

        if (auth.IdentityToken is { Length: > 0 } token) return new(user, secret, token);
        return user.Length > 0 && secret.Length > 0 ? new(user, secret, null) : null;
    }
}
