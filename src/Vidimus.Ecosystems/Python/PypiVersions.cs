using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Python;

public sealed class PypiVersions : IVersionScheme
{
    public string Name => "pypi";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
