using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Images;
using Vidimus.Model.Files;
using Vidimus.Registry;
using Vidimus.Registry.Local;

namespace Vidimus.Cli.Commands;

/// <summary>The options of targets that are images, and the opening of these.</summary>
internal sealed class ImageOptions
{
    private readonly Option<string?> platform = new("--platform") { Description = "Which image of several: linux/arm64, linux/arm/v7 (this machine's when left out)", HelpName = "OS/ARCH" };
    private readonly Option<string[]> mirror = new("--registry-mirror") { Description = "Ask this registry first: for images of docker.io, or of the one named before = (repeatable)", HelpName = "[OF=]HOST" };
    private readonly Option<string[]> insecure = new("--insecure-registry") { Description = "Let this host be spoken to in plain HTTP, or be where a registry sends us inside a private network (repeatable)", HelpName = "HOST" };

    private readonly Option<string[]> store = new("--image-store") { Description = "Look for docker:, podman:, containerd: and bare names in this folder of a store, not where the engines have theirs (repeatable)", HelpName = "DIR" };

    private readonly Option<bool> removed = new("--removed") { Description = "List packages too that a layer holds and a later one removed or replaced (scope 'removed')" };

    public void AddTo(Command command)
    {
        command.Options.Add(removed);
        command.Options.Add(store);
        command.Options.Add(platform);
        command.Options.Add(mirror);
        command.Options.Add(insecure);
    }

    /// <summary>Reads what was given.</summary>
    /// <exception cref="UsageException">It is nothing that can be.</exception>
    public ImageChoice Read(ParseResult parsed)
    {
        ImagePlatform? wanted = null;
        if (parsed.GetValue(platform) is { } text && !ImagePlatform.TryParse(text, out wanted)) throw new UsageException($"--platform: '{text}' is not OS/ARCH, like linux/arm64");
        var hosts = parsed.GetValue(insecure) ?? [];
        if (Array.Find(hosts, host => !ImageReference.IsHost(host)) is { } bad) throw new UsageException($"--insecure-registry: '{bad}' is not a host, like registry.example:5000");

        return new(wanted, new()
        {
            Insecure = hosts,
            Mirrors = [.. (parsed.GetValue(mirror) ?? []).Select(one => RegistryMirror.Parse(one) ?? throw new UsageException($"--registry-mirror: '{one}' is not a host, like mirror.example or quay.io=mirror.example/quay"))],
            BlobFolder = Path.Combine(Surroundings.DataFolder, "blobs"),
        }, new(Environment.GetEnvironmentVariable, parsed.GetValue(store) ?? []), parsed.CommandResult.Command.Options.Any(option => option.Name is "--offline") && parsed.GetValue<bool>("--offline"), parsed.GetValue(removed));
    }
}

/// <summary>Which image, and how it may be had.</summary>
/// <param name="Offline">It may not be fetched at all.</param>
/// <param name="WithRemoved">See <see cref="Vidimus.Scanning.ScanOptions.WithRemoved"/>.</param>
internal sealed record ImageChoice(ImagePlatform? Platform, RegistryOptions Registry, LocalImages Local, bool Offline, bool WithRemoved)
{
    /// <summary>Opens an image by a target's name.</summary>
    /// <exception cref="UsageException">The name is none.</exception>
    /// <exception cref="UnfinishedException">It would have to be fetched.</exception>
    public IImage Open(TargetName name, CancellationToken cancel)
    {
        if (LocalImages.Kinds.Contains(name.Kind)) return Local.Open(name.Kind, name.Value, Platform);
        if (name.Kind is not TargetKind.Image) return Targets.OpenImage(name.Kind, name.Value, Platform);
        return RegistryImage.Open(Reference(name), Platform, Registry, cancel);
    }

    /// <summary>The platforms of an image's index, each as a choice of its own; this choice alone where there is no index.</summary>
    /// <exception cref="UsageException">The target has no platforms, or the name is none.</exception>
    public IReadOnlyList<ImageChoice> EachPlatform(TargetName name, CancellationToken cancel)
    {
        var platforms = name.Kind switch
        {
            TargetKind.Image => RegistryImage.PlatformsOf(Reference(name), Registry, cancel),
            TargetKind.Oci => Targets.PlatformsOf(name.Kind, name.Value),
            _ => throw new UsageException("--all-platforms is for image: and oci:, which can have an index; other targets are of one platform"),
        };
        return platforms.Count == 0 ? [this] : [.. platforms.Select(one => this with { Platform = one })];
    }

    private ImageReference Reference(TargetName name)
    {
        if (!ImageReference.TryParse(name.Value, out var reference)) throw new UsageException($"'{name.Value}' is not an image's reference, like alpine:3.19 or registry.example:5000/team/app@sha256:…");
        return Offline ? throw new UnfinishedException($"{reference} is in a registry, and --offline keeps us from the network") : reference;
    }

    /// <summary>A bare reference's image in a store of this machine, as a target of that store; else the target as it is.</summary>
    /// <remarks>What can't be read in a store is passed over: it may well be in the registry.</remarks>
    public TargetName Locate(TargetName name)
    {
        if (!name.IsBare) return name;
        foreach (var kind in LocalImages.Kinds)
        {
            try
            {
                if (!Local.Find(kind, name.Value, Platform, out var image, out _)) continue;
                image.Dispose();
                return new(kind, kind.ToString().ToLowerInvariant(), name.Value);
            }
            catch (TargetException)
            {
                // Of another platform, or damaged.
            }
        }

        return name;
    }
}
