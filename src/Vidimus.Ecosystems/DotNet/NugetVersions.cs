using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Orders versions as NuGet does: one to four numbers, a pre-release without regard to case, build metadata that does not count.</summary>
/// <remarks>
/// Source: NuGet.Versioning's <c>NuGetVersion</c> and <c>VersionComparer.VersionRelease</c>. It differs from Semantic Versioning: the first numbers may have leading zeros,
/// and a label is a number when it fits 32 bits with its sign, so that <c>-12</c> is minus twelve and a longer run of digits is a word.
/// </remarks>
public sealed class NugetVersions : IVersionScheme
{
    private const string LargestNumber = "2147483647";

    public string Name => "nuget";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        version = version.Trim();
        if (version.IndexOf('+') is >= 0 and var plus)
        {
            if (!SemVerText.AreIdentifiers(version[(plus + 1)..], leadingZeros: true)) return false;
            version = version[..plus];
        }

        if (version.IndexOf('-') is >= 0 and var hyphen)
        {
            if (!SemVerText.AreIdentifiers(version[(hyphen + 1)..], leadingZeros: false)) return false;
            version = version[..hyphen];
        }

        for (var parts = 1; ; parts++)
        {
            var number = TakeNumber(ref version);
            if (number.IsEmpty || !Numbers.AtMost(number, LargestNumber)) return false;
            if (version.IsEmpty) return true;
            if (version[0] != '.' || parts == 4) return false;
            version = version[1..];
        }
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Split(left, out var leftNumbers, out var leftLabels, out var leftHasLabels);
        Split(right, out var rightNumbers, out var rightLabels, out var rightHasLabels);

        if (CompareNumbers(leftNumbers, rightNumbers) is not 0 and var byNumbers) return byNumbers;
        return leftHasLabels == rightHasLabels ? CompareLabels(leftLabels, rightLabels) : leftHasLabels ? -1 : 1;
    }

    private static void Split(ReadOnlySpan<char> version, out ReadOnlySpan<char> numbers, out ReadOnlySpan<char> labels, out bool hasLabels)
    {
        version = version.Trim();
        if (version.IndexOf('+') is >= 0 and var plus) version = version[..plus];
        var hyphen = version.IndexOf('-');
        hasLabels = hyphen >= 0;
        numbers = hasLabels ? version[..hyphen] : version;
        labels = hasLabels ? version[(hyphen + 1)..] : [];
    }

    /// <summary>Number by number, a missing one is zero; in a text that is no version, what is no number comes after and by its signs.</summary>
    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty || !right.IsEmpty)
        {
            if (Numbers.Compare(TakeNumber(ref left), TakeNumber(ref right)) is not 0 and var byNumber) return byNumber;
            if (IsMisfit(left) || IsMisfit(right)) return IsMisfit(left) && IsMisfit(right) ? left.SequenceCompareTo(right) : IsMisfit(left) ? 1 : -1;
            if (!left.IsEmpty) left = left[1..];
            if (!right.IsEmpty) right = right[1..];
        }

        return 0;
    }

    /// <summary>NuGet lets white space stand around each number.</summary>
    private static ReadOnlySpan<char> TakeNumber(scoped ref ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var number = Numbers.Take(ref text);
        text = text.TrimStart();
        return number;
    }

    private static bool IsMisfit(ReadOnlySpan<char> text) => text is [not '.', ..];

    private static int CompareLabels(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var a = TakeLabel(ref left);
            var b = TakeLabel(ref right);
            var byLabel = (TryNumber(a, out var x), TryNumber(b, out var y)) switch
            {
                (true, true) => x.CompareTo(y),
                (true, false) => -1,
                (false, true) => 1,
                _ => a.CompareTo(b, StringComparison.OrdinalIgnoreCase),
            };
            if (byLabel != 0) return byLabel;
        }

        return left.Length - right.Length;
    }

    private static bool TryNumber(ReadOnlySpan<char> label, out int number) => int.TryParse(label, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out number);

    private static ReadOnlySpan<char> TakeLabel(scoped ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('.');
        var label = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return label;
    }
}
