using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Vidimus.Registry;

/// <summary>An image's name as people type it, made whole: <c>alpine:3.19</c> is <c>docker.io/library/alpine:3.19</c>.</summary>
/// <remarks>Grammar: the reference package of the distribution project. The first part is a host when it has a dot or a colon or is <c>localhost</c>.</remarks>
/// <param name="Host">With its port: <c>docker.io</c>, <c>127.0.0.1:5000</c>, <c>[::1]:5000</c>.</param>
/// <param name="Tag">What is asked for by tag; <c>latest</c> where neither tag nor digest was given.</param>
/// <param name="Digest">It wins over the tag.</param>
public sealed partial record ImageReference(string Host, string Repository, string? Tag, string? Digest)
{
    private const string Hub = "docker.io";
    private const int LongestName = 255;

    /// <summary>What to ask the registry for.</summary>
    public string Version => Digest ?? Tag ?? "latest";

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text.Length > 2 * LongestName) return false;

        var (rest, digest) = Cut(text, text.IndexOf('@', StringComparison.Ordinal));
        var colon = rest.LastIndexOf(':');
        var (name, tag) = Cut(rest, colon > rest.LastIndexOf('/') ? colon : -1);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var hasHost = first is "localhost" || first.AsSpan().ContainsAny('.', ':');
        var host = hasHost ? first : Hub;
        var repository = hasHost ? name[(slash + 1)..] : name;
        if (host is "index.docker.io" or "registry-1.docker.io") host = Hub;
        if (host is Hub && !repository.Contains('/', StringComparison.Ordinal)) repository = "library/" + repository;

        if (!IsHost(host) || !RepositoryPattern().IsMatch(repository) || host.Length + repository.Length > LongestName) return false;
        if ((tag is not null && !TagPattern().IsMatch(tag)) || (digest is not null && !DigestPattern().IsMatch(digest))) return false;
        reference = new(host, repository, tag, digest);
        return true;
    }

    /// <summary>Whether this is a host's name or address, perhaps with a port.</summary>
    public static bool IsHost(string text) =>
        HostPattern().IsMatch(text) && Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var address) && address.UserInfo.Length == 0 && address.AbsolutePath is "/";

    public override string ToString() => $"{Host}/{Repository}{(Digest is null ? $":{Version}" : $"@{Digest}")}";

    private static (string Before, string? After) Cut(string text, int at) => at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);

    [GeneratedRegex(@"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?\z")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex DigestPattern();
}
