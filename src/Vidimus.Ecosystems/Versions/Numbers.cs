namespace Vidimus.Ecosystems.Versions;

/// <summary>Decimal numbers of any length, as they stand in the text of a version.</summary>
internal static class Numbers
{
    /// <summary>How many ASCII digits the text begins with.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end;
    }

    /// <summary>Takes the digits that the text begins with; none is an empty span, which compares as zero.</summary>
    public static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> text)
    {
        var digits = text[..Length(text)];
        text = text[digits.Length..];
        return digits;
    }

    /// <summary>Compares two runs of digits by value; leading zeros count for nothing, no digits are zero.</summary>
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.Length == 1 && right.Length == 1) return left[0] - right[0];

        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);
    }

    public static bool AreAll(ReadOnlySpan<char> text) => text.Length > 0 && Length(text) == text.Length;

    /// <summary>Whether a run of digits is no greater than a limit, given as its digits without leading zeros.</summary>
    public static bool AtMost(ReadOnlySpan<char> digits, ReadOnlySpan<char> limit) => Compare(digits, limit) <= 0;
}
