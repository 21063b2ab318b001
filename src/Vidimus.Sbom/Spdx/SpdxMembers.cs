using System.Text.Json;
using Vidimus.Model.Inventory;
using Vidimus.Sbom.Reading;

namespace Vidimus.Sbom.Spdx;

/// <summary>Takes the members of an SPDX 2.2 or 2.3 JSON document.</summary>
internal sealed class SpdxMembers(SbomDraft draft, string name) : IMemberTaker
{
    private readonly SpdxDraft spdx = new(draft, name);

    /// <summary>As the document has it: <c>SPDX-2.3</c>; null where it says none.</summary>
    public string? Version { get; private set; }

    public MemberKind Wants(string member) => member switch
    {
        "spdxVersion" or "creationInfo" or "documentNamespace" => MemberKind.Value,
        "packages" or "files" or "relationships" or "hasExtractedLicensingInfos" or "annotations" => MemberKind.Items,
        _ => MemberKind.Skip,
    };

    public void Take(string member, JsonElement value, bool isItem)
    {
        if (value.ValueKind is JsonValueKind.String)
        {
            if (member is "spdxVersion") Version = value.Text();
            else if (member is "documentNamespace" && value.Text() is { } space) spdx.Namespace(space);
        }
        else if (value.ValueKind is JsonValueKind.Object) TakeObject(member, value);
        else if (value.ValueKind is not JsonValueKind.Null) draft.Notes.Add(new(Notes.Malformed, "", isItem ? $"\"{member}\" holds something that is no object" : $"\"{member}\" is no array"));
    }

    /// <summary>Checks that it was SPDX of a version we read, and gives its inventory.</summary>
    public Inventory ToInventory()
    {
        CheckVersion(Version);
        return spdx.ToInventory();
    }

    public static void CheckVersion(string? version)
    {
        if (version is not ("SPDX-2.2" or "SPDX-2.3")) throw new InvalidDataException($"the SBOM is {version}; SPDX-2.2 and SPDX-2.3 are read");
    }

    private void TakeObject(string member, JsonElement value)
    {
        switch (member)
        {
            case "creationInfo":
                foreach (var creator in Texts(value, "creators")) spdx.Creator(creator);
                break;
            case "packages":
                spdx.Package(Package(value));
                break;
            case "files":
                if (value.TextOf("SPDXID") is { } file && value.TextOf("fileName") is { } path) spdx.File(file, path);
                break;
            case "relationships":
                if (value.TextOf("spdxElementId") is { } from && value.TextOf("relationshipType") is { } type && value.TextOf("relatedSpdxElement") is { } to) spdx.Relationship(from, type, to, value.TextOf("comment"));
                break;
            case "hasExtractedLicensingInfos":
                if (value.TextOf("licenseId") is { } license) spdx.License(license, value.TextOf("name"), value.TextOf("extractedText"));
                break;
            case "annotations":
                if (value.TextOf("comment") is { } comment) spdx.DocumentText(comment);
                break;
        }
    }

    private SpdxPackage Package(JsonElement value)
    {
        var package = new SpdxPackage
        {
            Id = value.TextOf("SPDXID") ?? "",
            Name = value.TextOf("name"),
            Version = value.TextOf("versionInfo"),
            Supplier = value.TextOf("supplier"),
            Declared = value.TextOf("licenseDeclared"),
            Concluded = value.TextOf("licenseConcluded"),
            SourceInfo = value.TextOf("sourceInfo"),
            Purpose = value.TextOf("primaryPackagePurpose"),
        };
        foreach (var reference in value.Items("externalRefs", draft.Notes, package.Name ?? ""))
        {
            if (reference.TextOf("referenceType") is "purl") package.Purl ??= reference.TextOf("referenceLocator");
        }

        foreach (var checksum in value.Items("checksums", null, "")) package.Checksums.Add((checksum.TextOf("algorithm"), checksum.TextOf("checksumValue")));
        foreach (var annotation in value.Items("annotations", null, ""))
        {
            if (annotation.TextOf("comment") is { } comment) package.Texts.Add(comment);
        }

        package.Texts.AddRange(Texts(value, "attributionTexts"));
        return package;
    }

    private static IEnumerable<string> Texts(JsonElement value, string member)
    {
        if (value.Member(member, JsonValueKind.Array) is not { } list) yield break;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.String && item.Text() is { } text) yield return text;
        }
    }
}
