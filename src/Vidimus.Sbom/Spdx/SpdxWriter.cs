using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Spdx;

/// <summary>Writes SPDX 2.3 JSON: an inventory alone, or a report whose packages name their advisories.</summary>
/// <remarks>
/// The same values give the same bytes: the namespace is derived from the document's own digest. The format demands a time; where none is given it is 1970.
/// What the format has no member for stands in an annotation of the package, so that <see cref="SbomReader"/> gives back the same packages.
/// </remarks>
public static class SpdxWriter
{
    private const string NoNamespace = "https://vidimus.invalid/spdx/";
    private const int MostPending = 32 << 10;

    /// <summary>The packages of a target.</summary>
    public static void Write(Inventory inventory, ReportTool tool, Stream output, DateTimeOffset? timestamp = null)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        Write(output, new(tool, timestamp ?? DateTimeOffset.UnixEpoch, inventory.Target, inventory.Os, inventory.Notes), inventory.Packages, null);
    }

    /// <summary>The packages of a report, each with references to the advisories that hold for it. The time is that of the book that said so.</summary>
    public static void Write(ScanReport report, Stream output, DateTimeOffset? timestamp = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var advisories = report.Findings.Where(f => f.PackageId is not null && Uri.IsWellFormedUriString(f.Url, UriKind.Absolute)).ToLookup(f => f.PackageId!, f => f.Url!, StringComparer.Ordinal);
        Write(output, new(report.Tool, timestamp ?? report.Book.Built ?? DateTimeOffset.UnixEpoch, ReportParts.Target(report), ReportParts.System(report), []), report.Packages.Select(ReportParts.Package), advisories);
    }

    /// <summary>Writes twice, first into the digest that the namespace is made of, so that the document is never held whole.</summary>
    private static void Write(Stream output, Head head, IEnumerable<InventoryPackage> packages, ILookup<string, string>? advisories)
    {
        using var sha = SHA256.Create();
        using (var digest = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)) Write(digest, NoNamespace);
        Write(output, NoNamespace + Convert.ToHexStringLower(sha.Hash!.AsSpan(0, 16)));
        output.WriteByte((byte)'\n');

        void Write(Stream stream, string space)
        {
            using var writer = new Utf8JsonWriter(stream, JsonText.Options);
            writer.WriteStartObject();
            WriteHead(writer, head, space);
            var document = new Document(writer, head, advisories);
            writer.WriteStartArray("packages");
            document.Target();
            if (head.Os is not null) document.System(head.Os);
            foreach (var package in packages)
            {
                document.Package(package);
                if (writer.BytesPending > MostPending) writer.Flush();
            }

            writer.WriteEndArray();
            document.Licenses();
            document.Relationships(packages);
            writer.WriteEndObject();
        }
    }

    private static void WriteHead(Utf8JsonWriter writer, Head head, string space)
    {
        writer.WriteString("spdxVersion", "SPDX-2.3");
        writer.WriteString("dataLicense", "CC0-1.0");
        writer.WriteString("SPDXID", "SPDXRef-DOCUMENT");
        writer.Text("name", NameOf(head.Target));
        writer.WriteString("documentNamespace", space);
        writer.WriteStartObject("creationInfo");
        writer.WriteString("created", Time(head.Created));
        writer.WriteStartArray("creators");
        writer.Text($"Tool: {head.Tool.Name}-{head.Tool.Version}");
        writer.WriteEndArray();
        writer.WriteEndObject();
        if (head.Notes.Count == 0) return;

        var text = new StringBuilder();
        OwnProperties.Of(head.Notes, (name, value) => SpdxText.Append(text, name, value));
        Annotation(writer, head, text);
    }

    internal static void Annotation(Utf8JsonWriter writer, Head head, StringBuilder text)
    {
        if (text.Length == 0) return;
        writer.WriteStartArray("annotations");
        writer.WriteStartObject();
        writer.WriteString("annotationDate", Time(head.Created));
        writer.WriteString("annotationType", "OTHER");
        writer.Text("annotator", $"Tool: {head.Tool.Name}-{head.Tool.Version}");
        writer.Text("comment", text.ToString());
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    internal static string NameOf(TargetInfo target) => target.Name.Length == 0 ? target.Kind : target.Name;

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>What all parts of a document share.</summary>
    internal sealed record Head(ReportTool Tool, DateTimeOffset Created, TargetInfo Target, OsRelease? Os, IReadOnlyList<Note> Notes);

    /// <summary>A document while it is written: its references, and the licences that are on no list.</summary>
    private sealed class Document(Utf8JsonWriter writer, Head head, ILookup<string, string>? advisories)
    {
        private readonly HashSet<string> ids = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, string> licenses = new(StringComparer.Ordinal);

        public void Target()
        {
            Start(SpdxDraft.TargetId, NameOf(head.Target), head.Target.Digest, head.Target.Kind is "oci" or "docker-archive" or "image" ? "CONTAINER" : "APPLICATION");
            var text = new StringBuilder();
            OwnProperties.Of(head.Target, null, (name, value) => SpdxText.Append(text, name, value));
            Annotation(writer, head, text);
            writer.WriteEndObject();
        }

        public void System(OsRelease os)
        {
            Start(SpdxDraft.SystemId, os.Id, os.VersionId, "OPERATING_SYSTEM");
            var text = new StringBuilder();
            SpdxText.Append(text, "vidimus:os:name", os.Name);
            OwnProperties.Of(os, (name, value) => SpdxText.Append(text, name, value));
            Annotation(writer, head, text);
            writer.WriteEndObject();
        }

        public void Package(InventoryPackage item)
        {
            var package = item.Package;
            var reference = Add(item.Id);
            var name = package.Namespace is not { Length: > 0 } space ? package.Name : package.Type is "maven" ? $"{space}:{package.Name}" : $"{space}/{package.Name}";
            Start(reference, name, package.Version, Purls.IsOs(package.Type) || package.Evidence is not null ? "APPLICATION" : "LIBRARY");
            writer.WriteString("licenseConcluded", "NOASSERTION");
            var declared = Declared(package.Licenses);
            writer.Text("licenseDeclared", declared ?? "NOASSERTION");
            if (package.Vendor is { Length: > 0 }) writer.Text("supplier", $"Organization: {PathText.Display(package.Vendor)}");
            if (item.Locations[0].Path is { Length: > 0 } path) writer.Text("sourceInfo", $"found in {PathText.Display(path)}");
            Checksums(item.Hashes);
            ExternalReferences(item);
            Annotate(item, name, declared);
            writer.WriteEndObject();
        }

        public void Licenses()
        {
            if (licenses.Count == 0) return;
            writer.WriteStartArray("hasExtractedLicensingInfos");
            foreach (var (id, text) in licenses)
            {
                writer.WriteStartObject();
                writer.WriteString("licenseId", id);
                writer.Text("name", text);
                writer.Text("extractedText", text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        public void Relationships(IEnumerable<InventoryPackage> packages)
        {
            writer.WriteStartArray("relationships");
            Relationship("SPDXRef-DOCUMENT", "DESCRIBES", SpdxDraft.TargetId);
            if (head.Os is not null) Relationship(SpdxDraft.TargetId, "CONTAINS", SpdxDraft.SystemId);
            foreach (var package in packages)
            {
                var reference = ReferenceOf(package.Id);
                Relationship(SpdxDraft.TargetId, "CONTAINS", reference);
                foreach (var needed in package.DependsOn)
                {
                    if (ids.Contains(needed)) Relationship(reference, "DEPENDS_ON", ReferenceOf(needed));
                }

                if (writer.BytesPending > MostPending) writer.Flush();
            }

            writer.WriteEndArray();
        }

        private void Start(string reference, string name, string? version, string purpose)
        {
            writer.WriteStartObject();
            writer.WriteString("SPDXID", reference);
            writer.Text("name", name);
            writer.TextIfAny("versionInfo", version);
            writer.WriteString("primaryPackagePurpose", purpose);
            writer.WriteString("downloadLocation", "NOASSERTION");
            writer.WriteBoolean("filesAnalyzed", false);
        }

        /// <summary>A package's reference, unique whatever the ids are.</summary>
        private string Add(string id)
        {
            if (ids.Add(id)) return ReferenceOf(id);
            var again = id;
            for (var i = 2; !ids.Add(again); i++) again = $"{id}#{i}";
            return ReferenceOf(again);
        }

        /// <summary>References have letters, digits, dots and hyphens alone: an id that is no such hex number goes by its digest.</summary>
        private static string ReferenceOf(string id) => SpdxDraft.PackagePrefix
            + (id.Length == 32 && id.All(char.IsAsciiHexDigitLower) ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)));

        /// <summary>One expression of all licences, those that are on no list by references of ours; null for none.</summary>
        private string? Declared(IReadOnlyList<string> texts)
        {
            List<string>? parts = null;
            foreach (var text in texts)
            {
                if (text.Length == 0) continue;
                if (SpdxLicenses.IsId(text)) (parts ??= []).Add(text);
                else if (SpdxLicenses.IsExpression(text)) (parts ??= []).Add(texts.Count == 1 ? text : $"({text})");
                else
                {
                    var id = SpdxDraft.LicensePrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
                    licenses.TryAdd(id, text);
                    (parts ??= []).Add(id);
                }
            }

            return parts is null ? null : string.Join(" AND ", parts);
        }

        private void Checksums(IReadOnlyList<PackageHash> hashes)
        {
            if (hashes.Count == 0) return;
            writer.WriteStartArray("checksums");
            foreach (var hash in hashes)
            {
                if (HashNames.Spdx(hash) is not { } algorithm) continue;
                writer.WriteStartObject();
                writer.WriteString("algorithm", algorithm);
                writer.Text("checksumValue", hash.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        private void ExternalReferences(InventoryPackage item)
        {
            writer.WriteStartArray("externalRefs");
            Reference("PACKAGE-MANAGER", "purl", item.Purl);
            foreach (var url in advisories?[item.Id].Distinct().Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()) Reference("SECURITY", "advisory", url);
            writer.WriteEndArray();
        }

        private void Reference(string category, string type, string locator)
        {
            writer.WriteStartObject();
            writer.WriteString("referenceCategory", category);
            writer.WriteString("referenceType", type);
            writer.Text("referenceLocator", locator);
            writer.WriteEndObject();
        }

        private void Annotate(InventoryPackage item, string name, string? declared)
        {
            var package = item.Package;
            var text = new StringBuilder();
            SpdxText.Append(text, "vidimus:namespace", package.Namespace);
            if (name != package.Name || name.AsSpan().ContainsAny('/', ':')) SpdxText.Append(text, "vidimus:name", package.Name);
            SpdxText.Append(text, "vidimus:vendor", package.Vendor);
            if (package.Licenses.Count > 1 || package.Licenses is [var one] && one != declared)
            {
                for (var i = 0; i < package.Licenses.Count; i++) SpdxText.Append(text, $"vidimus:license:{i}", package.Licenses[i]);
            }

            OwnProperties.Of(item, withPaths: true, (key, value) => SpdxText.Append(text, key, value));
            Annotation(writer, head, text);
        }

        private void Relationship(string from, string type, string to)
        {
            writer.WriteStartObject();
            writer.WriteString("spdxElementId", from);
            writer.WriteString("relationshipType", type);
            writer.WriteString("relatedSpdxElement", to);
            writer.WriteEndObject();
        }
    }
}
