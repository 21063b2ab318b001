using System.Text.Json;
using System.Text.Json.Serialization;
using Vidimus.Advisories.Fetch;

namespace Vidimus.Advisories.Shelf;

/// <summary>Where a book comes from, kept beside it.</summary>
public sealed record ShelfStatus
{
    /// <summary>When it was compiled.</summary>
    public required DateTimeOffset Built { get; init; }

    /// <summary>When it was last known to be what the feeds say.</summary>
    public required DateTimeOffset Checked { get; init; }

    /// <summary>The feeds and parts that were ever asked for: each update asks for them again.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>The state of the files that it was compiled from.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What came of each part, by name.</summary>
    public required IReadOnlyList<ShelfSource> Sources { get; init; }

    /// <summary>The fingerprint of the key that signed it, where it was imported; null where it was compiled here.</summary>
    public string? Signer { get; init; }

    /// <summary>By the fingerprint of each key whose books were ever imported, the newest of them: an older one is a step back.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Imports { get; init; }

    internal static ShelfStatus? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ShelfJson.Default.ShelfStatus);
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            return null; // Without its account the book is used as it is, and made anew by the next update.
        }
    }

    internal void Write(string path) => AtomicFile.Write(path, JsonSerializer.Serialize(this, ShelfJson.Default.ShelfStatus));
}

/// <summary>What came of one part of a feed.</summary>
public sealed record ShelfSource
{
    /// <summary><c>osv/PyPI</c>, <c>debian</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The feed's name for a person.</summary>
    public required string Title { get; init; }

    /// <summary>The terms under which it is given.</summary>
    public required string Terms { get; init; }

    /// <summary>Whether its terms let a book with it be passed on.</summary>
    public bool IsRedistributable { get; init; } = true;

    /// <summary>The newest date on its records that is not in the future.</summary>
    public DateTimeOffset? Date { get; init; }

    public int Records { get; init; }

    /// <summary>How many records could not be read.</summary>
    public int Rejected { get; init; }

    /// <summary>The first hundred of them.</summary>
    public IReadOnlyList<RejectedRecord> RejectedRecords { get; init; } = [];

    /// <summary>The address does not have it, which is no error.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Why it could not be had, and has never been; null otherwise.</summary>
    public string? Failure { get; init; }

    /// <summary>Why its files are those of an earlier update; null otherwise.</summary>
    public string? Stale { get; init; }

    /// <summary>Why an exported book is without it; null otherwise.</summary>
    public string? LeftOut { get; init; }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShelfStatus))]
internal sealed partial class ShelfJson : JsonSerializerContext;
