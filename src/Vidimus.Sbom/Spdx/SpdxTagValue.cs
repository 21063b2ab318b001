using System.Text;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Spdx;

/// <summary>Reads SPDX 2.2 and 2.3 as text: <c>Tag: value</c> a line, values of several lines between <c>&lt;text&gt;</c> and <c>&lt;/text&gt;</c>, <c>#</c> before comments.</summary>
/// <remarks>Format: the SPDX specification 2.3, clause 6 and following. A tag belongs to the package, file or licence whose first tag stands before it.</remarks>
internal sealed class SpdxTagValue
{
    private const int LongestLine = 16 << 20;
    private const long MostCharacters = 1L << 30;

    private readonly SpdxDraft spdx;
    private readonly SbomDraft draft;
    private SpdxPackage? package;
    private (string Id, string Path)? file;
    private (string Id, string? Name, string? Text)? license;
    private (string From, string Type, string To)? relationship;
    private string? comment;
    private string? annotation;
    private string? version;
    private int wrong;

    private SpdxTagValue(SbomDraft draft, string name)
    {
        this.draft = draft;
        spdx = new(draft, name);
    }

    public static Inventory Read(Stream input, SbomDraft draft, string name)
    {
        var reader = new SpdxTagValue(draft, name);
        using var text = new StreamReader(input, Encoding.UTF8);
        while (reader.Next(text) is { } line) reader.Line(line, text);
        reader.EndElement();
        if (reader.wrong > 0) reader.draft.Notes.Add(new(Notes.Malformed, "", $"{reader.wrong} lines of the SPDX text are no 'Tag: value'"));
        SpdxMembers.CheckVersion(reader.version);
        return reader.spdx.ToInventory();
    }

    private long read;

    /// <summary>A line, without reading more of one that does not end.</summary>
    private string? Next(StreamReader text)
    {
        var line = new StringBuilder();
        int c;
        while ((c = text.Read()) >= 0 && c != '\n')
        {
            if (line.Length >= LongestLine || ++read > MostCharacters) throw new InvalidDataException("the SPDX text has a line, or is as a whole, larger than any SBOM");
            line.Append((char)c);
        }

        return c < 0 && line.Length == 0 ? null : line.ToString().TrimEnd('\r');
    }

    private void Line(string line, StreamReader text)
    {
        if (line.Length == 0 || line[0] == '#' || string.IsNullOrWhiteSpace(line)) return;
        if (line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon))
        {
            wrong++;
            return;
        }

        var value = line[(colon + 1)..].Trim();
        if (value.StartsWith("<text>", StringComparison.Ordinal)) value = Block(value["<text>".Length..], text);
        Tag(line[..colon].Trim(), value);
    }

    private string Block(string first, StreamReader text)
    {
        if (first.IndexOf("</text>", StringComparison.Ordinal) is >= 0 and var at) return first[..at];
        var block = new StringBuilder(first);
        while (Next(text) is { } line)
        {
            if (block.Length > LongestLine) throw new InvalidDataException("the SPDX text has a value larger than any SBOM");
            block.Append('\n');
            if (line.IndexOf("</text>", StringComparison.Ordinal) is >= 0 and var end) return block.Append(line.AsSpan(0, end)).ToString();
            block.Append(line);
        }

        throw new InvalidDataException("the SPDX text ends within a value");
    }

    private void Tag(string tag, string value)
    {
        switch (tag)
        {
            case "SPDXVersion":
                version = value;
                break;
            case "DocumentNamespace":
                spdx.Namespace(value);
                break;
            case "Creator":
                spdx.Creator(value);
                break;
            case "PackageName":
                EndElement();
                package = new() { Name = value };
                break;
            case "FileName":
                EndElement();
                file = ("", value);
                break;
            case "LicenseID":
                EndElement();
                license = (value, null, null);
                break;
            case "SPDXID":
                if (package is not null) package.Id = value;
                else if (file is { } f) file = f with { Id = value };
                break;
            case "ExtractedText":
                if (license is { } text) license = text with { Text = value };
                break;
            case "LicenseName":
                if (license is { } named) license = named with { Name = value };
                break;
            case "Relationship":
                EndRelationship();
                if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var from, var type, var to]) relationship = (from, type, to);
                else wrong++;
                break;
            case "RelationshipComment":
                comment = value;
                break;
            case "AnnotationComment":
                annotation = value;
                break;
            case "SPDXREF":
                if (annotation is not null && value is "SPDXRef-DOCUMENT") spdx.DocumentText(annotation);
                else if (annotation is not null && package?.Id == value) package.Texts.Add(annotation);
                annotation = null;
                break;
            default:
                if (package is not null) PackageTag(package, tag, value);
                break;
        }
    }

    private static void PackageTag(SpdxPackage at, string tag, string value)
    {
        switch (tag)
        {
            case "PackageVersion":
                at.Version = value;
                break;
            case "PackageSupplier":
                at.Supplier = value;
                break;
            case "PackageLicenseDeclared":
                at.Declared = value;
                break;
            case "PackageLicenseConcluded":
                at.Concluded = value;
                break;
            case "PackageSourceInfo":
                at.SourceInfo = value;
                break;
            case "PrimaryPackagePurpose":
                at.Purpose = value;
                break;
            case "PackageAttributionText":
                at.Texts.Add(value);
                break;
            case "PackageChecksum" when value.Split(':', 2) is [var algorithm, var digest]:
                at.Checksums.Add((algorithm.Trim(), digest.Trim()));
                break;
            case "ExternalRef" when value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, "purl", var locator]:
                at.Purl ??= locator;
                break;
        }
    }

    private void EndRelationship()
    {
        if (relationship is { } r) spdx.Relationship(r.From, r.Type, r.To, comment);
        relationship = null;
        comment = null;
    }

    private void EndElement()
    {
        EndRelationship();
        if (package is not null) spdx.Package(package);
        if (file is { } f) spdx.File(f.Id, f.Path);
        if (license is { } l) spdx.License(l.Id, l.Name, l.Text);
        (package, file, license, annotation) = (null, null, null, null);
    }
}
