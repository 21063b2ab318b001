using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Pacman;

/// <summary>Orders versions as pacman does: <c>[epoch:]version[-release]</c>.</summary>
/// <remarks>
/// Source: vercmp(8). By turns runs of separators, by their length, and segments of digits, by value, or of letters, by code. A number is newer than letters, and where one text ends a rest of letters is older
/// (<c>1.0rc &lt; 1.0</c>) and any other newer (<c>1.0 &lt; 1.0.1</c>). A release counts only when both have one, so <c>1.0</c> equals <c>1.0-1</c> and <c>1.0-2</c>: the order is not transitive.
/// </remarks>
public sealed class AlpmVersions : IVersionScheme
{
    public string Name => "alpm";

    public bool IsTransitive => false;

    public bool IsValid(ReadOnlySpan<char> version)
    {
        if (version.IsEmpty) return false;
        foreach (var c in version)
        {
            if (c is <= ' ' or > '~') return false;
        }

        return true;
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.SequenceEqual(right)) return 0;
        Split(left, out var leftEpoch, out var leftVersion, out var leftRelease, out var leftHas);
        Split(right, out var rightEpoch, out var rightVersion, out var rightRelease, out var rightHas);
        if (Part(leftEpoch, rightEpoch) is not 0 and var byEpoch) return byEpoch;
        if (Part(leftVersion, rightVersion) is not 0 and var byVersion) return byVersion;
        return leftHas && rightHas ? Part(leftRelease, rightRelease) : 0;
    }

    private static void Split(ReadOnlySpan<char> text, out ReadOnlySpan<char> epoch, out ReadOnlySpan<char> version, out ReadOnlySpan<char> release, out bool hasRelease)
    {
        var digits = Numbers.Length(text);
        epoch = "0";
        if (digits < text.Length && text[digits] == ':')
        {
            if (digits > 0) epoch = text[..digits];
            text = text[(digits + 1)..];
        }

        var dash = text.LastIndexOf('-');
        hasRelease = dash >= 0;
        version = hasRelease ? text[..dash] : text;
        release = hasRelease ? text[(dash + 1)..] : default;
    }

    private static int Part(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.SequenceEqual(right)) return 0;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var leftGap = Gap(left);
            var rightGap = Gap(right);
            left = left[leftGap..];
            right = right[rightGap..];
            if (left.IsEmpty || right.IsEmpty) break;
            if (leftGap != rightGap) return leftGap - rightGap;

            if (char.IsAsciiDigit(left[0]))
            {
                if (!char.IsAsciiDigit(right[0])) return 1;
                if (Numbers.Compare(Numbers.Take(ref left), Numbers.Take(ref right)) is not 0 and var byNumber) return byNumber;
            }
            else
            {
                if (!char.IsAsciiLetter(right[0])) return -1;
                if (Letters(ref left).SequenceCompareTo(Letters(ref right)) is not 0 and var byLetters) return byLetters;
            }
        }

        if (left.IsEmpty && right.IsEmpty) return 0;
        return (left.IsEmpty && !char.IsAsciiLetter(right[0])) || (!left.IsEmpty && char.IsAsciiLetter(left[0])) ? -1 : 1;
    }

    private static int Gap(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && !char.IsAsciiLetterOrDigit(text[end])) end++;
        return end;
    }

    private static ReadOnlySpan<char> Letters(scoped ref ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
        var letters = text[..end];
        text = text[end..];
        return letters;
    }
}
