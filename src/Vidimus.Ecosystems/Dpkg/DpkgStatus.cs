using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Dpkg;

/// <summary>Reads dpkg's status file, and the single stanzas that images without dpkg keep in its place (<c>status.d</c>).</summary>
/// <remarks>
/// Format: deb822(5) and dpkg's <c>lib/dpkg/parse.c</c>: <c>Name: value</c> lines, lines that begin with a blank continue the one before, an empty line ends a stanza.
/// A package counts while its files are there, which is more than dpkg calls installed: what is unpacked can be run.
/// </remarks>
public sealed class DpkgStatus : ICollector
{
    public string Name => "dpkg/status";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["var/lib/dpkg/status", "var/lib/dpkg/status.d/*"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        if (file.Name.EndsWith(".md5sums", StringComparison.Ordinal)) yield break;

        var single = file.Folder.EndsWith(".d", StringComparison.Ordinal);
        using var stream = file.OpenRead();
        using var lines = new ByteLines(stream);
        var stanza = new DpkgStanza();
        while (true)
        {
            var more = Fill(stanza, lines, trustOpenLine: single);
            cancel.ThrowIfCancellationRequested();
            if (!stanza.IsEmpty && Read(stanza, single, file) is { } package) yield return package;
            if (!more) break;
            stanza.Clear();
        }

        if (lines.WasOpen && !single) file.Note("The file ends in the middle of a line; its last stanza may be incomplete.");
    }

    /// <summary>Reads one stanza; false when it was the last.</summary>
    /// <param name="trustOpenLine">Whether a line that ends with the file is whole: dpkg ends every line, other writers of single stanzas do not.</param>
    private static bool Fill(DpkgStanza stanza, ByteLines lines, bool trustOpenLine)
    {
        while (lines.TryRead(out var line))
        {
            if (lines.WasOpen && !trustOpenLine) return false;
            if (line.IsEmpty || line is [(byte)'\r'])
            {
                if (!stanza.IsEmpty) return true;
            }
            else stanza.Add(line);
        }

        return false;
    }

    private static Package? Read(DpkgStanza stanza, bool single, SourceFile file)
    {
        if (!(stanza.Status is { } status ? HasFiles(status) : single)) return null;

        var name = stanza.Package;
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(stanza.Version))
        {
            file.Note(string.IsNullOrEmpty(name) ? "A stanza of an installed package names no package." : $"The stanza of {PathText.Display(name)} names no version.");
            return null;
        }

        return new()
        {
            Type = "deb",
            Name = name,
            Version = stanza.Version,
            Architecture = stanza.Architecture,
            Source = Source(stanza.Source, stanza.Version),
            Vendor = stanza.Maintainer,
        };
    }

    /// <summary>Whether the third word of a Status is one of the states in which the package's files lie on disk.</summary>
    private static bool HasFiles(string status)
    {
        var words = status.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words is [_, _, "installed" or "unpacked" or "half-configured" or "triggers-awaited" or "triggers-pending"];
    }

    /// <summary><c>name</c> or <c>name (version)</c>; without a version the binary's own holds.</summary>
    private static SourcePackage? Source(string? source, string version)
    {
        if (string.IsNullOrEmpty(source)) return null;

        var open = source.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return new(source, version);

        var close = source.IndexOf(')', open);
        var inside = source[(open + 1)..(close < 0 ? source.Length : close)].Trim();
        var name = source[..open].Trim();
        return name.Length == 0 ? null : new(name, inside.Length == 0 ? version : inside);
    }
}

/// <summary>The fields of a stanza that we ask for.</summary>
internal sealed class DpkgStanza
{
    private static readonly byte[][] Names = [.. new[] { "Package", "Status", "Version", "Architecture", "Source", "Maintainer" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>A value that goes on over more lines than this is cut.</summary>
    private const int MostSigns = 64 << 10;

    private readonly string?[] values = new string?[Names.Length];

    /// <summary>The field that a continuation line belongs to; negative for one that we don't ask for.</summary>
    private int current = -1;

    public bool IsEmpty { get; private set; } = true;

    public string? Package => values[0];

    public string? Status => values[1];

    public string? Version => values[2];

    public string? Architecture => values[3];

    public string? Source => values[4];

    public string? Maintainer => values[5];

    public void Clear()
    {
        Array.Clear(values);
        current = -1;
        IsEmpty = true;
    }

    public void Add(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            if (current >= 0 && values[current]!.Length < MostSigns) values[current] = $"{values[current]} {Text(line)}".Trim();
            return;
        }

        IsEmpty = false;
        current = -1;
        var colon = line.IndexOf((byte)':');
        if (colon < 0) return;

        var name = line[..colon].TrimEnd(" \t"u8);
        for (var i = 0; i < Names.Length; i++)
        {
            if (name.Length != Names[i].Length || !Ascii.EqualsIgnoreCase(name, Names[i])) continue;
            values[i] = Text(line[(colon + 1)..]);
            current = i;
        }
    }

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value.Trim(" \t\r"u8));
}
