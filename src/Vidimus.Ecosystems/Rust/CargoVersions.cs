using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Rust;

public sealed class CargoVersions : IVersionScheme
{
    public string Name => "cargo";

    public bool IsValid(ReadOnlySpan<char> version) => version.Length > 0;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
