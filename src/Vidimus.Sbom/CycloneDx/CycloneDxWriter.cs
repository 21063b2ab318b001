using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Model;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Writes CycloneDX 1.5 JSON (ECMA-424): an inventory alone, or a report with its vulnerabilities.</summary>
/// <remarks>
/// The same values give the same bytes: the serial number is derived from the document's own digest and there is no time unless one is given.
/// What the format has no member for stands in <c>vidimus:</c> properties, so that <see cref="CycloneDxReader"/> gives back the same packages.
/// </remarks>
public static class CycloneDxWriter
{
    private const string NoSerial = "urn:uuid:00000000-0000-0000-0000-000000000000";
    private const int MostPending = 32 << 10;

    /// <summary>The packages of a target.</summary>
    public static void Write(Inventory inventory, ReportTool tool, Stream output, DateTimeOffset? timestamp = null)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var target = inventory.Target;
        var components = inventory.Packages.Select(p => new Component(
            p.Id, p.Purl, p.Package.Namespace, p.Package.Name, p.Package.Version, p.Package.Type, p.Package.Source, p.Package.Vendor, p.Package.Scope,
            p.Package.Licenses, p.Locations, p.Owner));
        Write(output, tool, timestamp, new(target.Kind, target.Name, target.Digest, target.Architecture, target.Layers), inventory.Os, components, []);
    }

    /// <summary>The packages of a report and what was found in them.</summary>
    public static void Write(ScanReport report, Stream output, DateTimeOffset? timestamp = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var target = report.Target;
        var os = target.Os is { } o ? new OsRelease(o.Id, o.Version, o.Name) { SupportEnd = DateOnly.TryParseExact(o.Eol, "yyyy-MM-dd", out var day) ? day : null } : null;
        var components = report.Packages.Select(p => new Component(
            p.Id, p.Purl, PackageUrl.TryParse(p.Purl, out var purl) && !Purls.IsOs(p.Type) ? purl.Namespace : null, p.Name, p.Version, p.Type,
            p.Source is { } s ? new(s.Name, s.Version) : null, null, p.Scope, p.Licenses, p.Locations.Select(l => new Location(l.Path, l.Layer, l.Entry)), p.Owner));
        var layers = target.Layers.Select(l => new Layer(l.Digest, l.DiffId, l.CreatedBy)).ToList();
        Write(output, report.Tool, timestamp, new(target.Kind, target.Name, target.Digest, target.Arch, layers), os, components, report.Findings);
    }

    /// <summary>Writes twice, first into the digest that the serial number is made of, so that the document is never held whole.</summary>
    private static void Write(
        Stream output, ReportTool tool, DateTimeOffset? timestamp, TargetInfo target, OsRelease? os, IEnumerable<Component> components, IReadOnlyList<ReportFinding> findings)
    {
        using var sha = SHA256.Create();
        using (var digest = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)) Write(digest, NoSerial);
        Write(output, Serial(sha.Hash!));
        output.WriteByte((byte)'\n');

        void Write(Stream stream, string serial)
        {
            using var writer = new Utf8JsonWriter(stream, JsonText.Options);
            writer.WriteStartObject();
            writer.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.5.schema.json");
            writer.WriteString("bomFormat", "CycloneDX");
            writer.WriteString("specVersion", "1.5");
            writer.WriteString("serialNumber", serial);
            writer.WriteNumber("version", 1);
            WriteMetadata(writer, tool, timestamp, target);

            var refs = new References();
            writer.WriteStartArray("components");
            if (os is not null) WriteSystem(writer, os);
            foreach (var component in components)
            {
                component.Write(writer, refs.Add(component.Id));
                if (writer.BytesPending > MostPending) writer.Flush();
            }

            writer.WriteEndArray();
            if (findings.Count > 0) VulnerabilityWriter.Write(writer, findings, refs, os is null ? References.Target : References.System);
            writer.WriteEndObject();
        }
    }

    /// <summary>A name-based UUID (RFC 9562) of the document without its serial number.</summary>
    private static string Serial(byte[] digest)
    {
        var hash = digest.AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(hash, bigEndian: true):D}";
    }

    private static void WriteMetadata(Utf8JsonWriter writer, ReportTool tool, DateTimeOffset? timestamp, TargetInfo target)
    {
        writer.WriteStartObject("metadata");
        if (timestamp is { } time) writer.WriteString("timestamp", time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        writer.WriteStartObject("tools");
        writer.WriteStartArray("components");
        writer.WriteStartObject();
        writer.WriteString("type", "application");
        writer.Text("name", tool.Name);
        writer.Text("version", tool.Version);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();

        writer.WriteStartObject("component");
        writer.WriteString("bom-ref", References.Target);
        writer.WriteString("type", TypeOf(target.Kind));
        writer.Text("name", target.Name.Length == 0 ? target.Kind : target.Name);
        writer.TextIfAny("version", target.Digest);
        writer.WriteStartArray("properties");
        Property(writer, "vidimus:target:kind", target.Kind);
        Property(writer, "vidimus:target:digest", target.Digest);
        Property(writer, "vidimus:target:arch", target.Architecture);
        foreach (var layer in target.Layers) Property(writer, "vidimus:layer", $"{layer.DiffId} {layer.Digest}{(layer.CreatedBy is { } step ? " " + step : "")}");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
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
        Property(writer, "vidimus:os:codename", os.Codename);
        Property(writer, "vidimus:os:like", string.Join(' ', os.Like));
        Property(writer, "vidimus:os:supportEnd", os.SupportEnd?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static void Property(Utf8JsonWriter writer, string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.Text("value", value);
        writer.WriteEndObject();
    }
}

/// <summary>The document's references: unique, whatever the ids are.</summary>
internal sealed class References
{
    public const string Target = "vidimus:target";
    public const string System = "vidimus:os";

    private readonly HashSet<string> taken = new([Target, System], StringComparer.Ordinal);
    private readonly Dictionary<string, string> byId = new(StringComparer.Ordinal);

    public string Add(string id)
    {
        var reference = id.Length == 0 ? "-" : id;
        for (var i = 2; !taken.Add(reference); i++) reference = $"{id}#{i}";
        byId.TryAdd(id, reference);
        return reference;
    }

    public string? Of(string? id) => id is null ? null : byId.GetValueOrDefault(id);
}

/// <summary>A package as a component.</summary>
internal sealed record Component(
    string Id, string Purl, string? Group, string Name, string Version, string Type, SourcePackage? Source, string? Vendor, string? Scope,
    IReadOnlyList<string> Licenses, IEnumerable<Location> Locations, string? Owner)
{
    public void Write(Utf8JsonWriter writer, string reference)
    {
        writer.WriteStartObject();
        writer.Text("bom-ref", reference);
        writer.WriteString("type", Purls.IsOs(Type) ? "application" : "library");
        writer.TextIfAny("publisher", Vendor);
        writer.TextIfAny("group", Group);
        writer.Text("name", Name);
        writer.TextIfAny("version", Version);
        if (Scope is not null) writer.WriteString("scope", Scope is "optional" ? "optional" : "excluded");
        WriteLicenses(writer);
        writer.Text("purl", Purl);

        writer.WriteStartArray("properties");
        CycloneDxWriter.Property(writer, "vidimus:source:name", Source?.Name);
        CycloneDxWriter.Property(writer, "vidimus:source:version", Source?.Version);
        CycloneDxWriter.Property(writer, "vidimus:scope", Scope);
        CycloneDxWriter.Property(writer, "vidimus:owner", Owner);
        var i = 0;
        foreach (var location in Locations)
        {
            CycloneDxWriter.Property(writer, $"vidimus:location:{i}:path", location.Path);
            CycloneDxWriter.Property(writer, $"vidimus:location:{i}:layer", location.Layer);
            CycloneDxWriter.Property(writer, $"vidimus:location:{i}:entry", location.Entry);
            i++;
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The format takes one expression or a list of licences, not both.</summary>
    private void WriteLicenses(Utf8JsonWriter writer)
    {
        if (Licenses.Count == 0) return;

        writer.WriteStartArray("licenses");
        if (Licenses is [var only] && !SpdxLicenses.IsId(only) && SpdxLicenses.IsExpression(only))
        {
            writer.WriteStartObject();
            writer.Text("expression", only);
            writer.WriteEndObject();
        }
        else
        {
            foreach (var license in Licenses.Where(l => l.Length > 0))
            {
                writer.WriteStartObject();
                writer.WriteStartObject("license");
                writer.Text(SpdxLicenses.IsId(license) ? "id" : "name", license);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
    }
}
