using System.Text;

namespace Vidimus.Model;

/// <summary>A package URL. Format: the purl specification (ECMA-427): <c>pkg:type/namespace/name@version?qualifiers#subpath</c>.</summary>
public sealed record PackageUrl(string Type, string? Namespace, string Name, string? Version)
{
    /// <summary>Qualifiers by name; written in ordinal order, empty ones left out.</summary>
    public IReadOnlyDictionary<string, string> Qualifiers { get; init; } = new Dictionary<string, string>();

    public string? Subpath { get; init; }

    public override string ToString()
    {
        var text = new StringBuilder("pkg:").Append(Type).Append('/');
        if (!string.IsNullOrEmpty(Namespace))
        {
            foreach (var segment in Namespace.Split('/', StringSplitOptions.RemoveEmptyEntries)) Encode(text, segment).Append('/');
        }

        Encode(text, Name);
        if (!string.IsNullOrEmpty(Version)) Encode(text.Append('@'), Version);

        var sign = '?';
        foreach (var (key, value) in Qualifiers.OrderBy(q => q.Key, StringComparer.Ordinal))
        {
            if (value.Length == 0) continue;
            Encode(text.Append(sign).Append(key).Append('='), value);
            sign = '&';
        }

        if (!string.IsNullOrEmpty(Subpath)) text.Append('#').AppendJoin('/', Subpath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(s => Encode(new(), s)));
        return text.ToString();
    }

    /// <summary>Reads a purl; false for text that is not one.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PackageUrl? purl)
    {
        purl = null;
        if (!text.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase)) return false;
        var rest = text[4..].TrimStart('/');

        string? subpath = null;
        if (rest.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash)
        {
            subpath = string.Join('/', rest[(hash + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode).Where(s => s is not ("." or "..")));
            rest = rest[..hash];
        }

        var qualifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (rest.LastIndexOf('?') is >= 0 and var query)
        {
            foreach (var pair in rest[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0 && equals < pair.Length - 1) qualifiers[pair[..equals].ToLowerInvariant()] = Decode(pair[(equals + 1)..]);
            }

            rest = rest[..query];
        }

        if (rest.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash)) return false;
        var type = rest[..slash].ToLowerInvariant();
        if (type.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '+' or '-')) || char.IsAsciiDigit(type[0])) return false;
        rest = rest[(slash + 1)..].Trim('/');

        string? version = null;
        if (rest.LastIndexOf('@') is > 0 and var at && rest.IndexOf('/', at) < 0)
        {
            version = Decode(rest[(at + 1)..]);
            rest = rest[..at];
        }

        var segments = rest.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode).ToArray();
        if (segments.Length == 0) return false;
        purl = new(type, segments.Length > 1 ? string.Join('/', segments[..^1]) : null, segments[^1], version) { Qualifiers = qualifiers, Subpath = string.IsNullOrEmpty(subpath) ? null : subpath };
        return true;
    }

    /// <summary>Percent-encodes all but what the specification leaves: letters, digits, <c>.-_~</c> and the colon.</summary>
    private static StringBuilder Encode(StringBuilder text, string part)
    {
        foreach (var b in Files.PathText.Encode(part))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'_' or (byte)'~' or (byte)':') text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", null));
        }

        return text;
    }

    private static string Decode(string part)
    {
        if (!part.Contains('%', StringComparison.Ordinal)) return part;
        var bytes = new List<byte>(part.Length);
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '%' && i + 2 < part.Length + 0 && byte.TryParse(part.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var b))
            {
                bytes.Add(b);
                i += 2;
            }
            else bytes.AddRange(Encoding.UTF8.GetBytes(part[i].ToString()));
        }

        return Files.PathText.Decode(bytes.ToArray());
    }
}
