using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.CycloneDx;

/// <summary>Writes a package as a component.</summary>
internal static class ComponentWriter
{
    public static void Write(Utf8JsonWriter writer, InventoryPackage item, string reference, CycloneDxVersion version)
    {
        var package = item.Package;
        writer.WriteStartObject();
        writer.Text("bom-ref", reference);
        writer.WriteString("type", Purls.IsOs(package.Type) || package.Evidence is not null ? "application" : "library");
        writer.TextIfAny("publisher", package.Vendor);
        writer.TextIfAny("group", package.Namespace);
        writer.Text("name", package.Name);
        writer.TextIfAny("version", package.Version);
        if (package.Scope is not null) writer.WriteString("scope", package.Scope is "optional" ? "optional" : "excluded");
        WriteHashes(writer, item.Hashes);
        WriteLicenses(writer, package.Licenses);
        writer.Text("purl", item.Purl);

        var asEvidence = version is not CycloneDxVersion.V14 && item.Locations.All(l => l.Path.Length > 0);
        if (asEvidence) WriteEvidence(writer, item, version);
        writer.WriteStartArray("properties");
        OwnProperties.Of(item, withPaths: !asEvidence, (name, value) => CycloneDxWriter.Property(writer, name, value));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteHashes(Utf8JsonWriter writer, IReadOnlyList<PackageHash> hashes)
    {
        if (hashes.Count == 0) return;
        writer.WriteStartArray("hashes");
        foreach (var hash in hashes.Where(h => HashNames.Spdx(h) is not null))
        {
            writer.WriteStartObject();
            writer.WriteString("alg", hash.Algorithm);
            writer.Text("content", hash.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The files it was seen in, and what a program was recognised by. Version 1.6 takes several identities.</summary>
    private static void WriteEvidence(Utf8JsonWriter writer, InventoryPackage item, CycloneDxVersion version)
    {
        writer.WriteStartObject("evidence");
        if (item.Package.Evidence is { } evidence)
        {
            writer.WritePropertyName("identity");
            if (version is CycloneDxVersion.V16) writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteString("field", "version");
            writer.WriteNumber("confidence", evidence.Confidence);
            writer.WriteStartArray("methods");
            writer.WriteStartObject();
            writer.WriteString("technique", "binary-analysis");
            writer.WriteNumber("confidence", evidence.Confidence);
            writer.Text("value", evidence.Text);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            if (version is CycloneDxVersion.V16) writer.WriteEndArray();
        }

        writer.WriteStartArray("occurrences");
        foreach (var place in item.Locations)
        {
            writer.WriteStartObject();
            writer.Text("location", place.Path);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The format takes one expression or a list of licences, not both.</summary>
    private static void WriteLicenses(Utf8JsonWriter writer, IReadOnlyList<string> licenses)
    {
        if (licenses.Count == 0) return;

        writer.WriteStartArray("licenses");
        if (licenses is [var only] && !SpdxLicenses.IsId(only) && SpdxLicenses.IsExpression(only))
        {
            writer.WriteStartObject();
            writer.Text("expression", only);
            writer.WriteEndObject();
        }
        else
        {
            foreach (var license in licenses.Where(l => l.Length > 0))
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
