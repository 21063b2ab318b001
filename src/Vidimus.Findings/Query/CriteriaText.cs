using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vidimus.Findings.Query;

/// <summary>The stored form of criteria, of a rule that must be asked again and again.</summary>
public static class CriteriaText
{
    public static string Write(FindingCriteria criteria) => JsonSerializer.Serialize(criteria, CriteriaJson.Default.FindingCriteria);

    /// <exception cref="JsonException">Not what <see cref="Write"/> gives.</exception>
    public static FindingCriteria Read(string text) => JsonSerializer.Deserialize(text, CriteriaJson.Default.FindingCriteria) ?? throw new JsonException("null");
}

[JsonSourceGenerationOptions(IncludeFields = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FindingCriteria))]
internal sealed partial class CriteriaJson : JsonSerializerContext;
