using System.Security.Cryptography;
using System.Text;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Names of files below a destination. Each segment is checked: what leads out of it, or hides, is refused.</summary>
internal static class ObjectKey
{
    private const int SegmentLength = 200;
    private const int Depth = 32;

    /// <summary>The segments of a caller's prefix.</summary>
    /// <exception cref="ApiException">ValidationException.</exception>
    public static IReadOnlyList<string> Segments(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix)) return [];
        var segments = (prefix.EndsWith('/') ? prefix[..^1] : prefix).Split('/');
        if (segments.Length > Depth) throw Refused("has too many segments");
        foreach (var segment in segments)
        {
            if (segment.Length == 0) throw Refused("is absolute or has an empty segment");
            if (segment is "." or ".." or ['.', ..]) throw Refused("has a segment that begins with a dot");
            if (Encoding.UTF8.GetByteCount(segment) > SegmentLength) throw Refused("has a segment that is too long");
            if (segment.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\\' or '\u2028' or '\u2029')) throw Refused("has a sign that no file's name should have");
        }

        return segments;
    }

    /// <summary>A file's name that stands for any id: letters, digits, dots and dashes stay, and where something was replaced a digest keeps names apart.</summary>
    public static string NameOf(string id)
    {
        var name = string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).TrimStart('.');
        if (name == id && name.Length is > 0 and <= 120) return name;
        return $"{(name.Length > 100 ? name[^100..] : name)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..12]}";
    }

    private static ApiException Refused(string why) => ApiException.Validation($"The keyPrefix {why}.", ValidationReason.FieldValidationFailed, new FieldError("s3Destination.keyPrefix", $"The keyPrefix {why}."));
}
