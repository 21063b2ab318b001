using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.DotNet;

public sealed class NugetVersions : IVersionScheme
{
    public string Name => "nuget";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
