using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Writes CycloneDX 1.4, 1.5 or 1.6 JSON (ECMA-424): an inventory alone, or a report with its vulnerabilities.</summary>
/// <remarks>
/// The same values give the same bytes: the serial number is derived from the document's own digest and there is no time unless one is given.
/// What the format has no member for stands in <c>vidimus:</c> properties, so that <see cref="CycloneDxReader"/> gives back the same packages.
/// </remarks>
public static class CycloneDxWriter
{
    private const string NoSerial = "urn:uuid:00000000-0000-0000-0000-000000000000";
    private const int MostPending = 32 << 10;

    /// <summary>The packages of a target.</summary>
    public static void Write(Inventory inventory, ReportTool tool, Stream output, DateTimeOffset? timestamp = null, CycloneDxVersion version = CycloneDxVersion.V15)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        Write(output, new(version, tool, timestamp, inventory.Target, inventory.Os, inventory.Notes), inventory.Packages, []);
    }

    /// <summary>The packages of a report and what was found in them.</summary>
    public static void Write(ScanReport report, Stream output, DateTimeOffset? timestamp = null, CycloneDxVersion version = CycloneDxVersion.V15)
    {
        ArgumentNullException.ThrowIfNull(report);
        Write(output, new(version, report.Tool, timestamp, ReportParts.Target(report), ReportParts.System(report), []), report.Packages.Select(ReportParts.Package), report.Findings);
    }

    /// <summary>Writes twice, first into the digest that the serial number is made of, so that the document is never held whole.</summary>
    private static void Write(Stream output, Head head, IEnumerable<InventoryPackage> packages, IReadOnlyList<ReportFinding> findings)
    {
        using var sha = SHA256.Create();
        using (var digest = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)) Write(digest, NoSerial);
        Write(output, Serial(sha.Hash!));
        output.WriteByte((byte)'\n');

        void Write(Stream stream, string serial)
        {
            using var writer = new Utf8JsonWriter(stream, JsonText.Options);
            var version = Name(head.Version);
            writer.WriteStartObject();
            writer.WriteString("$schema", $"http://cyclonedx.org/schema/bom-{version}.schema.json");
            writer.WriteString("bomFormat", "CycloneDX");
            writer.WriteString("specVersion", version);
            writer.WriteString("serialNumber", serial);
            writer.WriteNumber("version", 1);
            WriteMetadata(writer, head);

            var refs = new References();
            var graph = false;
            writer.WriteStartArray("components");
            if (head.Os is not null) WriteSystem(writer, head.Os);
            foreach (var package in packages)
            {
                ComponentWriter.Write(writer, package, refs.Add(package.Id), head.Version);
                graph |= package.DependsOn.Count > 0;
                if (writer.BytesPending > MostPending) writer.Flush();
            }

            writer.WriteEndArray();
            if (graph) WriteGraph(writer, packages, refs);
            if (findings.Count > 0) VulnerabilityWriter.Write(writer, findings, refs, head.Os is null ? References.Target : References.System, head.Version);
            writer.WriteEndObject();
        }
    }

    private static string Name(CycloneDxVersion version) => version switch
    {
        CycloneDxVersion.V14 => "1.4",
        CycloneDxVersion.V15 => "1.5",
        _ => "1.6",
    };

    /// <summary>A name-based UUID (RFC 9562) of the document without its serial number.</summary>
    private static string Serial(byte[] digest)
    {
        var hash = digest.AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(hash, bigEndian: true):D}";
    }

    private static void WriteMetadata(Utf8JsonWriter writer, Head head)
    {
        writer.WriteStartObject("metadata");
        if (head.Timestamp is { } time) writer.WriteString("timestamp", time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        WriteTool(writer, head);

        var target = head.Target;
        writer.WriteStartObject("component");
        writer.WriteString("bom-ref", References.Target);
        writer.WriteString("type", TypeOf(target.Kind));
        writer.Text("name", target.Name.Length == 0 ? target.Kind : target.Name);
        writer.TextIfAny("version", target.Digest);
        writer.WriteStartArray("properties");
        OwnProperties.Of(target, null, (name, value) => Property(writer, name, value));
        writer.WriteEndArray();
        writer.WriteEndObject();

        if (head.Notes.Count > 0)
        {
            writer.WriteStartArray("properties");
            OwnProperties.Of(head.Notes, (name, value) => Property(writer, name, value));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>Version 1.4 has a list of tools, the later ones a list of components that are tools.</summary>
    private static void WriteTool(Utf8JsonWriter writer, Head head)
    {
        var isList = head.Version is CycloneDxVersion.V14;
        if (!isList) writer.WriteStartObject("tools");
        writer.WriteStartArray(isList ? "tools" : "components");
        writer.WriteStartObject();
        if (!isList) writer.WriteString("type", "application");
        writer.Text("name", head.Tool.Name);
        writer.Text("version", head.Tool.Version);
        writer.WriteEndObject();
        writer.WriteEndArray();
        if (!isList) writer.WriteEndObject();
    }

    private static string TypeOf(string kind) => kind switch
    {
        "oci" or "docker-archive" or "image" => "container",
        "host" => "device",
        "tar" or "zip" or "disk" => "file",
        _ => "application",
    };

    private static void WriteSystem(Utf8JsonWriter writer, OsRelease os)
    {
        writer.WriteStartObject();
        writer.WriteString("bom-ref", References.System);
        writer.WriteString("type", "operating-system");
        // The ID and not the name that is shown: that is what Syft and Trivy write, and Grype and Trivy look for.
        writer.Text("name", os.Id);
        writer.TextIfAny("version", os.VersionId);
        writer.TextIfAny("description", os.Name);
        writer.WriteStartArray("properties");
        OwnProperties.Of(os, (name, value) => Property(writer, name, value));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGraph(Utf8JsonWriter writer, IEnumerable<InventoryPackage> packages, References refs)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartArray("dependencies");
        foreach (var package in packages)
        {
            if (package.DependsOn.Count == 0 || !written.Add(package.Id)) continue;
            writer.WriteStartObject();
            writer.Text("ref", refs.Of(package.Id));
            writer.WriteStartArray("dependsOn");
            foreach (var needed in package.DependsOn)
            {
                if (refs.Of(needed) is { } reference) writer.Text(reference);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            if (writer.BytesPending > MostPending) writer.Flush();
        }

        writer.WriteEndArray();
    }

    internal static void Property(Utf8JsonWriter writer, string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.Text("value", value);
        writer.WriteEndObject();
    }

    /// <summary>What stands before the components.</summary>
    private sealed record Head(CycloneDxVersion Version, ReportTool Tool, DateTimeOffset? Timestamp, TargetInfo Target, OsRelease? Os, IReadOnlyList<Note> Notes);
}

/// <summary>The document's references: unique, whatever the ids are.</summary>
internal sealed class References
{
    public const string Target = "vidimus:target";
    public const string System = "vidimus:os";

    private readonly HashSet<string> taken = new([Target, System], StringComparer.Ordinal);
    private readonly Dictionary<string, string> renamed = new(StringComparer.Ordinal);

    public string Add(string id)
    {
        var reference = id.Length == 0 ? "-" : id;
        for (var i = 2; !taken.Add(reference); i++) reference = $"{id}#{i}";
        if (reference != id && (id is Target or System || !taken.Contains(id))) renamed.TryAdd(id, reference);
        return reference;
    }

    /// <summary>The reference of a package's id; null for none. Of several packages with one id it is the first's.</summary>
    public string? Of(string? id) => id is null ? null : renamed.GetValueOrDefault(id) ?? (taken.Contains(id) && id is not (Target or System) ? id : null);
}
