using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads the version resource of Windows programs and .NET assemblies: an assembly is the package of its name, the core library tells of the runtime that an application carries with it.</summary>
/// <remarks>
/// Format: Microsoft's VS_VERSIONINFO: in the section <c>.rsrc</c> a tree of UTF-16 keys and values, each filled up to four bytes from its beginning. Compilers of .NET languages add
/// <c>Assembly Version</c>, by which an assembly is known. A package may name its assembly otherwise: so this is evidence, and what a deps.json says counts before it.
/// </remarks>
public sealed partial class PeVersions : ICollector
{
    private const int MostBytes = 32 << 20;
    private const int MostInCode = 1 << 20;
    private const int LongestValue = 256;
    private static readonly byte[] Start = Encoding.Unicode.GetBytes("VS_VERSION_INFO\0");

    public string Name => "dotnet/pe-version";

    public int Version => 1;

    public bool OnlyUnowned => true;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/*.dll", ignoreCase: true), FileGlob.Of("**/*.exe", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        var found = new PackageList(file);
        foreach (var image in ExecutableImage.Read(stream))
        {
            // Assemblies that were compiled ahead of time have their resources at the beginning of the code.
            if (image.Format is not ExecutableFormat.Pe || (image.Section(".rsrc") ?? image.Section(".text")) is not { Length: > 0 } section) continue;
            var bytes = new byte[Math.Min(section.Length, section.Name is ".rsrc" ? MostBytes : MostInCode)];
            using (var content = image.OpenRead(section)) content.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(Start) is >= 6 and var at && Read(bytes.AsSpan(at - 6)) is { } package) found.Add(package);
        }

        return found.Packages;
    }

    private static Package? Read(ReadOnlySpan<byte> info)
    {
        var product = Value(info, "ProductVersion");
        if (product is null || Number().Match(product) is not { Success: true } version) return null;
        var isAssembly = Value(info, "Assembly Version") is not null;
        var name = isAssembly ? Value(info, "InternalName") ?? Value(info, "OriginalFilename") : Value(info, "ProductName");
        if (string.IsNullOrWhiteSpace(name)) return null;

        name = Ending().Replace(name.Trim(), "");
        var number = Release().Replace(version.Value, "");
        var evidence = new PackageEvidence($"version resource: {name} {product}", isAssembly ? 0.6 : 0.5);
        if (name is "System.Private.CoreLib") return new() { Type = "nuget", Name = "Microsoft.NETCore.App.Runtime", Version = number, Evidence = evidence with { Confidence = 0.9 } };
        return new() { Type = isAssembly ? "nuget" : "generic", Name = name, Version = number, Evidence = evidence };
    }

    /// <summary>The value of a key; null where there is none.</summary>
    /// <param name="info">From the beginning of the resource, since that is where filling counts from.</param>
    private static string? Value(ReadOnlySpan<byte> info, string key)
    {
        ReadOnlySpan<byte> wanted = Encoding.Unicode.GetBytes(key + "\0");
        for (var from = 0; from < info.Length;)
        {
            if (info[from..].IndexOf(wanted) is not (>= 0 and var offset)) return null;
            var at = from + offset;
            from = at + 2;
            if (at % 2 != 0 || at < 6 || info[at - 2] != 1 || info[at - 1] != 0) continue; // wType 1: text, right before the key

            var start = (at + wanted.Length + 3) & ~3;
            var text = new StringBuilder();
            for (var i = start; i + 1 < info.Length && text.Length < LongestValue && (info[i] | info[i + 1]) != 0; i += 2) text.Append((char)(info[i] | (info[i + 1] << 8)));
            return text.ToString();
        }

        return null;
    }

    [GeneratedRegex(@"^[0-9]{1,6}(\.[0-9]{1,8}){1,3}(-[0-9A-Za-z.-]{1,60})?(?=[+ ]|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    /// <summary>What .NET's builds put behind the number of a release; it is none of a pre-release.</summary>
    [GeneratedRegex(@"-(servicing|rtm)\.[0-9.]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Release();

    [GeneratedRegex(@"\.(dll|exe|ni\.dll)$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ending();
}
