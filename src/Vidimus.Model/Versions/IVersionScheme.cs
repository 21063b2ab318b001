namespace Vidimus.Model.Versions;

/// <summary>The order of one ecosystem's versions. Pure: no allocation on the usual way, no exception for bad text.</summary>
public interface IVersionScheme
{
    /// <summary>The purl type whose versions these are: <c>deb</c>, <c>npm</c>, <c>pypi</c>.</summary>
    string Name { get; }

    /// <summary>Whether the ecosystem's own tool accepts the text as a version.</summary>
    bool IsValid(ReadOnlySpan<char> version);

    /// <summary>Whether valid versions are in a line: a before b and b before c make a before c. Maven's own order is not; then nothing may be sorted by it and looked for by halves.</summary>
    bool IsTransitive => true;

    /// <summary>Negative, zero or positive as <paramref name="left"/> comes before, with or after <paramref name="right"/>.</summary>
    /// <remarks>Exact for valid versions; a total order also over invalid ones, so that sorting never fails, but without a meaning there.</remarks>
    int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right);
}
