namespace Vidimus.Ecosystems.Reading;

/// <summary>A repository's address as host and path: <c>https://github.com/user/name.git</c> and <c>git@github.com:user/name</c> are both <c>github.com/user</c> and <c>name</c>.</summary>
internal static class RepositoryName
{
    public static bool TryParse(string address, out string space, out string name)
    {
        (space, name) = ("", "");
        var text = address.AsSpan().Trim();
        if (text.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme) text = text[(scheme + 3)..];
        if (text.IndexOfAny("?#") is >= 0 and var query) text = text[..query];
        var slash = text.IndexOf('/');
        var at = text.IndexOf('@');
        if (at >= 0 && (slash < 0 || at < slash)) text = text[(at + 1)..];
        text = text.TrimEnd('/');
        if (text.EndsWith(".git", StringComparison.OrdinalIgnoreCase)) text = text[..^4];

        var end = text.IndexOfAny("/:");
        if (end <= 0) return false;
        var host = text[..end];
        var path = text[(end + 1)..];
        if (text[end] is ':' && path.IndexOf('/') is > 0 and var port && !path[..port].ContainsAnyExceptInRange('0', '9')) path = path[(port + 1)..];
        var last = path.LastIndexOf('/');
        if (last <= 0 || last == path.Length - 1) return false;
        (space, name) = ($"{host.ToString().ToLowerInvariant()}/{path[..last].Trim('/')}", path[(last + 1)..].ToString());
        return true;
    }
}
