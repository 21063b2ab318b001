using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Versions;

/// <summary>Orders versions that are lists of numbers: number by number, and a list before every longer one that begins with it.</summary>
/// <remarks>Sources: Haskell's <c>Data.Version</c> (numbers parted by dots), R's <c>package_version</c> (at least two numbers, parted by dots or hyphens).</remarks>
/// <param name="hyphens">Whether a hyphen parts numbers too.</param>
/// <param name="least">How many numbers there must be.</param>
public sealed class NumberListVersions(string name, bool hyphens, int least) : IVersionScheme
{
    public string Name => name;

    public bool IsValid(ReadOnlySpan<char> version)
    {
        for (var count = 1; ; count++)
        {
            if (Numbers.Take(ref version).IsEmpty) return false;
            if (version.IsEmpty) return count >= least;
            if (!IsSign(version[0])) return false;
            version = version[1..];
        }
    }

    /// <summary>Texts that are no versions come after all that are, by their characters.</summary>
    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var (isLeft, isRight) = (IsValid(left), IsValid(right));
        if (!isLeft || !isRight) return isLeft == isRight ? left.SequenceCompareTo(right) : isLeft ? -1 : 1;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            if (Numbers.Compare(Numbers.Take(ref left), Numbers.Take(ref right)) is not 0 and var byNumber) return byNumber;
            if (!left.IsEmpty) left = left[1..];
            if (!right.IsEmpty) right = right[1..];
        }

        return left.Length - right.Length;
    }

    private bool IsSign(char c) => c is '.' || (hyphens && c is '-');
}
