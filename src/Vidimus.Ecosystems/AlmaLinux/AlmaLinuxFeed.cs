using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.AlmaLinux;

/// <summary>AlmaLinux's notices from its repositories: what a system's own package manager sees.</summary>
public sealed partial class AlmaLinuxFeed : IFeed
{
    private static readonly string[] Repositories = ["BaseOS", "AppStream", "CRB", "HighAvailability", "ResilientStorage", "NFV", "RT", "SAP", "SAPHANA"];

    public string Name => "almalinux";

    public string Title => "AlmaLinux repositories";

    public Uri PublicAddress { get; } = new("https://repo.almalinux.org/almalinux/");

    public string Terms => "MIT (AlmaLinux OS Foundation)";

    public IReadOnlyList<string> Parts { get; } = ["8", "9", "10"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) =>
        [.. (parts ?? Parts).SelectMany(release => RpmRepository.Architectures.SelectMany(a => Repositories.Select(repository => RpmRepository.In($"{release}/{repository}/{a}/os"))))];

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body) => RpmRepository.Follow(index, body);

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => UpdateInfo.Read(snapshot, "almalinux", static (_, collection) => Of(collection["short"] ?? ""), bySource: false, cancel);

    /// <summary><c>almalinux-9-for-x86_64-appstream-rpms__9_default</c>.</summary>
    private static UpdateCollection? Of(string collection) => Release().Match(collection) is { Success: true } match ? new($"AlmaLinux:{match.Groups[1].Value}") : null;

    [GeneratedRegex("^almalinux-([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Release();
}
