namespace Vidimus.Ecosystems.Versions;

/// <summary>The parts of a text in the form of Semantic Versioning 2.0.0, read leniently: what is missing is zero, and what does not fit is kept aside, so that every text has its place.</summary>
/// <remarks>What a version may look like differs by ecosystem and stands there; this is only what their orders share (semver.org, section 11).</remarks>
internal readonly ref struct SemVerText
{
    private readonly ReadOnlySpan<char> major;
    private readonly ReadOnlySpan<char> minor;
    private readonly ReadOnlySpan<char> patch;
    private readonly ReadOnlySpan<char> misfit;
    private readonly ReadOnlySpan<char> prerelease;
    private readonly bool hasPrerelease;

    public SemVerText(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('+') is >= 0 and var plus) text = text[..plus];

        major = Numbers.Take(ref text);
        minor = Next(ref text);
        patch = Next(ref text);
        if (text is ['-', ..])
        {
            hasPrerelease = true;
            prerelease = text[1..];
        }
        else
        {
            misfit = text;
        }
    }

    /// <summary>Numbers and a pre-release that do not stand in one text.</summary>
    public SemVerText(ReadOnlySpan<char> numbers, ReadOnlySpan<char> prerelease)
        : this(numbers)
    {
        hasPrerelease = true;
        this.prerelease = prerelease;
    }

    public int CompareTo(SemVerText other)
    {
        if (Numbers.Compare(major, other.major) is not 0 and var byMajor) return byMajor;
        if (Numbers.Compare(minor, other.minor) is not 0 and var byMinor) return byMinor;
        if (Numbers.Compare(patch, other.patch) is not 0 and var byPatch) return byPatch;
        if (misfit.SequenceCompareTo(other.misfit) is not 0 and var byMisfit) return byMisfit;
        if (hasPrerelease != other.hasPrerelease) return hasPrerelease ? -1 : 1;
        return ComparePrerelease(prerelease, other.prerelease);
    }

    /// <summary>Dot-separated identifiers: numbers by value and before words, words by code, the shorter list first.</summary>
    public static int ComparePrerelease(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var a = TakeIdentifier(ref left);
            var b = TakeIdentifier(ref right);
            var byIdentifier = (Numbers.AreAll(a), Numbers.AreAll(b)) switch
            {
                (true, true) => Numbers.Compare(a, b),
                (true, false) => -1,
                (false, true) => 1,
                _ => a.SequenceCompareTo(b),
            };
            if (byIdentifier != 0) return byIdentifier;
        }

        return left.Length - right.Length;
    }

    /// <summary>Whether the text is identifiers of <c>[0-9A-Za-z-]</c>, none empty, parted by dots.</summary>
    public static bool AreIdentifiers(ReadOnlySpan<char> text, bool leadingZeros)
    {
        while (true)
        {
            var end = text.IndexOf('.');
            var identifier = end < 0 ? text : text[..end];
            if (identifier.IsEmpty) return false;
            foreach (var c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
            }

            if (!leadingZeros && identifier is ['0', _, ..] && Numbers.AreAll(identifier)) return false;
            if (end < 0) return true;
            text = text[(end + 1)..];
        }
    }

    /// <summary>Takes a number without leading zeros.</summary>
    public static bool TryTakeNumber(scoped ref ReadOnlySpan<char> text, out ReadOnlySpan<char> number)
    {
        number = Numbers.Take(ref text);
        return number is [_] or [not '0', ..];
    }

    /// <summary>Whether the text is nothing, or <c>-</c> with a pre-release, or <c>+</c> with build metadata, or both in this order.</summary>
    public static bool IsSuffix(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('+') is >= 0 and var plus)
        {
            if (!AreIdentifiers(text[(plus + 1)..], leadingZeros: true)) return false;
            text = text[..plus];
        }

        return text is [] || (text is ['-', .. var prerelease] && AreIdentifiers(prerelease, leadingZeros: false));
    }

    private static ReadOnlySpan<char> Next(scoped ref ReadOnlySpan<char> text)
    {
        if (text is not ['.', >= '0' and <= '9', ..]) return [];
        text = text[1..];
        return Numbers.Take(ref text);
    }

    private static ReadOnlySpan<char> TakeIdentifier(scoped ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('.');
        var identifier = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return identifier;
    }
}
