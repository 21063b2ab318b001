using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Dpkg;

/// <summary>Orders versions as dpkg does: <c>[epoch:]upstream[-revision]</c>.</summary>
/// <remarks>
/// Source: deb-version(7), and libdpkg's <c>parseversion</c> for what is refused. A missing epoch or revision is zero;
/// <c>~</c> sorts before everything, even the end of the text; letters before other signs.
/// </remarks>
public sealed class DebVersions : IVersionScheme
{
    public string Name => "deb";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        version = version.Trim(" \t");
        if (version.IndexOf(':') is >= 0 and var colon)
        {
            if (!IsEpoch(version[..colon])) return false;
            version = version[(colon + 1)..];
        }

        if (version.LastIndexOf('-') is >= 0 and var hyphen)
        {
            if (hyphen + 1 == version.Length || !AreOf(version[(hyphen + 1)..], ".+~")) return false;
            version = version[..hyphen];
        }

        return version is [>= '0' and <= '9', ..] && AreOf(version, ".-+~:");
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Split(left, out var leftEpoch, out var leftUpstream, out var leftRevision);
        Split(right, out var rightEpoch, out var rightUpstream, out var rightRevision);

        if (Part(leftEpoch, rightEpoch) is not 0 and var byEpoch) return byEpoch;
        if (Part(leftUpstream, rightUpstream) is not 0 and var byUpstream) return byUpstream;
        return Part(leftRevision, rightRevision);
    }

    private static void Split(ReadOnlySpan<char> version, out ReadOnlySpan<char> epoch, out ReadOnlySpan<char> upstream, out ReadOnlySpan<char> revision)
    {
        version = version.Trim(" \t");
        epoch = [];
        if (version.IndexOf(':') is >= 0 and var colon)
        {
            epoch = version[..colon];
            if (epoch is ['+' or '-', ..]) epoch = epoch[1..];
            version = version[(colon + 1)..];
        }

        var hyphen = version.LastIndexOf('-');
        upstream = hyphen < 0 ? version : version[..hyphen];
        revision = hyphen < 0 ? [] : version[(hyphen + 1)..];
    }

    /// <summary>Compares by turns a run of non-digits, sign by sign, and a run of digits, as numbers of any length.</summary>
    internal static int Part(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty || !right.IsEmpty)
        {
            while (IsSign(left) || IsSign(right))
            {
                if (Weight(left) - Weight(right) is not 0 and var bySign) return bySign;
                left = left[1..];
                right = right[1..];
            }

            if (Numbers.Compare(Numbers.Take(ref left), Numbers.Take(ref right)) is not 0 and var byNumber) return byNumber;
        }

        return 0;
    }

    private static bool IsSign(ReadOnlySpan<char> text) => text is [not (>= '0' and <= '9'), ..];

    private static int Weight(ReadOnlySpan<char> text) => text switch
    {
        [] => 0,
        ['~', ..] => -1,
        [>= '0' and <= '9', ..] => 0,
        [var c, ..] when char.IsAsciiLetter(c) => c,
        [var c, ..] => c + 256,
    };

    /// <summary>libdpkg reads it with <c>strtol</c>: a sign may stand before it, and it must fit 31 bits.</summary>
    private static bool IsEpoch(ReadOnlySpan<char> text)
    {
        var negative = text is ['-', ..];
        if (text is ['+' or '-', ..]) text = text[1..];
        return Numbers.AreAll(text) && Numbers.AtMost(text, negative ? "0" : "2147483647");
    }

    private static bool AreOf(ReadOnlySpan<char> text, ReadOnlySpan<char> signs)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !signs.Contains(c)) return false;
        }

        return true;
    }
}
