using System.Text.Json;

namespace Vidimus.Api.InspectorScan.Answers;

/// <summary>The form <c>INSPECTOR</c>: counts, vulnerabilities by purl, and a message for each component that has none.</summary>
internal static class InspectorAnswer
{
    public static void Write(Utf8JsonWriter writer, SbomResult result)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("messages"u8);
        foreach (var component in result.Components.All)
        {
            if (component.Type is "operating-system" && result.EndOfLife is { } ended) Message(writer, component, $"Component end-of-life: {ended}");
            if ((result.InfoOf(component) ?? SbomResult.WarningOf(component)) is { } text) Message(writer, component, text);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("vulnerabilities"u8);
        foreach (var vulnerability in result.Vulnerabilities) Vulnerability(writer, vulnerability);
        writer.WriteEndArray();
        writer.WriteStartObject("vulnerability_count"u8);
        foreach (var severity in new[] { "critical", "high", "medium", "low", "other" }) writer.WriteNumber(severity, result.Count(severity));
        writer.WriteEndObject();
        Notes(writer, result);
        writer.WriteEndObject();
    }

    /// <summary>Ours beside AWS's members: what could not be judged, and that the starter advisories alone answered.</summary>
    private static void Notes(Utf8JsonWriter writer, SbomResult result)
    {
        if (result.Report.Notes.Count == 0 && !result.Report.Book.Starter && !result.Report.Book.Stale) return;
        writer.WriteStartObject("vidimus"u8);
        if (result.Report.Book.Starter) writer.WriteBoolean("starter"u8, true);
        if (result.Report.Book.Stale) writer.WriteBoolean("stale"u8, true);
        Strings(writer, "notes", result.Report.Notes.Select(n => n.Message));
        writer.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter writer, SbomComponent component, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("info_message"u8, text);
        if (component.Purl is not null) writer.WriteString("purl"u8, component.Purl);
        writer.WriteEndObject();
    }

    private static void Vulnerability(Utf8JsonWriter writer, SbomVulnerability vulnerability)
    {
        var finding = vulnerability.First;
        writer.WriteStartObject();
        writer.WriteStartArray("affects"u8);
        foreach (var (component, version) in vulnerability.Affected)
        {
            writer.WriteStartObject();
            if (version is not null) writer.WriteString("fixed_version"u8, version);
            writer.WriteString("installed_version"u8, component.Purl);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (finding.Published is { } published) writer.WriteString("created"u8, SbomVulnerability.Time(published));
        writer.WriteString("description"u8, vulnerability.Description);
        writer.WriteString("id"u8, finding.Id);
        Properties(writer, vulnerability);
        Strings(writer, "references", vulnerability.Links);
        Strings(writer, "related", finding.Aliases);
        writer.WriteString("severity"u8, vulnerability.Severity);
        writer.WriteString("source"u8, finding.Url ?? finding.Source);
        if (vulnerability.Updated is { } updated) writer.WriteString("updated"u8, SbomVulnerability.Time(updated));
        writer.WriteEndObject();
    }

    /// <summary>Of CVSS only version 3, as the names of the members have it; the other form has all.</summary>
    private static void Properties(Utf8JsonWriter writer, SbomVulnerability vulnerability)
    {
        var finding = vulnerability.First;
        writer.WriteStartObject("properties"u8);
        if (finding.Kev is { } kev)
        {
            writer.WriteString("cisa_kev_date_added"u8, $"{kev.Added}T00:00:00Z");
            if (kev.Due is { } due) writer.WriteString("cisa_kev_date_due"u8, $"{due}T00:00:00Z");
        }

        var third = finding.Cvss.Where(c => c.Version.StartsWith('3')).ToList();
        if (third.Count > 0)
        {
            writer.WriteStartArray("cvss"u8);
            foreach (var cvss in third)
            {
                writer.WriteStartObject();
                writer.WriteNumber("cvss_3_base_score"u8, cvss.Score);
                writer.WriteString("cvss_3_base_vector"u8, cvss.Vector);
                writer.WriteString("severity"u8, SbomVulnerability.Word(cvss.Score));
                writer.WriteString("source"u8, cvss.Source);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (vulnerability.Cwes.Count > 0)
        {
            writer.WriteStartArray("cwes"u8);
            foreach (var cwe in vulnerability.Cwes) writer.WriteNumberValue(cwe);
            writer.WriteEndArray();
        }

        if (finding.Epss is { } epss) writer.WriteNumber("epss"u8, epss.Score);
        if (finding.Kev is not null) writer.WriteBoolean("exploit_available"u8, true);
        writer.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        var list = values.ToList();
        if (list.Count == 0) return;
        writer.WriteStartArray(name);
        foreach (var value in list) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
