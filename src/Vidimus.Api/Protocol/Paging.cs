using System.Text;

namespace Vidimus.Api.Protocol;

/// <summary>Where a list goes on.</summary>
/// <param name="query">What chooses and orders the list: the request without token and size.</param>
internal sealed class Paging(PageTokens tokens, Caller caller, string operation, IShape query)
{
    private readonly byte[] bound = ShapeText.Bytes(query);

    /// <summary>The key of the last item of the page before; empty for the first page.</summary>
    public string After(string? token) => token is null ? "" : Encoding.UTF8.GetString(tokens.Open(caller, operation, bound, token));

    public string Next(string key) => tokens.Seal(caller, operation, bound, Encoding.UTF8.GetBytes(key));

    /// <summary>A page of a list that is at hand, in the order of its keys: what comes and goes meanwhile neither repeats nor hides another item.</summary>
    /// <param name="key">Unique in the list.</param>
    public (IReadOnlyList<T> Items, string? Next) Page<T>(IEnumerable<T> all, Func<T, string> key, int size, string? token, bool descending = false)
    {
        var after = After(token);
        var ordered = descending ? all.OrderByDescending(key, StringComparer.Ordinal) : all.OrderBy(key, StringComparer.Ordinal);
        var rest = ordered.Where(item => token is null || (string.CompareOrdinal(key(item), after) > 0) != descending && key(item) != after).Take(size + 1).ToList();
        return rest.Count > size ? (rest[..size], Next(key(rest[size - 1]))) : (rest, null);
    }
}
