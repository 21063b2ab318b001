using System.Text.Json;
using Vidimus.Model.Reports;
using Vidimus.Sbom;

namespace Vidimus.Reports;

/// <summary>Our own JSON, schema version 1: <c>docs/schema/scan-1.json</c> describes it. A member without a value is null, a list without items is empty; none is left out.</summary>
public sealed class JsonReport : IReportFormat
{
    public string Name => "json";

    public void Write(ScanReport report, Stream output, ReportStyle style)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        using (var writer = new Utf8JsonWriter(output, JsonText.Options))
        {
            writer.WriteStartObject();
            writer.Text("schemaVersion", report.SchemaVersion);
            writer.WriteStartObject("tool");
            writer.Text("name", report.Tool.Name);
            writer.Text("version", report.Tool.Version);
            writer.WriteEndObject();
            Target(writer, report.Target);
            Book(writer, report.Book);
            writer.WriteBoolean("complete", report.Complete);
            Summary(writer, report.Summary);
            Gate(writer, report.Gate);
            writer.Objects("packages", report.Packages, Package);
            writer.Objects("findings", report.Findings, Finding);
            writer.Objects("notes", report.Notes, Note);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Target(Utf8JsonWriter writer, ReportTarget target)
    {
        writer.WriteStartObject("target");
        writer.Text("kind", target.Kind);
        writer.Text("name", target.Name);
        writer.Text("digest", target.Digest);
        writer.Text("arch", target.Arch);
        ObjectOrNull(writer, "os", target.Os, static (writer, os) =>
        {
            writer.Text("id", os.Id);
            writer.Text("name", os.Name);
            writer.Text("version", os.Version);
            writer.Text("eol", os.Eol);
        });
        writer.Objects("layers", target.Layers, static (writer, layer) =>
        {
            writer.Text("digest", layer.Digest);
            writer.Text("diffId", layer.DiffId);
            writer.Text("createdBy", layer.CreatedBy);
        });
        writer.WriteEndObject();
    }

    private static void Book(Utf8JsonWriter writer, ReportBook book)
    {
        writer.WriteStartObject("book");
        Time(writer, "built", book.Built);
        writer.WriteBoolean("starter", book.Starter);
        writer.WriteBoolean("stale", book.Stale);
        writer.Objects("sources", book.Sources, static (writer, source) =>
        {
            writer.Text("name", source.Name);
            Time(writer, "date", source.Date);
            writer.WriteNumber("records", source.Records);
            writer.WriteNumber("rejected", source.Rejected);
        });
        writer.WriteEndObject();
    }

    private static void Summary(Utf8JsonWriter writer, ReportSummary summary)
    {
        writer.WriteStartObject("summary");
        writer.WriteNumber("critical", summary.Critical);
        writer.WriteNumber("high", summary.High);
        writer.WriteNumber("medium", summary.Medium);
        writer.WriteNumber("low", summary.Low);
        writer.WriteNumber("informational", summary.Informational);
        writer.WriteNumber("untriaged", summary.Untriaged);
        writer.WriteNumber("fixable", summary.Fixable);
        writer.WriteNumber("kev", summary.Kev);
        writer.WriteNumber("hidden", summary.Hidden);
        writer.WriteEndObject();
    }

    private static void Gate(Utf8JsonWriter writer, ReportGate? gate) => ObjectOrNull(writer, "gate", gate, static (writer, gate) =>
    {
        writer.Texts("rules", gate.Rules);
        writer.WriteBoolean("failed", gate.Failed);
        writer.WriteNumber("count", gate.Count);
    });

    private static void Package(Utf8JsonWriter writer, ReportPackage package)
    {
        writer.Text("id", package.Id);
        writer.Text("purl", package.Purl);
        writer.Text("name", package.Name);
        writer.Text("version", package.Version);
        writer.Text("type", package.Type);
        writer.Text("arch", package.Arch);
        ObjectOrNull(writer, "source", package.Source, static (writer, source) =>
        {
            writer.Text("name", source.Name);
            writer.Text("version", source.Version);
        });
        writer.Text("path", package.Path);
        writer.Text("layer", package.Layer);
        writer.Objects("locations", package.Locations, static (writer, location) =>
        {
            writer.Text("path", location.Path);
            writer.Text("layer", location.Layer);
            writer.Text("entry", location.Entry);
        });
        writer.Text("owner", package.Owner);
        writer.Text("scope", package.Scope);
        writer.Texts("licenses", package.Licenses);
    }

    private static void Finding(Utf8JsonWriter writer, ReportFinding finding)
    {
        writer.Text("key", finding.Key);
        writer.Text("kind", finding.Kind);
        writer.Text("id", finding.Id);
        writer.Texts("aliases", finding.Aliases);
        writer.Text("title", finding.Title);
        writer.Text("severity", finding.Severity);
        writer.Text("severitySource", finding.SeveritySource);
        Number(writer, "score", finding.Score);
        writer.Text("vector", finding.Vector);
        writer.Objects("cvss", finding.Cvss, static (writer, cvss) =>
        {
            writer.Text("source", cvss.Source);
            writer.Text("version", cvss.Version);
            writer.WriteNumber("score", cvss.Score);
            writer.Text("vector", cvss.Vector);
        });
        writer.Texts("cwes", finding.Cwes);
        writer.Text("packageId", finding.PackageId);
        writer.Text("purl", finding.Purl);
        writer.Text("package", finding.Package);
        writer.Text("version", finding.Version);
        writer.Text("fixedVersion", finding.FixedVersion);
        writer.Texts("fixedVersions", finding.FixedVersions);
        writer.Text("status", finding.Status);
        writer.Text("path", finding.Path);
        writer.Text("layer", finding.Layer);
        writer.Text("advisory", finding.Advisory);
        writer.Text("source", finding.Source);
        writer.Text("url", finding.Url);
        writer.Objects("evidence", finding.Evidence, static (writer, evidence) =>
        {
            writer.Text("source", evidence.Source);
            writer.Text("advisory", evidence.Advisory);
            writer.Text("range", evidence.Range);
            writer.Text("matched", evidence.Matched);
            writer.Text("role", evidence.Role);
        });
        ObjectOrNull(writer, "rule", finding.Rule, static (writer, rule) =>
        {
            writer.Text("name", rule.Name);
            writer.Text("reason", rule.Reason);
        });
        ObjectOrNull(writer, "epss", finding.Epss, static (writer, epss) =>
        {
            writer.WriteNumber("score", epss.Score);
            Number(writer, "percentile", epss.Percentile);
            writer.Text("date", epss.Date);
        });
        ObjectOrNull(writer, "kev", finding.Kev, static (writer, kev) =>
        {
            writer.Text("added", kev.Added);
            writer.Text("due", kev.Due);
            writer.WriteBoolean("ransomware", kev.Ransomware);
        });
        ObjectOrNull(writer, "ssvc", finding.Ssvc, static (writer, ssvc) =>
        {
            writer.Text("decision", ssvc.Decision);
            writer.Texts("reasons", ssvc.Reasons);
        });
        Time(writer, "published", finding.Published);
        ObjectOrNull(writer, "hidden", finding.Hidden, static (writer, hidden) =>
        {
            writer.Text("by", hidden.By);
            writer.Text("reason", hidden.Reason);
            writer.Text("until", hidden.Until);
        });
    }

    private static void Note(Utf8JsonWriter writer, ReportNote note)
    {
        writer.Text("kind", note.Kind);
        writer.Text("path", note.Path);
        writer.Text("message", note.Message);
    }

    private static void ObjectOrNull<T>(Utf8JsonWriter writer, string name, T? value, Action<Utf8JsonWriter, T> members)
        where T : class
    {
        if (value is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        members(writer, value);
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number) writer.WriteNumber(name, number);
        else writer.WriteNull(name);
    }

    /// <summary>RFC 3339 in UTC, to the second.</summary>
    private static void Time(Utf8JsonWriter writer, string name, DateTimeOffset? value) =>
        writer.Text(name, value?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
}
