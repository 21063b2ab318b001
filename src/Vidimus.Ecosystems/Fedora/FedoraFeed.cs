using Vidimus.Ecosystems.Rpm;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Fedora;

/// <summary>Fedora's notices of security updates, from the repository of updates of each release.</summary>
/// <remarks>Fedora names the CVEs only in the titles of the bugs that a notice refers to, or in its text. Updates of EPEL are filed under <c>Fedora EPEL</c>, which no system's packages are looked up under: kept, not judged.</remarks>
public sealed class FedoraFeed : IFeed
{
    public string Name => "fedora";

    public string Title => "Fedora updates";

    public Uri PublicAddress { get; } = new("https://dl.fedoraproject.org/pub/fedora/linux/updates/");

    public string Terms => "none stated (© Red Hat and others)";

    public IReadOnlyList<string> Parts { get; } = ["42", "43", "44"];

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. (parts ?? Parts).SelectMany(release => RpmRepository.Architectures.Select(a => RpmRepository.In($"{release}/Everything/{a}")))];

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body) => RpmRepository.Follow(index, body);

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => UpdateInfo.Read(snapshot, "fedora", static (update, _) => Of(update.TextOf("release")), bySource: false, cancel);

    /// <summary><c>Fedora 43</c>, <c>Fedora 38 Modular</c>, <c>Fedora EPEL 9</c>.</summary>
    private static UpdateCollection? Of(string? release) => release?.Split(' ') switch
    {
        ["Fedora", "EPEL", var number, ..] => new($"Fedora EPEL:{number}"),
        ["Fedora", var number, ..] when int.TryParse(number, out _) => new($"Fedora:{number}"),
        _ => null,
    };
}
