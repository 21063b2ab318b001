using System.Runtime.InteropServices;
using Vidimus.Advisories;

namespace Vidimus.Matching;

/// <summary>What a package was found to match, as numbers of the book: filled again for each package, so that a scan allocates it once.</summary>
public sealed class MatchList
{
    internal List<BookHit> Hits { get; } = [];

    internal List<MatchSpan> Matches { get; } = [];

    internal List<int> Keys { get; } = [];

    internal List<(ulong Order, BookHit Hit)> Ranked { get; } = [];

    internal List<int> Speakers { get; } = [];

    /// <summary>How many vulnerabilities the package has.</summary>
    public int Count => Matches.Count;

    /// <summary>Whether the book has anything filed for the package.</summary>
    public bool HasKey => Keys.Count > 0;

    /// <summary>How many ranges were looked at for it.</summary>
    public int RangesTried { get; internal set; }

    /// <summary>The number of a match's vulnerability.</summary>
    public int Vulnerability(int match) => Hits[Matches[match].First].Vulnerability;

    /// <summary>The records that hold; the first of them decides.</summary>
    public ReadOnlySpan<BookHit> Evidence(int match) => CollectionsMarshal.AsSpan(Hits).Slice(Matches[match].First, Matches[match].Count);

    internal void Clear()
    {
        Hits.Clear();
        Matches.Clear();
        Keys.Clear();
        RangesTried = 0;
    }
}

/// <summary>A match's run of hits.</summary>
/// <param name="Deciding">How many of them are of the source and key that decide; the others only say the same.</param>
internal readonly record struct MatchSpan(int First, int Count, int Deciding);

/// <summary>Whether a package could be judged.</summary>
public enum Judgement
{
    Judged,

    /// <summary>Its type, or the system's distribution, is none that advisories are known for.</summary>
    Unknown,

    /// <summary>It has no version that can be compared, or it is not the distribution's own.</summary>
    NotJudged,
}
