using System.Globalization;
using Vidimus.Api.Inspector2.Shapes;
using Finding = Vidimus.Api.Inspector2.Shapes.Finding;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>The columns of a findings report in CSV, under the names and in the order of Amazon's own reports: a finding a row, what it has several of parted by commas in one cell.</summary>
internal static class FindingsTable
{
    private const string Nvd = "NVD";

    private static readonly (string Name, Func<Finding, DateTimeOffset, string?> Value)[] Columns =
    [
        ("AWS Account Id", (f, _) => f.AwsAccountId),
        ("Severity", (f, _) => f.Severity),
        ("Fix Available", (f, _) => f.FixAvailable),
        ("Finding Type", (f, _) => f.Type),
        ("Title", (f, _) => f.Title),
        ("Description", (f, _) => f.Description),
        ("Finding ARN", (f, _) => f.FindingArn),
        ("First Seen", (f, _) => Time(f.FirstObservedAt)),
        ("Last Seen", (f, _) => Time(f.LastObservedAt)),
        ("Last Updated", (f, _) => Time(f.UpdatedAt)),
        ("Resource ID", (f, _) => Of(f)?.Id),
        ("Container Image Tags", (f, _) => Join(Details(f)?.AwsEcrContainerImage?.ImageTags)),
        ("Region", (f, _) => Of(f)?.Region),
        ("Platform", (f, _) => Details(f)?.AwsEc2Instance?.Platform ?? Details(f)?.AwsEcrContainerImage?.Platform),
        ("Resource Tags", (f, _) => Join(Of(f)?.Tags?.Select(t => $"{t.Key}:{t.Value}"))),
        ("Affected Packages", (f, _) => Join(Packages(f)?.Select(p => p.Name))),
        ("Package Installed Version", (f, _) => Join(Packages(f)?.Select(Version))),
        ("Fixed in Version", (f, _) => Join(Packages(f)?.Select(p => p.FixedInVersion))),
        ("Package Remediation", (f, _) => Join(Packages(f)?.Select(p => p.Remediation))),
        ("File Path", (f, _) => Join(Packages(f)?.Select(p => p.FilePath))),
        ("Network Paths", (f, _) => Join(f.NetworkReachabilityDetails?.NetworkPath.Steps?.Select(s => s.ComponentId))),
        ("Age (Days)", (f, now) => Math.Max(0, (int)(now - f.FirstObservedAt).TotalDays).ToString(CultureInfo.InvariantCulture)),
        ("Remediation", (f, _) => f.Remediation.Recommendation?.Text),
        ("Inspector Score", (f, _) => Number(f.InspectorScore)),
        ("Inspector Score Vector", (f, _) => f.InspectorScoreDetails?.AdjustedCvss?.ScoringVector),
        ("Status", (f, _) => f.Status),
        ("Vulnerability Id", (f, _) => f.PackageVulnerabilityDetails?.VulnerabilityId),
        ("Vendor", (f, _) => f.PackageVulnerabilityDetails?.Source),
        ("Vendor Severity", (f, _) => f.PackageVulnerabilityDetails?.VendorSeverity),
        ("Vendor Advisory", (f, _) => f.PackageVulnerabilityDetails?.SourceUrl),
        ("Vendor Advisory Published", (f, _) => Time(f.PackageVulnerabilityDetails?.VendorCreatedAt)),
        ("NVD CVSS3 Score", (f, _) => Number(Cvss(f, true, '3')?.BaseScore)),
        ("NVD CVSS3 Vector", (f, _) => Cvss(f, true, '3')?.ScoringVector),
        ("NVD CVSS2 Score", (f, _) => Number(Cvss(f, true, '2')?.BaseScore)),
        ("NVD CVSS2 Vector", (f, _) => Cvss(f, true, '2')?.ScoringVector),
        ("Vendor CVSS3 Score", (f, _) => Number(Cvss(f, false, '3')?.BaseScore)),
        ("Vendor CVSS3 Vector", (f, _) => Cvss(f, false, '3')?.ScoringVector),
        ("Vendor CVSS2 Score", (f, _) => Number(Cvss(f, false, '2')?.BaseScore)),
        ("Vendor CVSS2 Vector", (f, _) => Cvss(f, false, '2')?.ScoringVector),
        ("Resource Type", (f, _) => Of(f)?.Type),
        ("Ami", (f, _) => Details(f)?.AwsEc2Instance?.ImageId),
        ("Resource Public Ipv4", (f, _) => Join(Details(f)?.AwsEc2Instance?.IpV4Addresses?.Where(a => !IsPrivate(a)))),
        ("Resource Private Ipv4", (f, _) => Join(Details(f)?.AwsEc2Instance?.IpV4Addresses?.Where(IsPrivate))),
        ("Resource Ipv6", (f, _) => Join(Details(f)?.AwsEc2Instance?.IpV6Addresses)),
        ("Resource Vpc", (f, _) => Details(f)?.AwsEc2Instance?.VpcId),
        ("Port Range", (f, _) => f.NetworkReachabilityDetails?.OpenPortRange is { } range ? string.Create(CultureInfo.InvariantCulture, $"{range.Begin}-{range.End}") : null),
        ("Epss Score", (f, _) => Number(f.Epss?.Score)),
        ("Exploit Available", (f, _) => f.ExploitAvailable),
        ("Last Exploited At", (f, _) => Time(f.ExploitabilityDetails?.LastKnownExploitAt)),
        ("Lambda Layers", (f, _) => Join(Details(f)?.AwsLambdaFunction?.Layers)),
        ("Lambda Package Type", (f, _) => Details(f)?.AwsLambdaFunction?.PackageType),
        ("Lambda Last Updated At", (f, _) => Time(Details(f)?.AwsLambdaFunction?.LastModifiedAt)),
        ("Reference Urls", (f, _) => Join(f.PackageVulnerabilityDetails?.ReferenceUrls)),
        ("Detector Name", (f, _) => f.CodeVulnerabilityDetails?.DetectorName),
        ("Package Manager", (f, _) => Join(Packages(f)?.Select(p => p.PackageManager).Distinct())),
    ];

    public static string Head { get; } = CsvCell.Row(Columns.Select(c => c.Name));

    public static string Row(Finding finding, DateTimeOffset now) => CsvCell.Row(Columns.Select(c => c.Value(finding, now)));

    private static Resource? Of(Finding finding) => finding.Resources.Count > 0 ? finding.Resources[0] : null;

    private static ResourceDetails? Details(Finding finding) => Of(finding)?.Details;

    private static IReadOnlyList<VulnerablePackage>? Packages(Finding finding) => finding.PackageVulnerabilityDetails?.VulnerablePackages;

    private static string Version(VulnerablePackage package) => $"{(package.Epoch is > 0 and var epoch ? $"{epoch}:" : "")}{package.Version}{(package.Release is { Length: > 0 } release ? $"-{release}" : "")}";

    private static CvssScore? Cvss(Finding finding, bool ofNvd, char version) =>
        finding.PackageVulnerabilityDetails?.Cvss?.FirstOrDefault(c => c.Source == Nvd == ofNvd && c.Version.StartsWith(version));

    /// <summary>RFC 1918, RFC 6598, loopback and link-local.</summary>
    private static bool IsPrivate(string address) => System.Net.IPAddress.TryParse(address, out var ip) && ip.GetAddressBytes() is
        [10, ..] or [127, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [100, >= 64 and <= 127, ..];

    private static string? Join(IEnumerable<string?>? values) => values is null ? null : string.Join(',', values.Where(v => !string.IsNullOrEmpty(v)));

    private static string? Number(double? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
