using System.Globalization;
using System.Text;
using System.Text.Json;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Sbom;

namespace Vidimus.Reports;

/// <summary>SARIF 2.1.0 (OASIS), as code scanning services read it: a rule for each vulnerability, a result for each finding.</summary>
/// <remarks>Hidden findings are results with a suppression, so that a viewer can tell them from what is gone.</remarks>
public sealed class SarifReport : IReportFormat
{
    public string Name => "sarif";

    public void Write(ScanReport report, Stream output, ReportStyle style)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        var rules = report.Findings.GroupBy(f => f.Id, StringComparer.Ordinal).Select(g => g.MaxBy(f => Severities.Rank(f.Severity))!).OrderBy(f => f.Id, StringComparer.Ordinal).ToList();
        var index = rules.Index().ToDictionary(r => r.Item.Id, r => r.Index, StringComparer.Ordinal);
        using (var writer = new Utf8JsonWriter(output, JsonText.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            writer.WriteString("version", "2.1.0");
            writer.WriteStartArray("runs");
            writer.WriteStartObject();
            Driver(writer, report.Tool, rules);
            Invocation(writer, report);
            writer.Objects("results", report.Findings, (results, finding) => Result(results, report.Target, finding, index[finding.Id]));
            writer.WriteString("columnKind", "utf16CodeUnits");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Driver(Utf8JsonWriter writer, ReportTool tool, List<ReportFinding> rules)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.Text("name", tool.Name);
        writer.Text("version", tool.Version);
        writer.Objects("rules", rules, Rule);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Rule(Utf8JsonWriter writer, ReportFinding finding)
    {
        writer.Text("id", finding.Id);
        Message(writer, "shortDescription", $"{finding.Id}: {Title(finding)}");
        Message(writer, "fullDescription", Title(finding));
        if (Uri.IsWellFormedUriString(finding.Url, UriKind.Absolute)) writer.Text("helpUri", finding.Url);
        Message(writer, "help", Help(finding));
        writer.WriteStartObject("defaultConfiguration");
        writer.WriteString("level", Level(finding));
        writer.WriteEndObject();
        writer.WriteStartObject("properties");
        // Read as a number by code scanning services: from 9.0 critical, 7.0 high, 4.0 medium, above 0 low.
        if (SecuritySeverity(finding) is { } score) writer.WriteString("security-severity", score.ToString("0.0", CultureInfo.InvariantCulture));
        writer.Texts("tags", ["security", finding.Kind, .. finding.Cwes.Select(c => $"external/cwe/{c.ToLowerInvariant()}")]);
        writer.WriteEndObject();
    }

    private static string Title(ReportFinding finding) => PathText.Display(finding.Title.Length > 0 ? finding.Title : finding.Id);

    private static string Help(ReportFinding finding)
    {
        var text = new StringBuilder(Title(finding));
        text.Append(CultureInfo.InvariantCulture, $"\n\nSeverity: {finding.Severity}");
        if (finding.SeveritySource is { } by) text.Append(CultureInfo.InvariantCulture, $" ({PathText.Display(by)})");
        if (finding.Vector is { } vector) text.Append(CultureInfo.InvariantCulture, $"\nVector: {PathText.Display(vector)}");
        if (finding.Aliases.Count > 0) text.Append("\nAlso known as: ").AppendJoin(", ", finding.Aliases.Select(PathText.Display));
        if (finding.Kev is { } kev) text.Append(CultureInfo.InvariantCulture, $"\nKnown to be exploited since {PathText.Display(kev.Added)}");
        if (finding.Epss is { } epss) text.Append(CultureInfo.InvariantCulture, $"\nEPSS: {epss.Score:0.0####}");
        if (finding.Url is { } url) text.Append(CultureInfo.InvariantCulture, $"\nMore: {PathText.Display(url)}");
        return text.ToString();
    }

    private static string Level(ReportFinding finding) => finding.Severity switch
    {
        "CRITICAL" or "HIGH" => "error",
        "LOW" or "INFORMATIONAL" => "note",
        _ => "warning",
    };

    /// <summary>The score when it lies in the severity's own span, else that span's lowest; the vendor's severity stays the one that counts.</summary>
    private static double? SecuritySeverity(ReportFinding finding)
    {
        var (least, most) = finding.Severity switch
        {
            "CRITICAL" => (9.0, 10.0),
            "HIGH" => (7.0, 8.9),
            "MEDIUM" => (4.0, 6.9),
            "LOW" => (0.1, 3.9),
            "INFORMATIONAL" => (0.0, 0.0),
            _ => (-1.0, -1.0),
        };
        if (least < 0) return null;
        return finding.Score is { } score && score >= least && score <= most ? score : least;
    }

    private static void Invocation(Utf8JsonWriter writer, ScanReport report)
    {
        writer.WriteStartArray("invocations");
        writer.WriteStartObject();
        writer.WriteBoolean("executionSuccessful", report.Complete);
        writer.WriteStartArray("toolExecutionNotifications");
        foreach (var note in report.Notes)
        {
            writer.WriteStartObject();
            writer.WriteString("level", note.Kind is Notes.Information or Notes.Skipped ? "note" : "warning");
            Message(writer, "message", PathText.Display(note.Message));
            writer.WriteStartObject("descriptor");
            writer.Text("id", note.Kind);
            writer.WriteEndObject();
            if (note.Path.Length > 0)
            {
                writer.WriteStartArray("locations");
                writer.WriteStartObject();
                Artifact(writer, note.Path);
                writer.WriteEndObject();
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void Result(Utf8JsonWriter writer, ReportTarget target, ReportFinding finding, int rule)
    {
        writer.Text("ruleId", finding.Id);
        writer.WriteNumber("ruleIndex", rule);
        writer.WriteString("level", Level(finding));
        Message(writer, "message", Sentence(target, finding));
        writer.WriteStartArray("locations");
        writer.WriteStartObject();
        Artifact(writer, string.IsNullOrEmpty(finding.Path) ? target.Name : finding.Path);
        Logical(writer, finding);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartObject("partialFingerprints");
        writer.Text("vidimusFindingKey/v1", finding.Key);
        writer.WriteEndObject();
        if (finding.Hidden is { } hidden)
        {
            writer.WriteStartArray("suppressions");
            writer.WriteStartObject();
            writer.WriteString("kind", "external");
            writer.Text("justification", PathText.Display($"{hidden.By}: {hidden.Reason}"));
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteStartObject("properties");
        writer.TextIfAny("purl", finding.Purl);
        writer.Text("severity", finding.Severity);
        writer.Text("status", finding.Status);
        writer.TextIfAny("fixedVersion", finding.FixedVersion);
        writer.WriteEndObject();
    }

    private static string Sentence(ReportTarget target, ReportFinding finding)
    {
        var what = finding.Package is { } package ? $"{package} {finding.Version}".TrimEnd() : target.Os?.Name ?? target.Name;
        var fix = finding.FixedVersion is { } version ? $"; fixed in {version}" : $"; {finding.Status}";
        return PathText.Display($"{what}: {finding.Id}: {(finding.Title.Length > 0 ? finding.Title : finding.Kind)}{fix}");
    }

    private static void Logical(Utf8JsonWriter writer, ReportFinding finding)
    {
        writer.WriteStartArray("logicalLocations");
        if (finding.Purl is { } purl)
        {
            writer.WriteStartObject();
            writer.Text("fullyQualifiedName", purl);
            writer.WriteString("kind", "package");
            writer.WriteEndObject();
        }

        if (finding.Layer is { } layer)
        {
            writer.WriteStartObject();
            writer.Text("fullyQualifiedName", layer);
            writer.WriteString("kind", "layer");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A physical location: the path as a relative URI. Line 1 stands for the file, since viewers that want a region refuse results without one.</summary>
    private static void Artifact(Utf8JsonWriter writer, string path)
    {
        var uri = new StringBuilder();
        foreach (var b in PathText.Encode(path.TrimStart('/')))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'~') uri.Append((char)b);
            else uri.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        writer.WriteStartObject("physicalLocation");
        writer.WriteStartObject("artifactLocation");
        writer.WriteString("uri", uri.ToString());
        writer.WriteEndObject();
        writer.WriteStartObject("region");
        writer.WriteNumber("startLine", 1);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.Text("text", text);
        writer.WriteEndObject();
    }
}
