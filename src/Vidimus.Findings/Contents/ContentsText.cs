using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vidimus.Findings.Contents;

/// <summary>The stored form of contents: JSON with short, stable bytes, since evidence is known by the digest of it. Members are added, never renamed.</summary>
public static class ContentsText
{
    private static readonly ContentsJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(ResourceFacts facts) => JsonSerializer.Serialize(facts, Json.ResourceFacts);

    public static string Write(PackageEvidence evidence) => JsonSerializer.Serialize(evidence, Json.PackageEvidence);

    public static string Write(VulnerabilityDetails details) => JsonSerializer.Serialize(details, Json.VulnerabilityDetails);

    /// <exception cref="JsonException">Not what <see cref="Write(ResourceFacts)"/> gives.</exception>
    public static ResourceFacts ReadResource(string text) => JsonSerializer.Deserialize(text, Json.ResourceFacts) ?? throw new JsonException("null");

    /// <exception cref="JsonException">Not what <see cref="Write(PackageEvidence)"/> gives.</exception>
    public static PackageEvidence ReadEvidence(string text) => JsonSerializer.Deserialize(text, Json.PackageEvidence) ?? throw new JsonException("null");

    /// <exception cref="JsonException">Not what <see cref="Write(VulnerabilityDetails)"/> gives.</exception>
    public static VulnerabilityDetails ReadVulnerability(string text) => JsonSerializer.Deserialize(text, Json.VulnerabilityDetails) ?? throw new JsonException("null");
}

[JsonSerializable(typeof(ResourceFacts))]
[JsonSerializable(typeof(PackageEvidence))]
[JsonSerializable(typeof(VulnerabilityDetails))]
internal sealed partial class ContentsJson : JsonSerializerContext;
