using System.Globalization;
using System.Text.Json.Nodes;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Storage;
using WireFinding = Vidimus.Api.Inspector2.Shapes.Finding;

namespace Vidimus.Api.Events;

/// <summary>A finding in Security Hub's form (AWS Security Finding Format, 2018-10-08), as Inspector sends it there. No text in it may be empty.</summary>
internal static class AsffForm
{
    private const int TitleLength = 256;

    public static JsonObject Write(FindingContents contents, IdentityKey identity)
    {
        var wire = contents.ToWire(identity);
        var closed = contents.Finding.Status == Vidimus.Findings.FindingStatus.Closed;
        var suppressed = contents.Finding.Status == Vidimus.Findings.FindingStatus.Suppressed;
        var severity = Severity(contents.Finding.Severity);
        var types = Types(contents.Finding.Key.Kind);
        var fields = new JsonObject
        {
            ["aws/inspector/ProductVersion"] = "2",
            ["aws/inspector/FindingStatus"] = wire.Status,
        };
        if (wire.InspectorScore is { } score) fields["aws/inspector/inspectorScore"] = score.ToString(CultureInfo.InvariantCulture);
        if (wire.Resources[0].Type == InspectorForm.Ec2Instance) fields["aws/inspector/instanceId"] = wire.Resources[0].Id;
        if (!string.IsNullOrEmpty(contents.Facts.Platform) && wire.Resources[0].Type == InspectorForm.Ec2Instance)
            fields["aws/inspector/resources/1/resourceDetails/awsEc2InstanceDetails/platform"] = contents.Facts.Platform;

        var result = new JsonObject
        {
            ["SchemaVersion"] = "2018-10-08",
            ["Id"] = wire.FindingArn,
            ["ProductArn"] = $"arn:aws:securityhub:{contents.Region}::product/aws/inspector",
            ["ProductName"] = "Inspector",
            ["CompanyName"] = "Amazon",
            ["Region"] = contents.Region,
            ["GeneratorId"] = "AWSInspector",
            ["AwsAccountId"] = contents.Account,
            ["Types"] = new JsonArray(types),
            ["FirstObservedAt"] = EventBridgeForm.Iso(wire.FirstObservedAt),
            ["LastObservedAt"] = EventBridgeForm.Iso(wire.LastObservedAt),
            ["CreatedAt"] = EventBridgeForm.Iso(wire.FirstObservedAt),
            ["UpdatedAt"] = EventBridgeForm.Iso(contents.Finding.Updated),
            ["Severity"] = new JsonObject { ["Label"] = severity.Label, ["Normalized"] = severity.Normalized },
            ["Title"] = NotEmpty(wire.Title is { Length: > TitleLength } title ? title[..TitleLength] : wire.Title) ?? wire.Type,
            ["Description"] = NotEmpty(wire.Description) ?? wire.Type,
            ["ProductFields"] = fields,
            ["Resources"] = new JsonArray(Resource(contents, wire.Resources[0])),
            ["WorkflowState"] = "NEW",
            ["Workflow"] = new JsonObject { ["Status"] = suppressed ? "SUPPRESSED" : "NEW" },
            ["RecordState"] = closed ? "ARCHIVED" : "ACTIVE",
            ["FindingProviderFields"] = new JsonObject { ["Severity"] = new JsonObject { ["Label"] = Severity(contents.Finding.Facts.Severity).Label }, ["Types"] = new JsonArray(types) },
        };
        if (wire.FixAvailable != Inspector2.Shapes.FixAvailable.No)
        {
            result["Remediation"] = new JsonObject { ["Recommendation"] = new JsonObject { ["Text"] = "Remediation is available: the vulnerable packages name the versions that it is fixed in." } };
        }

        if (wire.PackageVulnerabilityDetails is { } details) result["Vulnerabilities"] = new JsonArray(Vulnerability(wire, details));
        return result;
    }

    private static JsonObject Vulnerability(WireFinding wire, PackageVulnerabilityDetails details)
    {
        var vendor = new JsonObject { ["Name"] = details.Source };
        Put(vendor, "Url", details.SourceUrl);
        Put(vendor, "VendorSeverity", details.VendorSeverity);
        Put(vendor, "VendorCreatedAt", details.VendorCreatedAt is { } created ? EventBridgeForm.Iso(created) : null);
        Put(vendor, "VendorUpdatedAt", details.VendorUpdatedAt is { } updated ? EventBridgeForm.Iso(updated) : null);
        var result = new JsonObject
        {
            ["Id"] = details.VulnerabilityId,
            ["Vendor"] = vendor,
            ["VulnerablePackages"] = new JsonArray([.. (details.VulnerablePackages ?? []).Select(Package)]),
            ["Cvss"] = new JsonArray([.. (details.Cvss ?? []).Select(c => Cvss(c.Source, c.Version, c.BaseScore, c.ScoringVector)), .. Adjusted(wire)]),
            ["ReferenceUrls"] = Texts(details.ReferenceUrls),
            ["RelatedVulnerabilities"] = Texts(details.RelatedVulnerabilities),
        };
        Put(result, "FixAvailable", wire.FixAvailable);
        Put(result, "ExploitAvailable", wire.ExploitAvailable);
        if (wire.Epss is { } epss) result["EpssScore"] = epss.Score;
        return result;
    }

