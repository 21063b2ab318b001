namespace Vidimus.Files.FileTree.Images.Stores;

/// <summary>An image as it may be called in a local store.</summary>
/// <param name="Text">As the user wrote it.</param>
/// <param name="Names">All spellings under which stores file that name, with their tag.</param>
/// <param name="Digest">The digest that the name ends in, <c>sha256:…</c>; null without one.</param>
public sealed record LocalName(string Text, IReadOnlySet<string> Names, string? Digest)
{
    private const int ShortestId = 4;

    /// <summary>Whether the text begins an image's id (hex digits; at least four, as shorter ones are names too).</summary>
    internal bool IsIdOf(string hex)
    {
        var text = Text.StartsWith("sha256:", StringComparison.Ordinal) ? Text[7..] : Text;
        return text.Length >= ShortestId && hex.StartsWith(text, StringComparison.Ordinal);
    }
}
