using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Osv;

/// <summary>Gives one string for equal short texts that come again and again: ecosystems, packages, versions.</summary>
/// <remarks>A table of fixed size in which a newer text takes the place of another with the same place, so hostile input can't make it grow.</remarks>
internal sealed class TextPool
{
    private const int Size = 1 << 14;
    private readonly string?[] texts = new string?[Size];

    public string Text(ref Utf8JsonReader reader, string what)
    {
        FeedJson.Expect(ref reader, JsonTokenType.String, what);
        if (reader.ValueIsEscaped || reader.ValueSpan.Length is 0 or > 128) return reader.GetString()!;

        var hash = new HashCode();
        hash.AddBytes(reader.ValueSpan);
        ref var kept = ref texts[hash.ToHashCode() & (Size - 1)];
        return kept is not null && reader.ValueTextEquals(kept) ? kept : kept = reader.GetString()!;
    }
}
