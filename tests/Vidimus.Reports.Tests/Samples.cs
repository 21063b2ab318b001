using System.Text;
using Vidimus.Model.Reports;

namespace Vidimus.Reports.Tests;

/// <summary>Reports written by hand, with every member used and none, and with what an attacker would put into them.</summary>
internal static class Samples
{
    public static readonly ReportLayer Layer = new("sha256:" + new string('a', 64), "sha256:" + new string('b', 64), "RUN apt-get install");

    public static ScanReport Empty { get; } = new()
    {
        Tool = new("vidimus", "0.1.0"),
        Target = new("dir", "/srv/app", null, null, null, []),
        Book = new(null, Starter: false, Stale: false, []),
        Complete = true,
        Summary = new(0, 0, 0, 0, 0, 0, 0, 0, 0),
        Packages = [],
        Findings = [],
        Notes = [],
    };

    public static ScanReport Full { get; } = Make(
        Finding("CVE-2022-3715", "bash", "5.1-2+deb11u1", "HIGH", 7.8, "5.2-1") with
        {
            Title = "a heap-based buffer overflow in valid_parameter_transform",
            Aliases = ["GHSA-xxxx-yyyy-zzzz"],
            Cwes = ["CWE-122", "CWE-787"],
            Epss = new(0.0231, 0.91, "2026-11-23"),
            Vector = "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H",
            Cvss = [new("NVD", "3.1", 7.8, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"), new("NVD", "2.0", 4.6, "AV:L/AC:L/Au:N/C:P/I:P/A:P"), new("CNA", "4.0", 8.5, "CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N")],
        },
        Finding("CVE-2021-44228", "log4j-core", "2.14.1", "CRITICAL", 10, "2.15.0", "maven", "opt/app/app.jar") with
        {
            Title = "Remote code injection in Log4j",
            Kev = new("2021-12-10", "2021-12-24", true),
            Epss = new(0.9446, 0.999, "2026-11-23"),
            FixedVersions = ["2.15.0", "2.12.2"],
        },
        Finding("CVE-2023-0001", "bash", "5.1-2+deb11u1", "UNTRIAGED", null, null) with { Title = "an issue that nobody has rated" },
        Finding("CVE-2016-2781", "coreutils", "8.32-4+b1", "LOW", 3.3, null) with { Status = "will-not-fix", Title = "chroot with --userspec allows local users to escape to the parent session" },
        Finding("CVE-2019-1010022", "libc6", "2.31-13+deb11u11", "INFORMATIONAL", null, null) with { Hidden = new("vendor-unimportant", "Debian rates it unimportant", null) },
        Finding("CVE-2020-1111", "perl-base", "5.32.1-4", "MEDIUM", 5.5, null) with { Status = "not-affected", Hidden = new("vex", "the vulnerable code is not in the build", "2027-01-01") },
        Finding("EOL-debian-11", null, null, "MEDIUM", null, null) with { Kind = "end-of-life", PackageId = null, Purl = null, Path = null, Layer = null, Title = "Debian 11 is no longer supported", Status = "end-of-life" }) with
    {
        Notes = [new("unreadable", "root/.cache", "permission denied"), new("malformed", "opt/app/broken.jar", "the archive ends early")],
        Complete = false,
        Gate = new(["high", "kev"], Failed: true, 2),
    };

    /// <summary>Escape sequences, markup, directional signs, bytes that are no text, stacked marks and very long words, wherever scanned text goes.</summary>
    public static ScanReport Hostile { get; } = Make(
        Finding("CVE-2099-1", "ev\e[31mil[red]\u202Egnp", "1\r\n2", "HIGH", 7, "2\t0") with
        {
            Title = "<script>alert(1)</script> [bold]x[/] " + "a" + new string('\u0301', 3000) + " \u2066hidden\u2069 \"quoted\" \\ back",
            Url = "javascript:alert(1)",
            Path = "opt/\uDCFF\uDC80/漢字/%41 b",
        },
        Finding("CVE-2099-2", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", new string('9', 300), "LOW", 1, new string('漢', 300)) with { Title = new string('w', 5000), Cwes = ["CWE-1"] }) with
    {
        Notes = [new("malformed", "a\nb", "two\nlines \e]0;title\a"), new("limit", "", new string('n', 500))],
        Target = new("oci", "\e[2Jclear", "sha256:00", "amd64", new("debian", "Debian \u202E11", "11", null), [Layer]),
    };

    public static IReadOnlyList<ScanReport> All { get; } = [Empty, Full, Hostile];

    public static string Text(IReportFormat format, ScanReport report, ReportStyle? style = null)
    {
        using var output = new MemoryStream();
        format.Write(report, output, style ?? new());
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(output.ToArray());
    }

    public static ReportFinding Finding(string id, string? package, string? version, string severity, double? score, string? fix, string type = "deb", string path = "var/lib/dpkg/status") => new()
    {
        Key = $"{package}/{id}",
        Kind = "vulnerability",
        Id = id,
        Aliases = [],
        Title = "",
        Severity = severity,
        SeveritySource = severity is "UNTRIAGED" ? null : "NVD",
        Score = score,
        Cvss = [],
        Cwes = [],
        PackageId = package,
        Purl = package is null ? null : new Model.PackageUrl(type, type is "deb" ? "debian" : "org.example", package, version).ToString(),
        Package = package,
        Version = version,
        FixedVersion = fix,
        FixedVersions = fix is null ? [] : [fix],
        Status = "affected",
        Path = path,
        Layer = Layer.DiffId,
        Advisory = id,
        Source = "debian",
        Url = $"https://security-tracker.debian.org/tracker/{id}",
        Evidence = [new("debian", id, fix is null ? ">= 0" : $"< {fix}", version ?? "")],
        Published = new DateTimeOffset(2022, 8, 25, 12, 0, 0, TimeSpan.Zero),
    };

    private static ScanReport Make(params ReportFinding[] findings) => Empty with
    {
        Target = new("oci", "example/app:1.2", "sha256:" + new string('c', 64), "amd64", new("debian", "Debian GNU/Linux 11 (bullseye)", "11", "2026-08-31"), [Layer]),
        Book = new(new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero), false, false, [new("debian", new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero), 40000, 2), new("kev", null, 1400, 0)]),
        Findings = findings,
        Summary = Severities.Summarize(findings, findings.Count(f => f.Hidden is not null)),
        Packages = [.. findings.Where(f => f.PackageId is not null).DistinctBy(f => f.PackageId).Select(f => new ReportPackage(
            f.PackageId!, f.Purl!, f.Package!, f.Version!, f.Purl!.StartsWith("pkg:deb", StringComparison.Ordinal) ? "deb" : "maven", "amd64", new("source-of-" + f.Package, "1"), f.Path!, f.Layer,
            [new(f.Path!, f.Layer, null), new(f.Path!, null, "BOOT-INF/lib/x.jar")], null, f.Severity is "LOW" ? "dev" : null, ["MIT", "GPL-2.0-only OR MIT", "some text"]))],
    };
}
