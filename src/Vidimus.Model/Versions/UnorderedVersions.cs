namespace Vidimus.Model.Versions;

/// <summary>The scheme of packages whose order is not known: it takes no text for a version, so nothing is ever judged by it.</summary>
public sealed class UnorderedVersions : IVersionScheme
{
    private UnorderedVersions()
    {
    }

    public static UnorderedVersions Instance { get; } = new();

    public string Name => "none";

    public bool IsValid(ReadOnlySpan<char> version) => false;

    /// <summary>By the signs, so that a list can be sorted.</summary>
    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => left.SequenceCompareTo(right);
}
