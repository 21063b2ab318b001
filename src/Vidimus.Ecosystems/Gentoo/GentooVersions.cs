using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Gentoo;

/// <summary>Orders versions as Portage does: <c>1.2.3a_rc1_p2-r3</c>.</summary>
/// <remarks>
/// Source: the Package Manager Specification, 3.2 and 3.3 (algorithms 3.1 to 3.7). The first number by value; of the others those where one begins with a zero as fractions, by their signs; then how many there are,
/// the letter, the suffixes one by one (<c>_alpha &lt; _beta &lt; _pre &lt; _rc &lt; none &lt; _p</c>) with their numbers, and the revision.
/// </remarks>
public sealed class GentooVersions : IVersionScheme
{
    public string Name => "ebuild";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        do
        {
            if (Numbers.Take(ref version).IsEmpty) return false;
        }
        while (TakeSign(ref version, '.'));

        _ = TakeLetter(ref version);
        while (version is ['_', ..])
        {
            if (TakeSuffix(ref version, out _) == NoSuffix) return false;
        }

        return version.IsEmpty || (version is ['-', 'r', ..] && Numbers.AreAll(version[2..]));
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (Numbers.Compare(Numbers.Take(ref left), Numbers.Take(ref right)) is not 0 and var byFirst) return byFirst;
        while (true)
        {
            var leftMore = left is ['.', ..];
            var rightMore = right is ['.', ..];
            if (!leftMore || !rightMore)
            {
                if (leftMore != rightMore) return leftMore ? 1 : -1;
                break;
            }

            left = left[1..];
            right = right[1..];
            var a = Numbers.Take(ref left);
            var b = Numbers.Take(ref right);
            var byNumber = a is ['0', ..] || b is ['0', ..] ? a.TrimEnd('0').SequenceCompareTo(b.TrimEnd('0')) : Numbers.Compare(a, b);
            if (byNumber != 0) return byNumber;
        }

        if (TakeLetter(ref left) - TakeLetter(ref right) is not 0 and var byLetter) return byLetter;
        while (left is ['_', ..] || right is ['_', ..])
        {
            var leftKind = TakeSuffix(ref left, out var leftNumber);
            var rightKind = TakeSuffix(ref right, out var rightNumber);
            if (leftKind != rightKind) return leftKind - rightKind;
            if (leftKind == NoSuffix) break;
            if (Numbers.Compare(leftNumber, rightNumber) is not 0 and var bySuffix) return bySuffix;
        }

        return Revision(ref left, ref right) is not 0 and var byRevision ? byRevision : left.SequenceCompareTo(right);
    }

    private const int NoSuffix = 4;

    private static readonly string[] Suffixes = ["_alpha", "_beta", "_pre", "_rc", "", "_p"];

    private static bool TakeSign(scoped ref ReadOnlySpan<char> text, char sign)
    {
        if (text.IsEmpty || text[0] != sign) return false;
        text = text[1..];
        return true;
    }

    private static int TakeLetter(scoped ref ReadOnlySpan<char> text)
    {
        if (text is not [>= 'a' and <= 'z' and var letter, ..]) return 0;
        text = text[1..];
        return letter;
    }

    /// <summary>The place of the suffix that the text begins with among <see cref="Suffixes"/>, and its number.</summary>
    private static int TakeSuffix(scoped ref ReadOnlySpan<char> text, out ReadOnlySpan<char> number)
    {
        number = default;
        for (var kind = 0; kind < Suffixes.Length; kind++)
        {
            if (kind == NoSuffix || !text.StartsWith(Suffixes[kind])) continue;
            var rest = text[Suffixes[kind].Length..];
            if (rest is [>= 'a' and <= 'z', ..]) continue; // "_p" begins "_pre" too.
            number = Numbers.Take(ref rest);
            text = rest;
            return kind;
        }

        return NoSuffix;
    }

    private static int Revision(scoped ref ReadOnlySpan<char> left, scoped ref ReadOnlySpan<char> right)
    {
        var a = TakeRevision(ref left);
        var b = TakeRevision(ref right);
        return Numbers.Compare(a, b);
    }

    private static ReadOnlySpan<char> TakeRevision(scoped ref ReadOnlySpan<char> text)
    {
        if (text is not ['-', 'r', ..]) return default;
        text = text[2..];
        return Numbers.Take(ref text);
    }
}
