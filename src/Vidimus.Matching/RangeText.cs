using Vidimus.Advisories;
using Vidimus.Model.Advisories;

namespace Vidimus.Matching;

/// <summary>A range as a person reads it.</summary>
public static class RangeText
{
    /// <summary><c>&gt;= 1.0, &lt; 1.2.3 || &gt;= 2.0</c>; a beginning before every version is left out where an end follows.</summary>
    public static string Of(BookRange range)
    {
        var parts = new List<string>();
        string? from = null;
        var sign = ">=";
        foreach (var (kind, version) in range.Events)
        {
            switch (kind)
            {
                case RangeEventKind.Introduced:
                    if (from is null) (from, sign) = (version, ">=");
                    break;
                case RangeEventKind.IntroducedAfter:
                    if (from is null) (from, sign) = (version, ">");
                    break;
                case RangeEventKind.Limit:
                    if (version != "*") parts.Add($"only < {version}");
                    break;
                default:
                    var end = kind == RangeEventKind.Fixed ? $"< {version}" : $"<= {version}";
                    parts.Add(from is null or "0" ? end : $"{sign} {from}, {end}");
                    from = null;
                    break;
            }
        }

        if (from is not null) parts.Add($"{sign} {from}");
        return string.Join(" || ", parts);
    }

    /// <summary>The range of a record that holds, or the version that it names.</summary>
    public static string Of(Book book, BookHit hit, string version) => hit.Range >= 0 ? Of(book.Range(hit)) : $"= {version}";
}
