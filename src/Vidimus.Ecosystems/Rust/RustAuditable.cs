using System.IO.Compression;
using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Executables;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Rust;

/// <summary>Reads the crates that <c>cargo auditable</c> lists in an executable: zlib-packed JSON in the section <c>.dep-v0</c> (ELF, PE, Mach-O).</summary>
/// <remarks>
/// Format: cargo-auditable's published schema: <c>packages</c>, each with <c>name</c>, <c>version</c>, <c>source</c>, <c>kind</c> (runtime when absent) and <c>root</c>.
/// What only took part in the build is left out. The root, the program itself, is kept: crates.io's advisories are filed for programs too.
/// </remarks>
public sealed class RustAuditable : ICollector
{
    private const int MostPacked = 8 << 20;
    private const int MostJson = 8 << 20;
    private const int MostDepth = 32;

    public string Name => "rust/auditable";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Executables];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();

        var found = new PackageList(file); // the images of a fat file are of one source
        foreach (var image in ExecutableImage.Read(stream))
        {
            cancel.ThrowIfCancellationRequested();
            if (image.Section(".dep-v0") is not { } section) continue;
            if (section.Length > MostPacked) throw new InvalidDataException($"a dependency list of {section.Length} packed bytes");

            using var packed = image.OpenRead(section);
            foreach (var package in Read(packed)) found.Add(package);
        }

        return found.Packages;
    }

    private static List<Package> Read(Stream packed)
    {
        using var json = new MemoryStream();
        using (var inflated = new ZLibStream(packed, CompressionMode.Decompress))
        {
            var buffer = new byte[1 << 14];
            for (int count; (count = inflated.Read(buffer)) > 0;)
            {
                if (json.Length + count > MostJson) throw new InvalidDataException($"a dependency list of more than {MostJson} bytes");
                json.Write(buffer, 0, count);
            }
        }

        using var document = JsonDocument.Parse(json.GetBuffer().AsMemory(0, (int)json.Length), new() { MaxDepth = MostDepth });
        try
        {
            return Packages(document.RootElement);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the dependency list holds text that is not Unicode", e);
        }
    }

    private static List<Package> Packages(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object || !root.TryGetProperty("packages", out var list) || list.ValueKind is not JsonValueKind.Array)
        {
            throw new InvalidDataException("the dependency list has no packages");
        }

        var packages = new List<Package>();
        foreach (var element in list.EnumerateArray())
        {
            if (Text(element, "name") is not { Length: > 0 } name) throw new InvalidDataException("the dependency list has a package without a name");
            if (Text(element, "kind") is not "build") packages.Add(new() { Type = "cargo", Name = name, Version = Text(element, "version") ?? "" });
        }

        return packages;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
