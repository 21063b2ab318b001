using Vidimus.Cli.CommandLine;
using Vidimus.Files.FileTree;
using Vidimus.Model.Inventory;
using Vidimus.Model.Push;
using Vidimus.Registry;

namespace Vidimus.Cli.Push;

/// <summary>What a scanned target is to the server.</summary>
internal sealed record PushedResource(string Kind, string Id, OfferedImage? Image)
{
    /// <summary>As the person says, else from the thing itself.</summary>
    /// <param name="given">The value of <c>--as</c>: <c>KIND:ID</c>.</param>
    /// <exception cref="UsageException">The thing has no name of its own, and nobody gave it one.</exception>
    public static PushedResource Of(TargetName target, Inventory inventory, string? given)
    {
        var image = inventory.Target.Digest is { } digest ? ImageOf(target, given, digest) : null;
        if (given is not null)
        {
            var (kind, id) = Parse(given);
            return new(kind, id, kind == ResourceKinds.Image ? image : null);
        }

        return target.Kind switch
        {
            TargetKind.Host => new(ResourceKinds.Host, HostIdentity.Of("/") ?? throw new UsageException("this machine has no /etc/machine-id; name it with --as host:ID"), null),
            TargetKind.Root when HostIdentity.Of(target.Value) is { } machine => new(ResourceKinds.Host, machine, null),
            TargetKind.Image when image is { Registry: { } registry } => new(ResourceKinds.Image, $"{registry}/{image.Repository}@{image.Digest}", image),
            TargetKind.Oci or TargetKind.DockerArchive or TargetKind.Docker or TargetKind.Podman or TargetKind.Containerd => throw new UsageException("an image in a file or store does not say what its registry calls it; name it with --as image:REGISTRY/NAME"),
            _ => throw new UsageException($"what {target.Prefix}: names has no name of its own; give it one with --as {(target.Kind is TargetKind.Root ? "host" : "folder")}:ID"),
        };
    }

    private static (string Kind, string Id) Parse(string given)
    {
        var colon = given.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == given.Length - 1) throw new UsageException($"--as: '{given}' is not KIND:ID, like image:registry.example/team/app");
        return ResourceKinds.All.Contains(given[..colon]) ? (given[..colon], given[(colon + 1)..]) : throw new UsageException($"--as: a resource is one of {string.Join(", ", ResourceKinds.All)}, not '{given[..colon]}'");
    }

    /// <summary>What is known of an image: from the reference that it was fetched by, or that its given name is.</summary>
    private static OfferedImage ImageOf(TargetName target, string? given, string digest)
    {
        var name = target.Kind is TargetKind.Image ? target.Value : given?[(given.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (name is null || !ImageReference.TryParse(name, out var reference)) return new(null, null, digest, []);
        return new(reference.Host, reference.Repository, digest, reference.Tag is { } tag ? [tag] : []);
    }
}
