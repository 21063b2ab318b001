namespace Vidimus.Ecosystems.Reading;

/// <summary>What the feeds of several vendors write alike.</summary>
internal static class FeedElements
{
    /// <summary>The type of a rating by its vector: <c>CVSS:3.1</c>; a vector of version 2 names none. Null for what is no vector.</summary>
    public static string? TypeOf(string? vector) => vector switch
    {
        null => null,
        _ when vector.StartsWith("CVSS:", StringComparison.Ordinal) && vector.Length > 9 && vector[8] == '/' => vector[..8],
        _ when vector.StartsWith("AV:", StringComparison.Ordinal) || vector.StartsWith("(AV:", StringComparison.Ordinal) => "CVSS:2.0",
        _ => null,
    };
}
