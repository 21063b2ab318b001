using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Vidimus.Api.Protocol;

/// <summary>The text of a request whose digest is signed.</summary>
internal static class CanonicalRequest
{
    public static string Of(SignedRequest signed, string method, RequestTarget target, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder();
        text.Append(method).Append('\n').Append(Path(target.Path)).Append('\n').Append(Query(target.Query)).Append('\n');
        foreach (var name in signed.SignedHeaders) text.Append(name).Append(':').Append(Header(headers, name)).Append('\n');
        return text.Append('\n').AppendJoin(';', signed.SignedHeaders).Append('\n').Append(Hex(SHA256.HashData(body))).ToString();
    }

    /// <summary>Without empty and dot segments, and encoded once more than it was sent: every service but S3 signs <c>%2F</c> as <c>%252F</c>.</summary>
    private static string Path(string raw)
    {
        var segments = new List<string>();
        foreach (var segment in raw.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment is "." ) continue;
            if (segment is not "..") segments.Add(Encode(segment));
            else if (segments.Count > 0) segments.RemoveAt(segments.Count - 1);
        }

        var path = "/" + string.Join('/', segments);
        return raw.EndsWith('/') && segments.Count > 0 ? path + "/" : path;
    }

    /// <summary>Sorted by the encoded name and then the encoded value, without the signature itself.</summary>
    private static string Query(IReadOnlyList<KeyValuePair<string, string>> query)
    {
        var pairs = query.Where(q => q.Key is not "X-Amz-Signature").Select(q => (Name: Encode(q.Key), Value: Encode(q.Value)))
            .OrderBy(q => q.Name, StringComparer.Ordinal).ThenBy(q => q.Value, StringComparer.Ordinal);
        return string.Join('&', pairs.Select(q => $"{q.Name}={q.Value}"));
    }

    /// <summary>Several values parted by commas, each trimmed, runs of blanks as one.</summary>
    private static string Header(IHeaderDictionary headers, string name)
    {
        var values = headers[name];
        return string.Join(',', values.Select(v => string.Join(' ', (v ?? "").Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))));
    }

    /// <summary>Everything but RFC 3986's unreserved characters as %XX.</summary>
    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~') encoded.Append((char)b);
            else encoded.Append('%').Append("0123456789ABCDEF"[b >> 4]).Append("0123456789ABCDEF"[b & 15]);
        }

        return encoded.ToString();
    }

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
