using System.Buffers;

namespace Vidimus.Files.FileTree.Images;

/// <summary>A content digest, <c>sha256:</c> and 64 lower-case hex digits.</summary>
internal readonly record struct Digest(string Hex)
{
    private const string Algorithm = "sha256:";
    private const int Length = 64;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Where a layout keeps the blob.</summary>
    public string BlobPath => "blobs/sha256/" + Hex;

    /// <exception cref="InvalidDataException">It is none of ours.</exception>
    public static Digest Parse(string? text) => TryHex(text?.StartsWith(Algorithm, StringComparison.Ordinal) is true ? text[Algorithm.Length..] : null)
        ?? throw new InvalidDataException($"'{Shorten(text)}' is not a sha256 digest, the only kind that is supported");

    /// <summary>The digest that is a name of hex digits alone, or null.</summary>
    public static Digest? TryHex(string? hex) => hex is { Length: Length } && !hex.AsSpan().ContainsAnyExcept(HexDigits) ? new(hex) : null;

    public override string ToString() => Algorithm + Hex;

    private static string Shorten(string? text) => Model.Files.PathText.Display(text is { Length: > 100 } ? text[..100] + "…" : text ?? "");
}
