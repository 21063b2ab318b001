using System.Text;

namespace Vidimus.Ecosystems.Java;

/// <summary>The main section of a <c>META-INF/MANIFEST.MF</c>.</summary>
/// <remarks>Format: the JAR file specification. <c>Name: value</c>, names in any case, a line that begins with a blank continues the one before it, an empty line ends the section.</remarks>
internal sealed class JavaManifest
{
    private readonly Dictionary<string, string> attributes = new(StringComparer.OrdinalIgnoreCase);

    private JavaManifest()
    {
    }

    public static JavaManifest Empty { get; } = new();

    /// <summary>An attribute's value; null where it is absent, empty or a placeholder that the build left in.</summary>
    public string? this[string name] => attributes.GetValueOrDefault(name) is { Length: > 0 } value && !value.Contains("${", StringComparison.Ordinal) ? value : null;

    /// <summary>Reads the main section from a manifest's first bytes.</summary>
    public static JavaManifest Parse(ReadOnlySpan<byte> bytes)
    {
        var manifest = new JavaManifest();
        string? name = null;
        var value = new List<byte>(); // lines are cut at bytes, also within a sign
        foreach (var range in bytes.SplitAny("\r\n"u8))
        {
            var line = bytes[range];
            if (line.IsEmpty)
            {
                // Between the two signs of a line end there is nothing as well: an empty line is one that another line end follows.
                if (name is not null && EndsSection(bytes, range.Start.Value)) break;
            }
            else if (line[0] is (byte)' ')
            {
                value.AddRange(line[1..]);
            }
            else
            {
                manifest.Set(name, value);
                var colon = line.IndexOf(": "u8);
                name = colon > 0 ? Encoding.UTF8.GetString(line[..colon]) : null;
                value.Clear();
                if (colon > 0) value.AddRange(line[(colon + 2)..]);
            }
        }

        manifest.Set(name, value);
        return manifest;
    }

    private static bool EndsSection(ReadOnlySpan<byte> bytes, int at) => at > 0 && (bytes[at - 1], at < bytes.Length ? bytes[at] : (byte)0) is not ((byte)'\r', (byte)'\n');

    private void Set(string? name, List<byte> value)
    {
        if (name is not null) attributes.TryAdd(name, Encoding.UTF8.GetString([.. value]).Trim());
    }
}
