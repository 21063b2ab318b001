using Vidimus.Ecosystems.Apk;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Wolfi;

/// <summary>The security database of Wolfi or of Chainguard.</summary>
/// <remarks>Its terms let a user fetch it for himself and nobody pass it on.</remarks>
public sealed class WolfiFeed : IFeed
{
    private readonly string ecosystem;

    private WolfiFeed(string name, string ecosystem, string address)
    {
        (Name, this.ecosystem) = (name, ecosystem);
        Title = $"{ecosystem} security database";
        PublicAddress = new(address);
    }

    public static WolfiFeed Wolfi { get; } = new("wolfi", "Wolfi", "https://packages.wolfi.dev/os/");

    public static WolfiFeed Chainguard { get; } = new("chainguard", "Chainguard", "https://packages.cgr.dev/chainguard/");

    public string Name { get; }

    public string Title { get; }

    public Uri PublicAddress { get; }

    public string Terms => "CC-BY-NC-ND-4.0, commercial scanners by agreement with Chainguard; not to be passed on";

    public bool IsRedistributable => false;

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("security.json")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) =>
        snapshot.Entries(".json", cancel).SelectMany(entry => Secdb.Read(entry, ecosystem, id => $"https://images.chainguard.dev/security/{Uri.EscapeDataString(id)}", snapshot));
}
