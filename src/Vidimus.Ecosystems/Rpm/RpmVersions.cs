using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>Orders versions as rpm does: <c>[epoch:]version[-release]</c>.</summary>
/// <remarks>
/// Source: rpm-version(7) and rpm's <c>rpmvercmp</c>. Runs of digits and of letters are compared, all else only parts them;
/// at one place <c>~</c> comes before the end, the end before <c>^</c>, then letters, then numbers.
/// A missing epoch is zero; a missing release comes before every release. rpm takes any text that is not empty.
/// </remarks>
public sealed class RpmVersions : IVersionScheme
{
    public string Name => "rpm";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Split(left, out var leftEpoch, out var leftVersion, out var leftRelease, out var leftHasRelease);
        Split(right, out var rightEpoch, out var rightVersion, out var rightRelease, out var rightHasRelease);

        if (Numbers.Compare(leftEpoch, rightEpoch) is not 0 and var byEpoch) return byEpoch;
        if (Part(leftVersion, rightVersion) is not 0 and var byVersion) return byVersion;
        return leftHasRelease == rightHasRelease ? Part(leftRelease, rightRelease) : leftHasRelease ? 1 : -1;
    }

    private static void Split(ReadOnlySpan<char> text, out ReadOnlySpan<char> epoch, out ReadOnlySpan<char> version, out ReadOnlySpan<char> release, out bool hasRelease)
    {
        epoch = [];
        if (text[Numbers.Length(text)..] is [':', ..]) // only digits, or nothing, can stand before an epoch's colon
        {
            epoch = Numbers.Take(ref text);
            text = text[1..];
        }

        var hyphen = text.LastIndexOf('-');
        hasRelease = hyphen >= 0;
        version = hasRelease ? text[..hyphen] : text;
        release = hasRelease ? text[(hyphen + 1)..] : [];
    }

    private static int Part(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (true)
        {
            var leftRank = Rank(ref left);
            var rightRank = Rank(ref right);
            if (leftRank != rightRank) return leftRank - rightRank;

            switch (leftRank)
            {
                case Segment.End:
                    return 0;
                case Segment.Number:
                    if (Numbers.Compare(Numbers.Take(ref left), Numbers.Take(ref right)) is not 0 and var byNumber) return byNumber;
                    break;
                case Segment.Letters:
                    if (Letters(ref left).SequenceCompareTo(Letters(ref right)) is not 0 and var byLetters) return byLetters;
                    break;
                default:
                    left = left[1..];
                    right = right[1..];
                    break;
            }
        }
    }

    /// <summary>Skips what only parts segments, and tells what stands there.</summary>
    private static Segment Rank(scoped ref ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            var c = text[0];
            if (char.IsAsciiDigit(c)) return Segment.Number;
            if (char.IsAsciiLetter(c)) return Segment.Letters;
            if (c == '~') return Segment.Tilde;
            if (c == '^') return Segment.Caret;
            text = text[1..];
        }

        return Segment.End;
    }

    private static ReadOnlySpan<char> Letters(scoped ref ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
        var letters = text[..end];
        text = text[end..];
        return letters;
    }

    /// <summary>What can stand at one place, in its order.</summary>
    private enum Segment
    {
        Tilde,
        End,
        Caret,
        Letters,
        Number,
    }
}
