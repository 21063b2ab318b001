using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Dpkg;

public sealed class DebVersions : IVersionScheme
{
    public string Name => "deb";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
