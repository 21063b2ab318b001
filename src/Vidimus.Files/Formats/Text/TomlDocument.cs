using System.Text.Unicode;

namespace Vidimus.Files.Formats.Text;

/// <summary>Reads a TOML 1.0 document (toml.io/en/v1.0.0) within bounds.</summary>
/// <remarks>There is no TOML package to build on. A byte order mark is passed over; integers outside 64 bits are refused as the specification allows.</remarks>
public static class TomlDocument
{
    /// <summary>How deep arrays and inline tables may nest, and how many parts a dotted key may have.</summary>
    public const int MaxDepth = 128;

    /// <summary>How many tables, arrays and values a document may hold.</summary>
    public const int MaxNodes = 1_000_000;

    /// <exception cref="InvalidDataException">It is no TOML, or larger than the bounds; the message names the line.</exception>
    public static TomlTable Parse(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        if (!Utf8.IsValid(text)) throw new InvalidDataException("TOML must be UTF-8");
        return new TomlParser(text).Document();
    }
}
