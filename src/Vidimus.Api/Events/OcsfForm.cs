using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Events;

/// <summary>A finding as an event of the Open Cybersecurity Schema Framework 1.3: class Vulnerability Finding (2002) in the category Findings, with the profile cloud. Times are milliseconds.</summary>
internal static class OcsfForm
{
    private const int Category = 2;
    private const int Class = 2002;

    public static JsonObject Write(StoredEvent e, string id, FindingContents contents, IdentityKey identity)
    {
        var wire = contents.ToWire(identity);
        var activity = e.Finding switch { { Before: null } => 1, { Status: FindingStatus.Closed } => 3, _ => 2 };
        var (severityId, severity) = Severity(contents.Finding.Severity);
        return new()
        {
            ["category_uid"] = Category,
            ["category_name"] = "Findings",
            ["class_uid"] = Class,
            ["class_name"] = "Vulnerability Finding",
            ["activity_id"] = activity,
            ["activity_name"] = activity switch { 1 => "Create", 3 => "Close", _ => "Update" },
            ["type_uid"] = (Class * 100) + activity,
            ["severity_id"] = severityId,
            ["severity"] = severity,
            ["status_id"] = contents.Finding.Status switch { FindingStatus.Closed => 4, FindingStatus.Suppressed => 3, _ => 1 },
            ["status"] = contents.Finding.Status switch { FindingStatus.Closed => "Resolved", FindingStatus.Suppressed => "Suppressed", _ => "New" },
            ["time"] = e.At.ToUnixTimeMilliseconds(),
            ["message"] = wire.Title,
            ["metadata"] = new JsonObject
            {
                ["version"] = "1.3.0",
                ["uid"] = id,
                ["profiles"] = new JsonArray("cloud"),
                ["product"] = new JsonObject { ["name"] = "Vidimus", ["vendor_name"] = "Vidimus" },
            },
            ["cloud"] = new JsonObject { ["provider"] = contents.Facts.Provider ?? "AWS", ["region"] = contents.Region, ["account"] = new JsonObject { ["uid"] = contents.Account } },
            ["finding_info"] = new JsonObject
            {
                ["uid"] = wire.FindingArn,
                ["title"] = wire.Title,
                ["desc"] = wire.Description,
                ["types"] = new JsonArray(wire.Type),
                ["created_time"] = contents.Finding.FirstObserved.ToUnixTimeMilliseconds(),
                ["first_seen_time"] = contents.Finding.FirstObserved.ToUnixTimeMilliseconds(),
                ["last_seen_time"] = contents.Finding.Updated.ToUnixTimeMilliseconds(),
                ["modified_time"] = contents.Finding.Updated.ToUnixTimeMilliseconds(),
            },
            ["resources"] = new JsonArray(Resource(contents, wire.Resources[0])),
            ["vulnerabilities"] = new JsonArray(Vulnerability(contents, wire, Severity(contents.Finding.Facts.Severity).Name)),
        };
    }

    private static JsonObject Resource(FindingContents contents, Inspector2.Shapes.Resource resource)
    {
        var labels = (resource.Tags ?? new Dictionary<string, string>()).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (JsonNode)$"{t.Key}={t.Value}");
        return new() { ["uid"] = resource.Id, ["type"] = resource.Type, ["name"] = contents.Resource.Key.Id, ["region"] = contents.Region, ["cloud_partition"] = "aws", ["labels"] = new JsonArray([.. labels]) };
    }

    /// <summary>An id of the CVE list stands in <c>cve</c>, any other in <c>advisory</c>; OCSF asks for one of them.</summary>
    private static JsonObject Vulnerability(FindingContents contents, Inspector2.Shapes.Finding wire, string severity)
    {
        var details = wire.PackageVulnerabilityDetails;
        var vulnerability = new JsonObject
        {
            ["title"] = wire.Title,
            ["desc"] = wire.Description,
            ["severity"] = severity,
            ["is_fix_available"] = wire.FixAvailable != Inspector2.Shapes.FixAvailable.No,
            ["first_seen_time"] = contents.Finding.FirstObserved.ToUnixTimeMilliseconds(),
            ["last_seen_time"] = contents.Finding.Updated.ToUnixTimeMilliseconds(),
        };
        if (contents.Vulnerability is { } facts) vulnerability["is_exploit_available"] = facts.Exploited;
        if (details is null)
        {
            vulnerability["advisory"] = new JsonObject { ["uid"] = wire.Type };
            return vulnerability;
        }

        vulnerability["vendor_name"] = details.Source;
        vulnerability["references"] = new JsonArray([.. (details.ReferenceUrls ?? []).Select(u => (JsonNode)u)]);
        vulnerability["related_vulnerabilities"] = new JsonArray([.. (details.RelatedVulnerabilities ?? []).Select(u => (JsonNode)u)]);
        vulnerability["affected_packages"] = new JsonArray([.. (details.VulnerablePackages ?? []).Zip(contents.Evidence?.Packages ?? [], Package)]);
        if (!details.VulnerabilityId.StartsWith("CVE-", StringComparison.Ordinal))
        {
            vulnerability["advisory"] = new JsonObject { ["uid"] = details.VulnerabilityId };
            return vulnerability;
        }

        var cve = new JsonObject { ["uid"] = details.VulnerabilityId };
        var scores = (details.Cvss ?? []).Select(c => (JsonNode)new JsonObject { ["base_score"] = c.BaseScore, ["version"] = c.Version, ["vector_string"] = c.ScoringVector, ["vendor_name"] = c.Source });
        cve["cvss"] = new JsonArray([.. scores]);
        if (contents.Vulnerability?.Epss is { } epss) cve["epss"] = new JsonObject { ["score"] = epss.ToString(CultureInfo.InvariantCulture) };
        if (contents.Details?.Cwes is { Count: > 0 } cwes) cve["related_cwes"] = new JsonArray([.. cwes.Select(c => (JsonNode)new JsonObject { ["uid"] = c })]);
        vulnerability["cve"] = cve;
        return vulnerability;
    }

    private static JsonNode Package(Inspector2.Shapes.VulnerablePackage package, Vidimus.Findings.Contents.AffectedPackage evidence)
    {
        var result = new JsonObject { ["name"] = package.Name, ["version"] = package.Version, ["purl"] = evidence.Purl };
        if (package.Epoch is { } epoch) result["epoch"] = epoch;
        if (package.Release is { } release) result["release"] = release;
        if (package.Arch is { } arch) result["architecture"] = arch;
        if (package.PackageManager is { } manager) result["package_manager"] = manager;
        if (package.FilePath is { } path) result["path"] = path;
        if (evidence.Fixed is { } version) result["fixed_in_version"] = version;
        if (package.Remediation is { } remediation) result["remediation"] = new JsonObject { ["desc"] = remediation };
        return result;
    }

    private static (int Id, string Name) Severity(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => (5, "Critical"),
        FindingSeverity.High => (4, "High"),
        FindingSeverity.Medium => (3, "Medium"),
        FindingSeverity.Low => (2, "Low"),
        FindingSeverity.Informational => (1, "Informational"),
        _ => (0, "Unknown"),
    };
}
