using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Amazon;

/// <summary>Amazon Linux's notices (<c>ALAS-…</c>), from the repositories of each release: core, Amazon Linux 2's extras, livepatches, the GPU drivers.</summary>
/// <remarks>
/// A repository's <c>mirror.list</c> names the address of its newest state. Extras carry several lines of one package side by side (<c>kernel-5.10</c>, <c>kernel-5.15</c>, <c>php8.0</c>) and a system does not say
/// which it follows, but a line's versions begin with the number in its name: a notice of a line is about versions from that number on. Livepatches are packages named after the kernel they patch.
/// </remarks>
public sealed partial class AmazonLinuxFeed : IFeed
{
    /// <summary>The extras that have had notices.</summary>
    private static readonly string[] Extras =
    [
        "ansible2", "aws-nitro-enclaves-cli", "awscli1", "BCC", "collectd", "collectd-python3", "corretto8", "docker", "dnsmasq", "dnsmasq2.85", "ecs", "epel", "emacs", "firefox", "gimp", "golang1.11", "golang1.19", "haproxy2",
        "httpd_modules", "java-openjdk11", "kernel-5.4", "kernel-5.10", "kernel-5.15", "libreoffice", "livepatch", "lustre", "lynis", "mate-desktop1.x", "memcached1.5", "mock", "mock2", "nginx1", "nginx1.12", "nginx1.22.1",
        "php7.2", "php7.3", "php7.4", "php8.0", "php8.1", "php8.2", "postgresql9.6", "postgresql10", "postgresql11", "postgresql12", "postgresql13", "postgresql14", "python3.8", "R3.4", "R4", "redis4.0", "redis6",
        "ruby2.4", "ruby2.6", "ruby3.0", "rust1", "selinux-ng", "squid4", "tomcat8.5", "tomcat9", "unbound1.13", "unbound1.17", "vim", "zziplib",
    ];

    public string Name => "amazon";

    public string Title => "Amazon Linux security notices";

    public Uri PublicAddress { get; } = new("https://cdn.amazonlinux.com/");

    public string Terms => "none stated (© Amazon Web Services)";

    public IReadOnlyList<string> Parts { get; } = ["2", "2023"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).SelectMany(Lists).Select(path => new FeedFile(path, Index: "mirrors"))];

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body)
    {
        if (index.Index == RpmRepository.Index) return RpmRepository.Follow(index, body);

        // A line is a whole address, of this server or of one of its twins in a region; the paths are the same.
        var line = Encoding.UTF8.GetString(body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
        return Uri.TryCreate(line, UriKind.Absolute, out var address) ? [RpmRepository.In(address.AbsolutePath.Trim('/'))] : throw new InvalidDataException("it does not begin with an address");
    }

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => UpdateInfo.Read(snapshot, "amazon", static (_, collection) => Of(collection["short"] ?? ""), bySource: false, cancel);

    private static IEnumerable<string> Lists(string release) => release switch
    {
        "2" => RpmRepository.Architectures.SelectMany(a => Extras.Select(extra => $"2/extras/{extra}/latest/{a}/mirror.list").Prepend($"2/core/latest/{a}/mirror.list")),
        "2023" => RpmRepository.Architectures.SelectMany(a => new[] { $"al2023/core/mirrors/latest/{a}/mirror.list", $"al2023/kernel-livepatch/mirrors/latest/{a}/mirror.list", $"al2023/nvidia/mirrors/latest/{a}/mirror.list" }),
        _ => [],
    };

    /// <summary><c>amazon-linux-2---kernel-5.15</c>: the release, and the repository beside the core.</summary>
    private static UpdateCollection? Of(string collection)
    {
        if (collection is "amazon-linux-ami") return new("Amazon Linux:1");
        if (Collection().Match(collection) is not { Success: true } match) return null;
        return new($"Amazon Linux:{match.Groups["release"].Value}", Line(match.Groups["line"].Value));
    }

    private static string Line(string name) => name.Length > 0 && LineNumber().Match(name) is { Success: true } number ? number.Value : "0";

    [GeneratedRegex("^amazon-linux-(?<release>[0-9]+)(?:---(?<line>.+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Collection();

    [GeneratedRegex(@"[0-9]+(?:\.[0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex LineNumber();
}
