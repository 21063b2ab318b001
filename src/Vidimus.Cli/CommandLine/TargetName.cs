using System.CommandLine;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;
using Vidimus.Registry;

namespace Vidimus.Cli.CommandLine;

/// <summary>A target as typed: a prefix and what it names.</summary>
/// <param name="Prefix">As the report's <c>target.kind</c> has it.</param>
/// <param name="Value">The path or reference; <c>-</c> for an SBOM on standard input.</param>
internal sealed record TargetName(TargetKind Kind, string Prefix, string Value)
{
    /// <summary>Whether an image's reference was typed without a prefix, so that it may be in a store of this machine too.</summary>
    public bool IsBare { get; init; }

    private static readonly (string Prefix, TargetKind Kind)[] Prefixes =
    [
        ("host", TargetKind.Host),
        ("root", TargetKind.Root),
        ("dir", TargetKind.Directory),
        ("tar", TargetKind.Tar),
        ("disk", TargetKind.Disk),
        ("zip", TargetKind.Zip),
        ("git", TargetKind.Git),
        ("oci", TargetKind.Oci),
        ("docker-archive", TargetKind.DockerArchive),
        ("image", TargetKind.Image),
        ("podman", TargetKind.Podman),
        ("docker", TargetKind.Docker),
        ("containerd", TargetKind.Containerd),
        ("sbom", TargetKind.Sbom),
    ];

    /// <summary>The argument that all commands with a target share.</summary>
    public static Argument<string> Argument() => new("TARGET")
    {
        Description = "host · dir:PATH · root:PATH (a mounted system) · oci:PATH[:NAME] (layout folder or archive) · docker-archive:PATH · image:REF (in a registry) · docker:NAME · podman:NAME · containerd:NAME (in that engine's store on this machine) · tar:PATH · disk:PATH (raw or qcow2) · zip:PATH · git:DIR[@COMMIT] · sbom:PATH or sbom:- (CycloneDX, SPDX); a bare path is recognised by its content, and what is no path is an image's reference, looked for in this machine's stores and then in its registry",
    };

    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">The prefix is not known.</exception>
    /// <exception cref="UnfinishedException">Nothing that can be read is there.</exception>
    public static TargetName Parse(string text)
    {
        if (text is "host") return new(TargetKind.Host, "host", Environment.MachineName);
        if (text.Length == 0) throw new UsageException("the target is empty");

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        foreach (var (prefix, kind) in Prefixes)
        {
            if (kind is TargetKind.Host || colon != prefix.Length || !text.StartsWith(prefix, StringComparison.Ordinal)) continue;
            return text.Length > colon + 1 ? new(kind, prefix, text[(colon + 1)..]) : throw new UsageException($"'{text}' names no {(kind is TargetKind.Image or TargetKind.Docker or TargetKind.Podman or TargetKind.Containerd ? "image" : "path")}");
        }

        if (Targets.Recognise(text) is { } found) return new(found, Prefixes.First(p => p.Kind == found).Prefix, text);
        if (Path.Exists(text)) throw new UnfinishedException($"{PathText.Display(text)} is neither a folder nor an archive, image, disk or CycloneDX document that Vidimus reads");
        if (LooksLikePath(text) || !ImageReference.TryParse(text, out _)) throw new UnfinishedException($"{PathText.Display(text)} does not exist");
        return new(TargetKind.Image, "image", text) { IsBare = true };
    }

    private static bool LooksLikePath(string text) => text[0] is '/' or '.' or '~' || text.EndsWith(".tar", StringComparison.Ordinal) || text.EndsWith(".json", StringComparison.Ordinal) || text.EndsWith('/');
}
