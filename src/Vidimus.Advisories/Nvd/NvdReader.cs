using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Nvd;

/// <summary>One CVE as NVD's API version 2.0 tells of it.</summary>
/// <remarks>Format: csrc.nist.gov/schema/nvd/api/2.0/cve_api_json_2.0.schema; the yearly feeds have the same. Of its ratings NVD's own (<c>Primary</c>) are <c>nvd</c>'s, the others their source's.</remarks>
internal static class NvdReader
{
    private static readonly (string Member, string? Type)[] Metrics = [("cvssMetricV31", "CVSS:3.1"), ("cvssMetricV30", "CVSS:3.0"), ("cvssMetricV40", "CVSS:4.0"), ("cvssMetricV2", "CVSS:2.0")];

    /// <summary>What it says of the CVE.</summary>
    public static CveRecord Read(JsonElement item)
    {
        var cve = item.TryGetProperty("cve", out var inner) ? inner : throw new JsonException("it has no cve");
        var id = Text(cve, "id") ?? throw new JsonException("it has no id");
        if (!id.StartsWith("CVE-", StringComparison.Ordinal)) throw new JsonException("its id is no CVE's");
        return new(id)
        {
            Rejected = Text(cve, "vulnStatus") is "Rejected",
            Details = Items(cve, "descriptions").Where(d => Text(d, "lang") is "en").Select(d => Text(d, "value")).FirstOrDefault(),
            Published = Text(cve, "published") is { } text && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null,
            Severities = [.. Ratings(cve)],
            Cwes = [.. Items(cve, "weaknesses").SelectMany(w => Items(w, "description")).Select(d => Text(d, "value")).OfType<string>().Where(c => c.StartsWith("CWE-", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)],
            Ssvc = Ssvc(cve),
        };
    }

    public static string? Text(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static IEnumerable<JsonElement> Items(JsonElement element, string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static IEnumerable<SeverityRating> Ratings(JsonElement cve)
    {
        if (!cve.TryGetProperty("metrics", out var metrics)) yield break;
        foreach (var (member, type) in Metrics)
        {
            foreach (var metric in Items(metrics, member).OrderBy(m => Text(m, "type") is "Primary" ? 0 : 1))
            {
                if (!metric.TryGetProperty("cvssData", out var data) || Text(data, "vectorString") is not { Length: > 0 } vector) continue;
                var source = Text(metric, "source") is { } name && name != "nvd@nist.gov" ? name : "nvd";
                yield return new(source, type!, vector);
            }
        }
    }

    /// <summary>CISA's decision points, which NVD passes on.</summary>
    private static Dictionary<string, string> Ssvc(JsonElement cve)
    {
        var points = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!cve.TryGetProperty("metrics", out var metrics)) return points;
        foreach (var option in Items(metrics, "ssvcV203").SelectMany(m => m.TryGetProperty("ssvcData", out var data) ? Items(data, "options") : []))
        {
            if (option.ValueKind != JsonValueKind.Object) continue;
            foreach (var point in option.EnumerateObject())
            {
                var name = point.Name switch { "exploitation" => "Exploitation", "automatable" => "Automatable", "technicalImpact" => "Technical Impact", _ => null };
                if (name is not null && point.Value.ValueKind == JsonValueKind.String) points.TryAdd(name, point.Value.GetString()!.ToLowerInvariant());
            }
        }

        return points;
    }
}
