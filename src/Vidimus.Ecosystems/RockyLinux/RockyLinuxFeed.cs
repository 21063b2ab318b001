using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.RockyLinux;

/// <summary>Rocky Linux's notices from its repositories: what a system's own package manager sees.</summary>
public sealed partial class RockyLinuxFeed : IFeed
{
    private static readonly string[] Repositories = ["BaseOS", "AppStream", "CRB", "HighAvailability", "ResilientStorage", "NFV", "RT", "SAP", "SAPHANA"];

    public string Name => "rocky";

    public string Title => "Rocky Linux repositories";

    public Uri PublicAddress { get; } = new("https://dl.rockylinux.org/pub/rocky/");

    public string Terms => "BSD-3-Clause (Rocky Enterprise Software Foundation)";

    public IReadOnlyList<string> Parts { get; } = ["8", "9", "10"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).SelectMany(release => Repositories.Select(repository => RpmRepository.In($"{release}/{repository}/x86_64/os")))];

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body) => RpmRepository.Follow(index, body);

    /// <inheritdoc/>
    /// <remarks>By the source package, as Rocky's records in OSV are, so one architecture's repositories tell of all.</remarks>
    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => UpdateInfo.Read(snapshot, "rocky", static (update, collection) => Of(update, collection), bySource: true, cancel);

    /// <summary><c>rocky-linux-9-x86-64-appstream-rpms</c>.</summary>
    private static UpdateCollection? Of(XmlElement update, XmlElement collection) =>
        Release().Match($"{collection["short"]} {update.TextOf("release")}") is { Success: true } match ? new($"Rocky Linux:{match.Groups[1].Value}") : null;

    [GeneratedRegex("[Rr]ocky[- ][Ll]inux[- ]([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Release();
}
