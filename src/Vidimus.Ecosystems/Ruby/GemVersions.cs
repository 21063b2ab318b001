using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Ruby;

public sealed class GemVersions : IVersionScheme
{
    public string Name => "gem";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
