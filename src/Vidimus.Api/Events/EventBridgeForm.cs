using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Storage;

namespace Vidimus.Api.Events;

/// <summary>Events as Amazon Inspector puts them on EventBridge.</summary>
internal static class EventBridgeForm
{
    private const string Version = "1.0";

    /// <summary>The finding as the API has it, but for its times: here they are text.</summary>
    public static JsonObject Finding(StoredEvent e, string id, FindingContents finding, IdentityKey identity)
    {
        var wire = finding.ToWire(identity);
        var detail = JsonNode.Parse(ShapeText.Bytes(wire))!.AsObject();
        TimesAsText(detail);
        return Envelope(e, id, "Inspector2 Finding", wire.Resources[0].Id, detail);
    }

    public static JsonObject Scan(StoredEvent e, string id, ResourceEvent resource)
    {
        var name = IdOf(e, resource);
        var detail = new JsonObject
        {
            ["scan-status"] = "INITIAL_SCAN_COMPLETE",
            ["finding-severity-counts"] = new JsonObject
            {
                ["CRITICAL"] = Count(resource, FindingSeverity.Critical),
                ["HIGH"] = Count(resource, FindingSeverity.High),
                ["MEDIUM"] = Count(resource, FindingSeverity.Medium),
                ["TOTAL"] = resource.Active.Values.Sum(),
            },
            ["version"] = Version,
        };
        var about = name;
        switch (InspectorForm.Type(resource.Resource.Key, resource.Facts))
        {
            case InspectorForm.EcrImage when name.LastIndexOf('/') is > 0 and var slash:
                about = name[..slash];
                detail["repository-name"] = about;
                detail["image-digest"] = name[(slash + 1)..];
                detail["image-tags"] = new JsonArray([.. (resource.Facts.Image?.Tags ?? []).Select(t => (JsonNode)t)]);
                break;
            case InspectorForm.Ec2Instance:
                detail["instance-id"] = name;
                break;
        }

        return Envelope(e, id, "Inspector2 Scan", about, detail);
    }

    public static JsonObject Coverage(StoredEvent e, string id, ResourceEvent resource)
    {
        var status = e.Status!.Value;
        var detail = new JsonObject
        {
            ["scanStatus"] = new JsonObject { ["reason"] = status.Reason, ["statusCodeValue"] = status.Active ? "ACTIVE" : "INACTIVE" },
            ["scanType"] = "PACKAGE",
            ["eventTimestamp"] = Iso(e.At),
            ["version"] = Version,
        };
        if (resource.Facts.Provider is { } provider) detail["provider"] = provider;
        if (resource.Facts.ProviderAccount is { } account) detail["providerAccountId"] = account;
        if (resource.Facts.ProviderRegion is { } region) detail["providerRegion"] = region;
        return Envelope(e, id, "Inspector2 Coverage", IdOf(e, resource), detail);
    }

    /// <summary>The event's body is the detail but for its version: <c>AutoEnableStatus</c> and <c>Reason</c>. Amazon tells of failures alone, as <c>Failed</c>; that it went well is told in the same form.</summary>
    public static JsonObject AutoEnable(StoredEvent e, string id)
    {
        var detail = JsonNode.Parse(e.Body!)!.AsObject();
        detail["version"] = "1.0.0";
        var envelope = Envelope(e, id, "Inspector2 AutoEnable", null, detail);
        envelope.Remove("resources");
        return envelope;
    }

    /// <summary>The body of the event that an organization's settings switched types on for a new member.</summary>
    public static string AutoEnabled(IReadOnlyList<string> types) =>
        new JsonObject { ["AutoEnableStatus"] = "Succeeded", ["Reason"] = $"enabled for a new member: {string.Join(", ", types)}" }.ToJsonString();

    private static JsonObject Envelope(StoredEvent e, string id, string type, string? resource, JsonObject detail) => new()
    {
        ["version"] = "0",
        ["id"] = id,
        ["detail-type"] = type,
        ["source"] = "aws.inspector2",
        ["account"] = e.Account,
        ["time"] = e.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["region"] = e.Region,
        ["resources"] = new JsonArray(resource is null ? [] : [resource]),
        ["detail"] = detail,
    };

    private static string IdOf(StoredEvent e, ResourceEvent resource) => InspectorForm.Id(resource.Resource.Key, resource.Facts, e.Account, e.Region);

    private static long Count(ResourceEvent resource, FindingSeverity severity) => resource.Active.GetValueOrDefault(severity);

    public static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>All times of the model end in <c>At</c>, and no other number does.</summary>
    private static void TimesAsText(JsonNode node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list.OfType<JsonNode>()) TimesAsText(item);
        }

        if (node is not JsonObject members) return;
        foreach (var (name, value) in members.ToList())
        {
            if (value is JsonValue number && name.EndsWith("At", StringComparison.Ordinal) && number.GetValueKind() == JsonValueKind.Number) members[name] = Text(number.GetValue<decimal>());
            else if (value is not null) TimesAsText(value);
        }
    }

    /// <summary><c>Wed Sep 04 16:59:44.356 UTC 2024</c></summary>
    private static string Text(decimal seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)).UtcDateTime.ToString("ddd MMM dd HH:mm:ss.fff 'UTC' yyyy", CultureInfo.InvariantCulture);
}
