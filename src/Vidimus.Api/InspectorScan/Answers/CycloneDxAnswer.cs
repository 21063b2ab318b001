using System.Globalization;
using System.Text.Json;
using Vidimus.Model.Reports;

namespace Vidimus.Api.InspectorScan.Answers;

/// <summary>The form <c>CYCLONE_DX_1_5</c>: the SBOM's components with what was found, in the property names of Amazon's scanner.</summary>
internal static class CycloneDxAnswer
{
    private const string Prefix = "amazon:inspector:sbom_scanner:";

    public static void Write(Utf8JsonWriter writer, SbomResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("bomFormat"u8, "CycloneDX"u8);
        writer.WriteString("specVersion"u8, "1.5"u8);
        writer.WriteString("serialNumber"u8, $"urn:uuid:{Guid.NewGuid()}");
        Metadata(writer, result);
        if (result.Components.Top.Count > 0) Components(writer, result, result.Components.Top);
        if (result.Vulnerabilities.Count > 0)
        {
            writer.WriteStartArray("vulnerabilities"u8);
            foreach (var vulnerability in result.Vulnerabilities) Vulnerability(writer, vulnerability);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Metadata(Utf8JsonWriter writer, SbomResult result)
    {
        writer.WriteStartObject("metadata"u8);
        writer.WriteString("timestamp"u8, result.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("tools"u8);
        writer.WriteStartArray("services"u8);
        writer.WriteStartObject();
        writer.WriteString("name"u8, "Vidimus Scan SBOM API"u8);
        writer.WriteString("version"u8, result.Report.Tool.Version);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("properties"u8);
        foreach (var severity in new[] { "critical", "high", "medium", "low", "other" }) Property(writer, $"{Prefix}{severity}_vulnerabilities", result.Count(severity).ToString(CultureInfo.InvariantCulture));
        if (result.Report.Book.Starter) Property(writer, "vidimus:book", "starter");
        if (result.Report.Book.Stale) Property(writer, "vidimus:book", "stale");
        foreach (var note in result.Report.Notes) Property(writer, "vidimus:note", note.Message);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Components(Utf8JsonWriter writer, SbomResult result, IReadOnlyList<SbomComponent> components)
    {
        writer.WriteStartArray("components"u8);
        foreach (var component in components)
        {
            writer.WriteStartObject();
            writer.WriteString("bom-ref"u8, component.Ref);
            if (component.Name is not null) writer.WriteString("name"u8, component.Name);
            if (component.Purl is not null) writer.WriteString("purl"u8, component.Purl);
            if (component.Type is not null) writer.WriteString("type"u8, component.Type);
            if (component.Version is not null) writer.WriteString("version"u8, component.Version);
            if (component.Nested.Count > 0) Components(writer, result, component.Nested);
            ComponentProperties(writer, result, component);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void ComponentProperties(Utf8JsonWriter writer, SbomResult result, SbomComponent component)
    {
        var (info, warning) = (result.InfoOf(component), SbomResult.WarningOf(component));
        var ended = component.Type is "operating-system" ? result.EndOfLife : null;
        if (info is null && warning is null && ended is null) return;
        writer.WriteStartArray("properties"u8);
        if (info is not null) Property(writer, Prefix + "info", info);
        if (warning is not null) Property(writer, Prefix + "warning", warning);
        if (ended is not null) Property(writer, Prefix + "end_of_life", ended);
        writer.WriteEndArray();
    }

    private static void Vulnerability(Utf8JsonWriter writer, SbomVulnerability vulnerability)
    {
        var finding = vulnerability.First;
        writer.WriteStartObject();
        writer.WriteString("bom-ref"u8, vulnerability.Ref);
        writer.WriteString("id"u8, finding.Id);
        Source(writer, finding.Source, finding.Url);
        References(writer, finding);
        Ratings(writer, vulnerability);
        if (vulnerability.Cwes.Count > 0)
        {
            writer.WriteStartArray("cwes"u8);
            foreach (var cwe in vulnerability.Cwes) writer.WriteNumberValue(cwe);
            writer.WriteEndArray();
        }

        writer.WriteString("description"u8, vulnerability.Description);
        if (vulnerability.Links.Count > 0)
        {
            writer.WriteStartArray("advisories"u8);
            foreach (var link in vulnerability.Links)
            {
                writer.WriteStartObject();
                writer.WriteString("url"u8, link);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (finding.Published is { } published) writer.WriteString("created"u8, SbomVulnerability.Time(published));
        if (vulnerability.Updated is { } updated) writer.WriteString("updated"u8, SbomVulnerability.Time(updated));
        writer.WriteStartObject("analysis"u8);
        writer.WriteString("state"u8, finding.Kev is null ? "in_triage"u8 : "exploitable"u8);
        writer.WriteEndObject();
        writer.WriteStartArray("affects"u8);
        foreach (var (component, _) in vulnerability.Affected)
        {
            writer.WriteStartObject();
            writer.WriteString("ref"u8, component.Ref);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Properties(writer, vulnerability);
        writer.WriteEndObject();
    }

    private static void References(Utf8JsonWriter writer, ReportFinding finding)
    {
        if (finding.Aliases.Count == 0) return;
        writer.WriteStartArray("references"u8);
        foreach (var alias in finding.Aliases)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, alias);
            Source(writer, alias.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? alias[..dash] : alias, null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Ratings(Utf8JsonWriter writer, SbomVulnerability vulnerability)
    {
        var finding = vulnerability.First;
        writer.WriteStartArray("ratings"u8);
        if (finding.Epss is { } epss)
        {
            writer.WriteStartObject();
            writer.WriteString("severity"u8, "none"u8);
            writer.WriteNumber("score"u8, epss.Score);
            writer.WriteString("method"u8, "other"u8);
            if (epss.Date is { } date) writer.WriteString("vector"u8, $"date:{date}T00:00:00+0000");
            Source(writer, "EPSS", $"https://api.first.org/data/v1/epss?cve={finding.Id}");
            writer.WriteEndObject();
        }

        foreach (var cvss in finding.Cvss)
        {
            writer.WriteStartObject();
            writer.WriteString("severity"u8, SbomVulnerability.Word(cvss.Score));
            writer.WriteNumber("score"u8, cvss.Score);
            writer.WriteString("method"u8, Method(cvss.Version));
            writer.WriteString("vector"u8, cvss.Vector);
            Source(writer, cvss.Source, null);
            writer.WriteEndObject();
        }

        if (finding.Cvss.Count == 0)
        {
            writer.WriteStartObject();
            writer.WriteString("severity"u8, vulnerability.Severity);
            writer.WriteString("method"u8, "other"u8);
            Source(writer, finding.SeveritySource ?? finding.Source, null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Properties(Utf8JsonWriter writer, SbomVulnerability vulnerability)
    {
        var isMalicious = vulnerability.Findings.Any(f => f.Kind == "malicious");
        if (vulnerability.First.Kev is null && !isMalicious && vulnerability.Affected.All(a => a.Fixed is null)) return;
        writer.WriteStartArray("properties"u8);
        if (vulnerability.First.Kev is { } kev)
        {
            Property(writer, Prefix + "exploit_available", "true");
            Property(writer, Prefix + "cisa_kev_date_added", $"{kev.Added}T00:00:00Z");
            if (kev.Due is { } due) Property(writer, Prefix + "cisa_kev_date_due", $"{due}T00:00:00Z");
        }

        if (isMalicious) Property(writer, Prefix + "is_malicious", "true");
        foreach (var (component, version) in vulnerability.Affected)
        {
            if (version is not null) Property(writer, $"{Prefix}fixed_version:{component.Ref}", version);
        }

        writer.WriteEndArray();
    }

    private static string Method(string version) => version switch
    {
        ['4', ..] => "CVSSv4",
        "3.1" => "CVSSv31",
        ['3', ..] => "CVSSv3",
        ['2', ..] => "CVSSv2",
        _ => "other",
    };

    private static void Source(Utf8JsonWriter writer, string name, string? url)
    {
        writer.WriteStartObject("source"u8);
        writer.WriteString("name"u8, name);
        if (url is not null && Uri.IsWellFormedUriString(url, UriKind.Absolute)) writer.WriteString("url"u8, url);
        writer.WriteEndObject();
    }

    private static void Property(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteString("value"u8, value);
        writer.WriteEndObject();
    }
}