    /// <summary>Inspector adds the rating that its score is of once more, with what it adjusted.</summary>
    private static IEnumerable<JsonObject> Adjusted(WireFinding wire)
    {
        if (wire.InspectorScoreDetails?.AdjustedCvss is not { } adjusted) yield break;
        var cvss = Cvss(adjusted.ScoreSource, adjusted.Version, adjusted.Score, adjusted.ScoringVector);
        cvss["Adjustments"] = new JsonArray([.. (adjusted.Adjustments ?? []).Select(a => new JsonObject { ["Metric"] = a.Metric, ["Reason"] = a.Reason })]);
        yield return cvss;
    }

    private static JsonObject Cvss(string source, string version, double score, string vector)
    {
        var cvss = new JsonObject { ["Version"] = version, ["BaseScore"] = score };
        Put(cvss, "BaseVector", vector);
        Put(cvss, "Source", source);
        return cvss;
    }

    private static JsonObject Package(VulnerablePackage package)
    {
        var result = new JsonObject();
        Put(result, "Name", package.Name);
        Put(result, "Version", package.Version);
        Put(result, "Epoch", package.Epoch?.ToString(CultureInfo.InvariantCulture));
        Put(result, "Release", package.Release);
        Put(result, "Architecture", package.Arch);
        Put(result, "PackageManager", package.PackageManager);
        Put(result, "FilePath", package.FilePath);
        Put(result, "FixedInVersion", package.FixedInVersion);
        Put(result, "Remediation", package.Remediation);
        Put(result, "SourceLayerHash", package.SourceLayerHash);
        return result;
    }

    private static JsonObject Resource(FindingContents contents, Inspector2.Shapes.Resource resource)
    {
        var tags = new JsonObject();
        foreach (var (name, value) in resource.Tags ?? new Dictionary<string, string>()) Put(tags, name, value);
        var result = new JsonObject { ["Type"] = Type(resource.Type), ["Id"] = Arn(contents, resource), ["Partition"] = "aws", ["Region"] = contents.Region, ["Tags"] = tags };
        if (Details(resource.Details) is { } details) result["Details"] = details;
        return result;
    }

    private static JsonObject? Details(ResourceDetails? details)
    {
        var result = new JsonObject();
        switch (details)
        {
            case { AwsEc2Instance: { } machine }:
                Put(result, "Type", machine.Type);
                Put(result, "ImageId", machine.ImageId);
                result["IpV4Addresses"] = Texts(machine.IpV4Addresses);
                result["IpV6Addresses"] = Texts(machine.IpV6Addresses);
                Put(result, "KeyName", machine.KeyName);
                Put(result, "IamInstanceProfileArn", machine.IamInstanceProfileArn);
                Put(result, "VpcId", machine.VpcId);
                Put(result, "SubnetId", machine.SubnetId);
                Put(result, "LaunchedAt", machine.LaunchedAt is { } launched ? EventBridgeForm.Iso(launched) : null);
                return new() { ["AwsEc2Instance"] = result };
            case { AwsEcrContainerImage: { } image }:
                Put(result, "RegistryId", image.Registry);
                Put(result, "RepositoryName", image.RepositoryName);
                Put(result, "Architecture", image.Architecture);
                Put(result, "ImageDigest", image.ImageHash);
                result["ImageTags"] = Texts(image.ImageTags);
                Put(result, "ImagePublishedAt", image.PushedAt is { } pushed ? EventBridgeForm.Iso(pushed) : null);
                return new() { ["AwsEcrContainerImage"] = result };
            case { AwsLambdaFunction: { } function }:
                Put(result, "FunctionName", function.FunctionName);
                Put(result, "Runtime", function.Runtime);
                Put(result, "CodeSha256", function.CodeSha256);
                Put(result, "Version", function.Version);
                Put(result, "Role", function.ExecutionRoleArn);
                Put(result, "PackageType", function.PackageType);
                return new() { ["AwsLambdaFunction"] = result };
            default:
                return null;
        }
    }

    private static string Type(string type) => type switch
    {
        InspectorForm.Ec2Instance => "AwsEc2Instance",
        InspectorForm.EcrImage => "AwsEcrContainerImage",
        InspectorForm.LambdaFunction => "AwsLambdaFunction",
        _ => "Other",
    };

    private static string Arn(FindingContents contents, Inspector2.Shapes.Resource resource) => resource.Type != InspectorForm.Ec2Instance ? resource.Id
        : resource.Id is ['m', 'i', '-', ..] ? $"arn:aws:ssm:{contents.Region}:{contents.Account}:managed-instance/{resource.Id}"
        : $"arn:aws:ec2:{contents.Region}:{contents.Account}:instance/{resource.Id}";

    private static string Types(FindingKind kind) => kind switch
    {
        FindingKind.Network => "Software and Configuration Checks/AWS Security Best Practices/Network Reachability",
        FindingKind.Code => "Software and Configuration Checks/Vulnerabilities",
        _ => "Software and Configuration Checks/Vulnerabilities/CVE",
    };

    /// <summary>Security Hub has five words and a number from 0 to 100.</summary>
    private static (string Label, int Normalized) Severity(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => ("CRITICAL", 90),
        FindingSeverity.High => ("HIGH", 70),
        FindingSeverity.Medium => ("MEDIUM", 40),
        FindingSeverity.Low => ("LOW", 1),
        _ => ("INFORMATIONAL", 0),
    };

    private static JsonArray Texts(IEnumerable<string>? texts) => new([.. (texts ?? []).Where(t => !string.IsNullOrWhiteSpace(t)).Select(t => (JsonNode)t)]);

    private static void Put(JsonObject target, string name, string? value)
    {
        if (NotEmpty(value) is { } text) target[name] = text;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
