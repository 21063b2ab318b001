using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.AiModels;

/// <summary>Reads the header of a model in llama.cpp's format: its name, version and licence.</summary>
/// <remarks>
/// Format: ggml's <c>docs/gguf.md</c>: <c>GGUF</c>, version 2 or 3, the counts of tensors and of metadata, then each metadatum as key, type and value; little-endian.
/// The keys <c>general.*</c> stand first in what all known writers make; reading ends when they do.
/// </remarks>
public sealed class GgufModel : ICollector
{
    private const int MostMetadata = 4096;
    private const int LongestText = 64 << 10;
    private const int MostBytes = 4 << 20;

    public string Name => "ai/gguf";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/*.gguf", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        using var stream = file.OpenRead();
        var head = new byte[(int)Math.Min(MostBytes, stream.Length)];
        stream.ReadExactly(head);
        if (!head.AsSpan().StartsWith("GGUF"u8)) throw new InvalidDataException("no GGUF file");
        var general = Read(head);
        var name = general.GetValueOrDefault("general.basename") ?? general.GetValueOrDefault("general.name") ?? file.Name[..file.Name.LastIndexOf('.')];
        found.Add(new()
        {
            Type = "generic",
            Namespace = "gguf",
            Name = name,
            Version = general.GetValueOrDefault("general.version") ?? "",
            Licenses = general.GetValueOrDefault("general.license") is { Length: > 0 } license ? [license] : [],
            Evidence = new($"GGUF header: {general.GetValueOrDefault("general.architecture")} {name}".Trim(), 0.9),
        });
        return found.Packages;
    }

    private static Dictionary<string, string> Read(ReadOnlySpan<byte> head)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (head.Length < 24) throw new InvalidDataException("a torn GGUF header");
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) is var version && version is not (2 or 3)) throw new InvalidDataException($"GGUF version {version}; 2 and 3 are read");
        var count = Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(head[16..]), MostMetadata);
        var rest = head[24..];
        for (ulong i = 0; i < count; i++)
        {
            var key = Text(ref rest);
            if (key is null || rest.Length < 4) break;
            var type = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            rest = rest[4..];
            var size = type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, 10 or 11 or 12 => 8, _ => 0 };
            if (type == 8)
            {
                if (Text(ref rest) is not { } value) break;
                texts.TryAdd(key, value);
            }
            else if (size == 0 || rest.Length < size) break; // an array: of the general keys all are before it
            else
            {
                if (type == 4) texts.TryAdd(key, BinaryPrimitives.ReadUInt32LittleEndian(rest).ToString(CultureInfo.InvariantCulture));
                rest = rest[size..];
            }
        }

        return texts;
    }

    private static string? Text(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(rest) is var length && (length > LongestText || length > (ulong)(rest.Length - 8))) return null;
        var text = Encoding.UTF8.GetString(rest.Slice(8, (int)length));
        rest = rest[(8 + (int)length)..];
        return text;
    }
}
