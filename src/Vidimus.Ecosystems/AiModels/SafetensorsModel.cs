using System.Buffers.Binary;
using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.AiModels;

/// <summary>Reads the header of a model in the safetensors format: what its metadata says of title, version and licence.</summary>
/// <remarks>Format: Hugging Face's safetensors: eight bytes with the header's length, then JSON, of which <c>__metadata__</c> holds texts; the keys <c>modelspec.*</c> are Stability AI's ModelSpec.</remarks>
public sealed class SafetensorsModel : ICollector
{
    private const int MostHeader = 100 << 20;

    public string Name => "ai/safetensors";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/*.safetensors", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        using var stream = file.OpenRead();
        var size = new byte[8];
        stream.ReadExactly(size);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(size);
        if (length > MostHeader || length > (ulong)Math.Max(0, file.Length - 8)) throw new InvalidDataException("a safetensors header of no plausible length");
        var json = new byte[length];
        stream.ReadExactly(json);
        using var document = JsonDocument.Parse(json, new() { MaxDepth = 16 });
        JsonElement? metadata = ((JsonElement?)document.RootElement).Member("__metadata__");
        try
        {
            var name = metadata.Text("modelspec.title") ?? metadata.Text("name") ?? file.Name[..file.Name.LastIndexOf('.')];
            found.Add(new()
            {
                Type = "generic",
                Namespace = "safetensors",
                Name = name,
                Version = metadata.Text("modelspec.version") ?? metadata.Text("version") ?? "",
                Licenses = (metadata.Text("modelspec.license") ?? metadata.Text("license")) is { Length: > 0 and < 256 } license ? [license] : [],
                Evidence = new($"safetensors header: {metadata.Text("modelspec.architecture") ?? metadata.Text("format")} {name}", 0.9),
            });
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the header holds text that is not Unicode", e);
        }

        return found.Packages;
    }
}
