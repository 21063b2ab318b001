using System.Text.Json.Serialization;
using Vidimus.Advisories.Shelf;

namespace Vidimus.Advisories.Exchange;

/// <summary>What the signature of an exported book covers: all that is said of the book, and through its digest the book.</summary>
public sealed record ExportHead
{
    /// <summary>When the book was compiled.</summary>
    public required DateTimeOffset Built { get; init; }

    /// <summary>When its content was last known to be what the feeds say: its age counts from here, and of two books of one key the one with the earlier time is the older.</summary>
    public required DateTimeOffset Checked { get; init; }

    /// <summary>The length of the book in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The SHA-256 of all bytes of the book, in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The feeds and parts that the book holds.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>The sources of the book with their terms, and those that were left out.</summary>
    public required IReadOnlyList<ShelfSource> Sources { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExportHead))]
internal sealed partial class ExportJson : JsonSerializerContext;
