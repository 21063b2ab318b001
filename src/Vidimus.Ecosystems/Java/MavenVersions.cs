using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Java;

public sealed class MavenVersions : IVersionScheme
{
    public string Name => "maven";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
