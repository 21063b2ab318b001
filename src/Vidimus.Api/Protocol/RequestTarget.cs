using System.Globalization;
using System.Text;

namespace Vidimus.Api.Protocol;

/// <summary>The target of a request, as it stood on the request line: what is signed is the text that the client sent, never a decoded form.</summary>
/// <param name="Path">Still encoded, beginning with a slash.</param>
/// <param name="Query">Names and values decoded, in the order sent. A plus stays a plus: no AWS client writes a blank so.</param>
internal sealed record RequestTarget(string Path, IReadOnlyList<KeyValuePair<string, string>> Query)
{
    private const int QueryLimit = 256;

    /// <exception cref="ApiException">It is no path with a query.</exception>
    public static RequestTarget Parse(string raw)
    {
        if (raw is not ['/', ..]) throw Refusals.BadTarget();
        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0) return new(raw, []);

        var query = new List<KeyValuePair<string, string>>();
        foreach (var part in raw[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (query.Count == QueryLimit) throw Refusals.BadTarget();
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            query.Add(equals < 0 ? new(Decode(part), "") : new(Decode(part[..equals]), Decode(part[(equals + 1)..])));
        }

        return new(raw[..mark], query);
    }

    public string? Find(string name)
    {
        foreach (var (key, value) in Query)
        {
            if (key == name) return value;
        }

        return null;
    }

    /// <summary>Takes away one level of percent signs. What is no UTF-8 beneath them is malformed.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not '%') length += Encoding.UTF8.GetBytes(text.AsSpan(i, 1), bytes.AsSpan(length));
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2])) bytes[length++] = Convert.FromHexString(text.AsSpan((i += 2) - 1, 2))[0];
            else throw Refusals.BadTarget();
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw Refusals.BadTarget();
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}

/// <summary>The values of a request that stand in its path and its query.</summary>
internal sealed class RequestParts(IReadOnlyDictionary<string, string> labels, RequestTarget target)
{
    public string Label(string name) => labels[name];

    public string? Query(string name) => target.Find(name);

    /// <summary>All values of a name that repeats.</summary>
    public IReadOnlyList<string>? QueryList(string name)
    {
        var values = target.Query.Where(q => q.Key == name).Select(q => q.Value).ToList();
        return values.Count > 0 ? values : null;
    }

    public int? QueryInt32(string name)
    {
        if (Query(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw ApiException.Validation($"the query's {name} is no integer", ValidationReason.CannotParse);
    }
}
