using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Apk;

public sealed class ApkVersions : IVersionScheme
{
    public string Name => "apk";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
