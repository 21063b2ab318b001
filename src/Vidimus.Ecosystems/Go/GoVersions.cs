using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Go;

public sealed class GoVersions : IVersionScheme
{
    public string Name => "golang";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
