using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Rpm;

public sealed class RpmVersions : IVersionScheme
{
    public string Name => "rpm";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
