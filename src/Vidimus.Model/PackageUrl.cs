using System.Buffers;
using System.Globalization;
using System.Text;
using Vidimus.Model.Files;

namespace Vidimus.Model;

/// <summary>A package URL. Format: the purl specification (ECMA-427): <c>pkg:type/namespace/name@version?qualifiers#subpath</c>.</summary>
/// <remarks>
/// Written and read in the canonical form, with the specification's rules for each type: parts that a type compares without case are lower case.
/// npm and golang keep theirs: both registries tell names apart by it (<c>JSONStream</c> is not <c>jsonstream</c>), and advisories are filed by it.
/// </remarks>
public sealed record PackageUrl(string Type, string? Namespace, string Name, string? Version)
{
    /// <summary>Qualifiers by name; written in ordinal order, empty ones left out.</summary>
    public IReadOnlyDictionary<string, string> Qualifiers { get; init; } = new Dictionary<string, string>();

    public string? Subpath { get; init; }

    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_~:");

    /// <summary>The canonical text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("pkg:", 96).Append(Type).Append('/');
        if (NormalNamespace(Type, Namespace) is { Length: > 0 } space)
        {
            foreach (var segment in space.Split('/', StringSplitOptions.RemoveEmptyEntries)) Encode(text, segment).Append('/');
        }

        Encode(text, NormalName(Type, Name));
        if (!string.IsNullOrEmpty(Version)) Encode(text.Append('@'), Version);

        var sign = '?';
        foreach (var key in Qualifiers.Keys.Order(StringComparer.Ordinal))
        {
            if (Qualifiers[key] is not { Length: > 0 } value) continue;
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
        ArgumentNullException.ThrowIfNull(text);
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
        if (rest.LastIndexOf('@') is > 0 and var at && rest[at - 1] != '/')
        {
            version = Decode(rest[(at + 1)..]);
            rest = rest[..at];
        }

        var segments = rest.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode).ToArray();
        if (segments.Length == 0 || segments.Any(s => s.Length == 0)) return false;
        var space = segments.Length > 1 ? NormalNamespace(type, string.Join('/', segments[..^1])) : null;
        purl = new(type, space, NormalName(type, segments[^1]), string.IsNullOrEmpty(version) ? null : version) { Qualifiers = qualifiers, Subpath = string.IsNullOrEmpty(subpath) ? null : subpath };
        return true;
    }

    private static string? NormalNamespace(string type, string? space) => type switch
    {
        "alpm" or "apk" or "bitbucket" or "composer" or "deb" or "github" or "gitlab" or "hex" or "pypi" or "qpkg" or "rpm" => space?.ToLowerInvariant(),
        _ => space,
    };

    private static string NormalName(string type, string name) => type switch
    {
        "pypi" => name.ToLowerInvariant().Replace('_', '-'),
        "pub" => name.ToLowerInvariant().Replace('-', '_'),
        "alpm" or "apk" or "bitbucket" or "bitnami" or "composer" or "deb" or "github" or "gitlab" or "hex" or "oci" => name.ToLowerInvariant(),
        _ => name,
    };

    /// <summary>Percent-encodes all but what the specification leaves: letters, digits, <c>.-_~</c> and the colon.</summary>
    private static StringBuilder Encode(StringBuilder text, string part)
    {
        if (!part.AsSpan().ContainsAnyExcept(Unreserved)) return text.Append(part);

        foreach (var b in PathText.Encode(part))
        {
            if (Unreserved.Contains((char)b)) text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text;
    }

    /// <summary>Undoes percent-encoding; a per cent sign that begins none stands for itself.</summary>
    private static string Decode(string part)
    {
        if (!part.Contains('%', StringComparison.Ordinal)) return part;

        var bytes = PathText.Encode(part);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes[length++] = b;
                i += 2;
            }
            else bytes[length++] = bytes[i];
        }

        return PathText.Decode(bytes.AsSpan(0, length));
    }
}
