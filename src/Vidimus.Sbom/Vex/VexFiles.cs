using System.Globalization;
using System.Text;
using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Model.Vex;
using Vidimus.Sbom.Csaf;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Sbom.Reading;
using Vidimus.Sbom.OpenVex;

namespace Vidimus.Sbom.Vex;

/// <summary>Reads a VEX document of any known format, which its content tells: OpenVEX, CSAF 2.0, CycloneDX.</summary>
public static class VexFiles
{
    /// <summary>Documents beyond this many bytes are refused.</summary>
    public const int Limit = 128 << 20;

    /// <summary>How many products a list may come to once groups and subcomponents are written out.</summary>
    internal const int MostProducts = 1_000_000;

    private const int Depth = 256;

    /// <summary>Reads one.</summary>
    /// <param name="name">What the user called the file.</param>
    /// <exception cref="InvalidDataException">It is none of them, or can't be read; the message is one sentence.</exception>
    public static VexDocument Read(Stream input, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var document = Parse(Load(input, name), name);
        var root = document.RootElement;
        try
        {
            if (root.TextOf("@context") is { } context && context.Contains("openvex", StringComparison.OrdinalIgnoreCase)) return OpenVexReader.Read(root, name);
            if (root.Member("document", JsonValueKind.Object)?.TextOf("csaf_version") is not null) return CsafVexReader.Read(root, name);
            if (root.TextOf("bomFormat") is "CycloneDX") return CycloneDxVexReader.Read(root, name);
        }
        catch (InvalidOperationException)
        {
            // Member names are compared unescaped, and an escaped half of a surrogate pair has no such form.
            throw new InvalidDataException($"{name} has a member name that is no Unicode text");
        }

        throw new InvalidDataException($"{name} is no VEX document: OpenVEX, CSAF 2.0 and CycloneDX JSON are read");
    }

    /// <summary>A time as RFC 3339 has it; null for anything else.</summary>
    internal static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static ReadOnlyMemory<byte> Load(Stream input, string name)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[1 << 16];
        int read;
        while ((read = input.Read(chunk)) > 0)
        {
            if (buffer.Length + read > Limit) throw new InvalidDataException($"{name} is larger than {Limit >> 20} MiB");
            buffer.Write(chunk, 0, read);
        }

        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> text, string name)
    {
        try
        {
            return JsonDocument.Parse(text, new() { MaxDepth = Depth });
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{name} is no JSON that can be read: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
        }
    }
}

/// <summary>Counts what a document says that can't be read or compared, so that it is told once each and not a thousand times.</summary>
internal sealed class VexNotes(string name)
{
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Count(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;

    /// <summary>Nothing of the target is missing because of these: what is not understood hides nothing.</summary>
    public IReadOnlyList<Note> ToNotes() => [.. counts.Select(c => new Note(Notes.Information, "", $"the VEX document {name}: {c.Value} {c.Key}"))];
}
