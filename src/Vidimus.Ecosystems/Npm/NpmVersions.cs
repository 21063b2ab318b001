using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Npm;

public sealed class NpmVersions : IVersionScheme
{
    public string Name => "npm";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
