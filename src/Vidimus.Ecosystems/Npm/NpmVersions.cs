using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Orders versions as npm's <c>semver</c> does.</summary>
/// <remarks>
/// Source: semver.org 2.0.0 and node-semver's strict grammar: white space around is cut, one <c>v</c> may stand before, 256 characters at most,
/// no number of the first three above 2^53−1; build metadata does not count. Texts that only npm's loose mode takes (<c>=1.2.3</c>, <c>1.2</c>) are
/// refused by <see cref="IsValid"/> and compared as meant. node-semver loses digits of pre-release numbers above 2^53; this order does not.
/// </remarks>
public sealed class NpmVersions : IVersionScheme
{
    private const string LargestNumber = "9007199254740991";
    private const int LongestVersion = 256;

    public string Name => "npm";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        if (version.Length > LongestVersion) return false;
        var text = Trim(version);
        if (text is ['v', ..]) text = text[1..];
        if (!TakeNumber(ref text) || text is not ['.', ..]) return false;
        text = text[1..];
        if (!TakeNumber(ref text) || text is not ['.', ..]) return false;
        text = text[1..];
        return TakeNumber(ref text) && SemVerText.IsSuffix(text);
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => new SemVerText(Bare(left)).CompareTo(new SemVerText(Bare(right)));

    private static bool TakeNumber(scoped ref ReadOnlySpan<char> text) => SemVerText.TryTakeNumber(ref text, out var number) && Numbers.AtMost(number, LargestNumber);

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> version)
    {
        version = Trim(version);
        while (version is ['v' or '=' or ' ' or '\t', ..]) version = version[1..];
        return version;
    }

    /// <summary>JavaScript's <c>trim</c>, which knows U+FEFF but not U+0085.</summary>
    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        while (text is [var first, ..] && IsSpace(first)) text = text[1..];
        while (text is [.., var last] && IsSpace(last)) text = text[..^1];
        return text;
    }

    private static bool IsSpace(char c) => c == '\uFEFF' || (c != '\u0085' && char.IsWhiteSpace(c));
}
