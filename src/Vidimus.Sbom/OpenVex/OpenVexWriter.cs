using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Reports;
using Vidimus.Model.Vex;

namespace Vidimus.Sbom.OpenVex;

/// <summary>Writes the decisions on a report's findings as OpenVEX 0.2.0. Findings on which nobody decided are no part of it.</summary>
/// <remarks>
/// The same report gives the same bytes: the document's id is derived from its statements, and its time is that of the newest decision, else the book's.
/// Without any decision the list of statements is empty, which the specification's schema does not have; a scan does not fail for that.
/// </remarks>
public static class OpenVexWriter
{
    public static void Write(ScanReport report, Stream output)
    {
        ArgumentNullException.ThrowIfNull(report);
        var decided = report.Findings.Where(f => f is { Decision: not null, Purl: not null }).ToList();
        var statements = new MemoryStream();
        using (var writer = new Utf8JsonWriter(statements, JsonText.Options)) Statements(writer, decided, report.Target);
        var authors = decided.Select(f => f.Decision!.Author).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var time = decided.Select(f => f.Decision!.Time).Append(report.Book.Built).Max() ?? DateTimeOffset.UnixEpoch;

        using (var writer = new Utf8JsonWriter(output, JsonText.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("@context", "https://openvex.dev/ns/v0.2.0");
            writer.WriteString("@id", Id(statements.ToArray()));
            writer.Text("author", authors.Count > 0 ? string.Join(", ", authors) : report.Tool.Name);
            writer.WriteString("timestamp", Time(time));
            writer.WriteNumber("version", 1);
            writer.Text("tooling", $"{report.Tool.Name} {report.Tool.Version}");
            writer.WritePropertyName("statements");
            Statements(writer, decided, report.Target);
            writer.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Statements(Utf8JsonWriter writer, List<ReportFinding> decided, ReportTarget target)
    {
        var groups = decided.GroupBy(f => (f.Id, f.Decision)).OrderBy(g => g.Key.Id, StringComparer.Ordinal).ThenBy(g => g.Min(f => f.Purl), StringComparer.Ordinal);
        writer.WriteStartArray();
        foreach (var group in groups)
        {
            writer.WriteStartObject();
            Vulnerability(writer, group.First());
            var decision = group.Key.Decision!;
            if (decision.Time is { } time) writer.WriteString("timestamp", Time(time));
            Products(writer, [.. group.Select(f => f.Purl!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], target);
            writer.WriteString("status", VexStatuses.Name(decision.Status));
            Reason(writer, decision, group.First());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Vulnerability(Utf8JsonWriter writer, ReportFinding finding)
    {
        writer.WriteStartObject("vulnerability");
        writer.Text("name", finding.Id);
        if (finding.Aliases.Count > 0) writer.Texts("aliases", finding.Aliases.Distinct(StringComparer.Ordinal));
        writer.WriteEndObject();
    }

    /// <summary>An image is the product and its packages the subcomponents; anywhere else the packages are the products.</summary>
    private static void Products(Utf8JsonWriter writer, IReadOnlyList<string> purls, ReportTarget target)
    {
        if (target.Digest is null)
        {
            writer.Objects("products", purls, static (writer, purl) => writer.Text("@id", purl));
            return;
        }

        writer.WriteStartArray("products");
        writer.WriteStartObject();
        writer.Text("@id", Image(target).ToString());
        writer.Objects("subcomponents", purls, static (writer, purl) => writer.Text("@id", purl));
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static PackageUrl Image(ReportTarget target)
    {
        var name = target.Name.Split('@')[0].TrimEnd('/');
        name = name[(name.LastIndexOf('/') + 1)..].Split(':')[0];
        return new("oci", null, name.Length > 0 ? name : "image", target.Digest) { Qualifiers = target.Arch is { } arch ? new Dictionary<string, string> { ["arch"] = arch } : [] };
    }

    /// <summary>What the specification asks for each status, and no claim beyond what was decided.</summary>
    private static void Reason(Utf8JsonWriter writer, ReportDecision decision, ReportFinding finding)
    {
        if (decision.Status is VexStatus.NotAffected)
        {
            if (decision.Justification is not null) writer.WriteString("justification", decision.Justification);
            if (decision.Statement is not null && decision.Statement != decision.Justification) writer.Text("impact_statement", decision.Statement);
            else if (decision.Justification is null) writer.Text("impact_statement", "no reason was given");
        }
        else if (decision.Status is VexStatus.Affected)
        {
            writer.Text("action_statement", decision.Action ?? (finding.FixedVersion is { } version ? $"Update {finding.Package} to {version}" : "No fixed version is known"));
        }
    }

    /// <summary>A name-based UUID (RFC 9562, version 5's form) of the statements.</summary>
    private static string Id(byte[] statements)
    {
        var hash = SHA256.HashData(statements).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(hash, bigEndian: true)}";
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
