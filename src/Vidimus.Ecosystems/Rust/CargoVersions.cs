using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Rust;

/// <summary>Orders versions as Cargo does, by the precedence of Semantic Versioning.</summary>
/// <remarks>
/// Source: semver.org 2.0.0 and the grammar of Rust's <c>semver</c> crate: three numbers of 64 bits, nothing before and nothing around.
/// The crate's own <c>Ord</c> also orders build metadata; advisories mean precedence, which does not.
/// </remarks>
public sealed class CargoVersions : IVersionScheme
{
    private const string LargestNumber = "18446744073709551615";

    public string Name => "cargo";

    public bool IsValid(ReadOnlySpan<char> version)
    {
        if (!TakeNumber(ref version) || version is not ['.', ..]) return false;
        version = version[1..];
        if (!TakeNumber(ref version) || version is not ['.', ..]) return false;
        version = version[1..];
        return TakeNumber(ref version) && SemVerText.IsSuffix(version);
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => new SemVerText(left).CompareTo(new SemVerText(right));

    private static bool TakeNumber(scoped ref ReadOnlySpan<char> text) => SemVerText.TryTakeNumber(ref text, out var number) && Numbers.AtMost(number, LargestNumber);
}
