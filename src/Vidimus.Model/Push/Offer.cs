using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vidimus.Model.Push;

/// <summary>What somebody says a resource holds: digests alone. What of it is not known yet is asked for and sent, and the same offer is made again.</summary>
/// <param name="Kind">One of <see cref="ResourceKinds"/>.</param>
/// <param name="Id">What the thing is by itself, for ever.</param>
/// <param name="Collectors">Which collectors, of which versions, found it.</param>
/// <param name="Documents">From each kind of document to its digest, <c>sha256:…</c>.</param>
public sealed record Offer(string Kind, string Id, string Collectors, IReadOnlyDictionary<string, string> Documents)
{
    /// <summary>Null leaves the resource's tags as they are.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public string? Architecture { get; init; }

    public OfferedImage? Image { get; init; }

    /// <summary>Whether nothing that was looked for went unread.</summary>
    public bool Complete { get; init; } = true;
}

/// <summary>What a resource can be.</summary>
public static class ResourceKinds
{
    /// <summary>A machine; its id is the cloud's instance id, else <c>mi-</c> and 17 hexadecimal digits of machine-id and product uuid.</summary>
    public const string Host = "host";

    /// <summary>A container image; its id is <c>REGISTRY-HOST/NAME@sha256:…</c>, or the name that the pusher gave it.</summary>
    public const string Image = "image";

    public const string Function = "function";

    /// <summary>A folder of code; its id is the pusher's name for it.</summary>
    public const string Folder = "folder";

    public static IReadOnlyList<string> All { get; } = [Host, Image, Function, Folder];
}

/// <summary>What is known of an image beside its layers.</summary>
public sealed record OfferedImage(string? Registry, string? Repository, string? Digest, IReadOnlyList<string>? Tags);

/// <summary>The answer to an offer.</summary>
/// <param name="Missing">The digests that must be sent first; when there are any, nothing else has happened.</param>
/// <param name="Unchanged">The resource holds just this already, and its time of scan was noted.</param>
public sealed record OfferAnswer(IReadOnlyList<string> Missing, bool Unchanged, int Opened, int Updated, int Closed, int Reopened)
{
    /// <summary>Documents are to be sent first.</summary>
    public static OfferAnswer Ask(IEnumerable<string> missing) => new([.. missing], false, 0, 0, 0, 0);

    /// <summary>The resource holds what it held.</summary>
    public static OfferAnswer Same { get; } = new([], true, 0, 0, 0, 0);
}

/// <summary>A finding's life, as it is told to its account.</summary>
public sealed record FindingLife(string FindingArn, string Title, string Resource, IReadOnlyList<LifeEntry> Entries);

/// <param name="Cause"><c>OPENED</c>, <c>UPDATED</c>, <c>CLOSED</c>, <c>REOPENED</c>, <c>SUPPRESSED</c>, <c>UNSUPPRESSED</c>, <c>RENUMBERED</c>, <c>RATED</c>.</param>
/// <param name="Closing">Why it closed.</param>
/// <param name="Vulnerability">The id that is shown for the number it had.</param>
public sealed record LifeEntry(DateTimeOffset At, string Cause, string Status, string Severity, double? Score, string Fix, string? Closing, string? Vulnerability)
{
    /// <summary>What the source says where a rule displays another severity; null elsewhere.</summary>
    public string? SourceSeverity { get; init; }
}

/// <summary>The wire form of what is between the tool and the server.</summary>
public static class PushText
{
    public static Offer ReadOffer(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, PushJson.Default.Offer) ?? throw new JsonException("null");

    public static void Write(Utf8JsonWriter writer, Offer offer) => JsonSerializer.Serialize(writer, offer, PushJson.Default.Offer);

    public static string ToText(Offer offer) => JsonSerializer.Serialize(offer, PushJson.Default.Offer);

    public static OfferAnswer ReadAnswer(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, PushJson.Default.OfferAnswer) ?? throw new JsonException("null");

    public static void Write(Utf8JsonWriter writer, OfferAnswer answer) => JsonSerializer.Serialize(writer, answer, PushJson.Default.OfferAnswer);

    public static FindingLife ReadLife(ref Utf8JsonReader reader) => JsonSerializer.Deserialize(ref reader, PushJson.Default.FindingLife) ?? throw new JsonException("null");

    public static void Write(Utf8JsonWriter writer, FindingLife life) => JsonSerializer.Serialize(writer, life, PushJson.Default.FindingLife);
}

[JsonSerializable(typeof(Offer))]
[JsonSerializable(typeof(OfferAnswer))]
[JsonSerializable(typeof(FindingLife))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class PushJson : JsonSerializerContext;
