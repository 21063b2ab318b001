using System.Text;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Spdx;

/// <summary>Names and values in an annotation's text: a line each, <c>name=value</c> as we write them or <c>Name: value</c> as Trivy does.</summary>
internal static class SpdxText
{
    public static void Append(StringBuilder text, string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        if (text.Length > 0) text.Append('\n');
        text.Append(name).Append('=').Append(Escape(value));
    }

    public static void AddTo(Properties properties, string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("vidimus:", StringComparison.Ordinal) && line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals) properties.Add(line[..equals], Unescape(line[(equals + 1)..]));
            else if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && colon < line.Length - 2) properties.Add(line[..colon], line[(colon + 2)..].TrimEnd('\r'));
        }
    }

    /// <summary>All values of a name that may stand several times.</summary>
    public static IEnumerable<string> Values(string text, string name) =>
        text.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] == '=').Select(l => Unescape(l[(name.Length + 1)..]));

    /// <summary>A supplier without the word for its kind; null for none.</summary>
    public static string? Agent(string? supplier)
    {
        if (supplier is null or "NOASSERTION") return null;
        var colon = supplier.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && supplier[..colon] is "Organization" or "Person" ? supplier[(colon + 2)..].Trim() : null;
    }

    private static string Escape(string value) => value.AsSpan().ContainsAny("\\\n\r") ? value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) : value;

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal)) return value;
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\' || i + 1 == value.Length) text.Append(value[i]);
            else text.Append(value[++i] switch { 'n' => '\n', 'r' => '\r', var c => c });
        }

        return text.ToString();
    }
}
