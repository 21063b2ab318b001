using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Vidimus.Files.FileTree.Images;

/// <summary>What an image runs on, in Go's names as images have it: <c>linux/amd64</c>, <c>linux/arm/v7</c>.</summary>
public sealed record ImagePlatform(string OperatingSystem, string Architecture, string? Variant = null)
{
    /// <summary>Linux on this machine's processor.</summary>
    public static ImagePlatform Own { get; } = new("linux", RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    });

    /// <summary>Reads <c>OS/ARCH[/VARIANT]</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImagePlatform? platform)
    {
        var parts = text.Split('/');
        platform = parts.Length is 2 or 3 && Array.TrueForAll(parts, part => part.Length is > 0 and <= 40 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            ? new(parts[0], parts[1], parts.ElementAtOrDefault(2))
            : null;
        return platform is not null;
    }

    /// <summary>How well an image of another platform serves: 2 exactly, 1 by system and architecture where no variant was asked for, 0 not at all.</summary>
    /// <remarks>Without a variant arm is v7, and arm64 is v8, which is not written out as a rule (containerd's platforms package).</remarks>
    public int FitOf(ImagePlatform other)
    {
        if (other.OperatingSystem != OperatingSystem || other.Architecture != Architecture) return 0;
        return Usual(Variant) == Usual(other.Variant) ? 2 : Variant is null ? 1 : 0;
    }

    public override string ToString() => Variant is null ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";

    private string Usual(string? variant) => (Architecture, variant) switch
    {
        ("arm", null or "") => "v7",
        ("arm64", null or "") => "v8",
        _ => variant ?? "",
    };
}
