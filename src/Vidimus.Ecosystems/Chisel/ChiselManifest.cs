using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Compression.Zstd;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Chisel;

/// <summary>Reads the manifest that Canonical's chisel leaves in an image that it cut out of Ubuntu's packages: which packages its slices came from.</summary>
/// <remarks>Format: <c>var/lib/chisel/manifest.wall</c>, zstd over JSON lines ("jsonwall"); the first is a header, of the others those of the kind <c>package</c> count.</remarks>
public sealed class ChiselManifest : ICollector
{
    private const int MostBytes = 64 << 20;
    private const int MostLine = 64 << 10;

    public string Name => "chisel/manifest";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["var/lib/chisel/manifest.wall"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        using var packed = file.OpenRead();
        using var stream = ZstdStream.Open(packed);
        using var reader = new StreamReader(stream);
        var buffer = new char[MostLine];
        var text = new System.Text.StringBuilder();
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            if (text.Length + read > MostBytes) throw new InvalidDataException($"a manifest of more than {MostBytes >> 20} MiB");
            text.Append(buffer, 0, read);
        }

        foreach (var line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)) Line(line, found);
        return found.Packages;
    }

    private static void Line(string line, PackageList found)
    {
        if (line.Length > MostLine) throw new InvalidDataException("a line of the manifest longer than any");
        using var document = JsonDocument.Parse(line, new() { MaxDepth = 16 });
        JsonElement? entry = document.RootElement;
        try
        {
            if (entry.Text("kind") is not "package") return;
            if (entry.Text("name") is { } name && entry.Text("version") is { } version) found.Add(new() { Type = "deb", Name = name, Version = version, Architecture = entry.Text("arch") });
            else found.Note("a package without a name or a version");
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the manifest holds text that is not Unicode", e);
        }
    }
}
