using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vidimus.Findings.Query;

/// <summary>Where a page of findings ended: the value that the sort had come to, and the place within what is equal.</summary>
/// <param name="Segment">The sort's value, as text or as number; both null for the findings without one.</param>
/// <param name="Value">Of sorts that walk an index, beside <paramref name="Id"/>.</param>
public sealed record FindingPosition(string? Segment, double? Number, int Account, int Kind, long Fingerprint, long Resource, int Incarnation, long Value, long Id)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, PositionJson.Default.FindingPosition);

    /// <exception cref="JsonException">Not what <see cref="ToBytes"/> gave.</exception>
    public static FindingPosition From(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, PositionJson.Default.FindingPosition) ?? throw new JsonException("null");
}

[JsonSerializable(typeof(FindingPosition))]
internal sealed partial class PositionJson : JsonSerializerContext;
