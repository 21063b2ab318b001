using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Php;

/// <summary>Orders versions as Composer does: normalised by its <c>VersionParser</c>, then by PHP's <c>version_compare</c>.</summary>
/// <remarks>
/// Source: composer/semver 3.3 and the manual of <c>version_compare</c>. Named branches (<c>dev-main</c>), which Composer does not order, come before every number
/// and among themselves by their signs; a text that Composer refuses comes before both.
/// </remarks>
public sealed class ComposerVersions : IVersionScheme
{
    public string Name => "composer";

    public bool IsValid(ReadOnlySpan<char> version) => ComposerVersion.Read(version).Form != ComposerForm.Refused;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var a = ComposerVersion.Read(left);
        var b = ComposerVersion.Read(right);
        if (a.Form != b.Form) return a.Form - b.Form;
        if (a.Form != ComposerForm.Numbers) return a.Text.SequenceCompareTo(b.Text);

        var x = a.Parts();
        var y = b.Parts();
        while (true)
        {
            var leftRank = x.Next();
            var rightRank = y.Next();
            if (leftRank != rightRank) return leftRank - rightRank;
            if (leftRank == ComposerRank.End) return 0;
            if (leftRank == ComposerRank.Number && Numbers.Compare(x.Number, y.Number) is not 0 and var byNumber) return byNumber;
        }
    }
}
