using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Php;

public sealed class ComposerVersions : IVersionScheme
{
    public string Name => "composer";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
