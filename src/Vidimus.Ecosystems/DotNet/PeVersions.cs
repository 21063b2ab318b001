using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads the version resource of Windows programs and .NET assemblies: an assembly is the package of its name, the core library tells of the runtime that an application carries with it.</summary>
/// <remarks>
/// Format: Microsoft's PE/COFF specification, "The .rsrc Section", leads to the resource of type 16, a VS_VERSIONINFO: a tree of UTF-16 keys and values, each filled up to four bytes from its
/// beginning. Only the headers and that resource are read. Compilers of .NET languages add <c>Assembly Version</c>, by which an assembly is known. A package may name its assembly otherwise: so this
/// is evidence, and where a deps.json or a package's own folder accounts for the assembly, that counts alone.
/// </remarks>
public sealed partial class PeVersions : ICollector
{
    private const int MostBytes = 64 << 10;
    private const int MostEntries = 4096;
    private const uint VersionType = 16;
    private const uint Subfolder = 0x8000_0000;
    private const int LongestValue = 256;
    private static readonly byte[] Start = Encoding.Unicode.GetBytes("VS_VERSION_INFO\0");

    public string Name => "dotnet/pe-version";

    public int Version => 2;

    public bool OnlyUnowned => true;

    public bool OnlyUnaccounted => true;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/*.dll", ignoreCase: true), FileGlob.Of("**/*.exe", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        var found = new PackageList(file);
        foreach (var image in ExecutableImage.Read(stream))
        {
            if (VersionResource(image) is { } bytes && bytes.AsSpan(6).StartsWith(Start) && Read(bytes) is { } package) found.Add(package);
        }

        return found.Packages;
    }

    /// <summary>The version resource: of three levels of folders (type, name, language) the first of its type, whatever it is called and in whatever language.</summary>
    private static byte[]? VersionResource(ExecutableImage image)
    {
        if (image.Resources is not { } resources) return null;
        uint offset = Entry(image, resources, 0, VersionType);
        for (var level = 1; level < 3 && (offset & Subfolder) != 0; level++) offset = Entry(image, resources, offset & ~Subfolder, null);

        var entry = new byte[8];
        if (offset is 0 or >= Subfolder || !image.TryReadAt(resources.Address + offset, entry)) return null;
        uint at = BinaryPrimitives.ReadUInt32LittleEndian(entry), length = BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(4));
        var bytes = new byte[Math.Min(length, MostBytes)];
        return bytes.Length > 6 && image.TryReadAt(resources.ImageBase + at, bytes) ? bytes : null;
    }

    /// <summary>Where the entry of an id leads, or the first one; 0 for nowhere.</summary>
    private static uint Entry(ExecutableImage image, PeDirectory resources, uint folder, uint? id)
    {
        var head = new byte[16];
        if (!image.TryReadAt(resources.Address + folder, head)) return 0;
        int named = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(12)), count = named + BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(14));
        var entries = new byte[Math.Min(id is null ? 1 : count, MostEntries) * 8];
        if (count == 0 || !image.TryReadAt(resources.Address + folder + 16, entries)) return 0;
        for (var i = 0; i < entries.Length; i += 8)
        {
            if (id is null || BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan(i)) == id) return BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan(i + 4));
        }

        return 0;
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
        var evidence = new PackageEvidence($"version resource: {name} {product}", isAssembly ? 0.6 : 0.5) { GuessesName = true };
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
