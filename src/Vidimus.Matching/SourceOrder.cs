using Vidimus.Advisories;

namespace Vidimus.Matching;

/// <summary>Whose word counts when several sources speak of one vulnerability in one package of a distribution (docs/adr/0011, 0040).</summary>
public static class SourceOrder
{
    /// <summary>0 for the distribution's own feed, 1 for OSV's conversion of it, 2 for an own feed that is far behind that, 3 for the starter advisories. A part (<c>osv/Debian</c>) ranks as its feed.</summary>
    public static int Rank(string source, bool outOfDate = false) => source.AsSpan(0, source.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? slash : source.Length) switch
    {
        "osv" or "debian-lists" => 1, // what OSV converts: older than the tracker, which knows later fixes and what is put off
        "starter" => 3,
        _ => outOfDate ? 2 : 0,
    };

    /// <summary>The rank of each of a book's sources about a family's packages.</summary>
    internal static int[] Ranks(IReadOnlyList<BookSource> sources, string family)
    {
        var old = SourceAge.OutOfDate(sources, family);
        return [.. sources.Select((s, i) => Rank(s.Name, old[i]))];
    }
}
