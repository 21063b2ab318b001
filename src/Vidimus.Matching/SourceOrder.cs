namespace Vidimus.Matching;

/// <summary>Whose word counts when several sources speak of one vulnerability in one package of a distribution (docs/adr/0011).</summary>
public static class SourceOrder
{
    /// <summary>0 for the distribution's own feed, 1 for OSV's conversion of it, 2 for the starter advisories. A part (<c>osv/Debian</c>) ranks as its feed.</summary>
    public static int Rank(string source) => source.AsSpan(0, source.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? slash : source.Length) switch
    {
        "osv" => 1,
        "starter" => 2,
        _ => 0,
    };
}
