using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using static Vidimus.Matching.Tests.MadeBook;

namespace Vidimus.Matching.Tests;

public class ReportAssemblyTests
{
    private const string Critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"; // 9.8 by FIRST's calculator

    [Fact]
    public void OneVulnerabilityOfSeveralSourcesIsOneRowWithAllEvidence()
    {
        using var book = Of(
            ("osv", Advisory("GHSA-1", Below("npm", "pad", "1.2.0")) with { Aliases = ["CVE-2024-0001"], Title = "T", Severities = [new("ghsa", "CVSS:3.1", Critical)] }),
            ("osv", Advisory("NSWG-1", Below("npm", "pad", "1.3.0")) with { Aliases = ["GHSA-1"] }),
            ("kev", new ExploitedEntry("CVE-2024-0001", new(2024, 3, 1), null, false)));
        var report = Report(book, Inventory(Npm("pad", "1.0.0")));
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("CVE-2024-0001", "T", "CRITICAL", "ghsa", 9.8), (finding.Id, finding.Title, finding.Severity, finding.SeveritySource, finding.Score));
        Assert.Equal(["GHSA-1", "NSWG-1"], finding.Evidence.Select(e => e.Advisory));
        Assert.Equal("< 1.2.0", finding.Evidence[0].Range);
        Assert.Equal("1.3.0", finding.FixedVersion); // at 1.2.0 the other still holds
        Assert.Equal(["1.2.0", "1.3.0"], finding.FixedVersions);
        Assert.Equal("fixed", finding.Status);
        Assert.Equal("2024-03-01", finding.Kev?.Added);
        Assert.Equal((1, 1, 1), (report.Summary.Critical, report.Summary.Fixable, report.Summary.Kev));
        Assert.Equal(finding.Key, Assert.Single(Report(book, Inventory(Npm("pad", "1.0.0"))).Findings).Key);
    }

    [Fact]
    public void ANoticeOfTwoVulnerabilitiesIsTwoRows()
    {
        using var book = Of(("osv", Advisory("DSA-1-1", Below("Debian:12", "pad", "1.2-3")) with { Upstream = ["CVE-2024-0001", "CVE-2024-0002"] }));
        Assert.Equal(["CVE-2024-0001", "CVE-2024-0002"], Report(book, Inventory(Deb("libpad", "1.0-1", "pad"))).Findings.Select(f => f.Id));
    }

    [Fact]
    public void TheDistributionsOwnFeedDecidesBeforeOsv()
    {
        using var book = Of(
            ("osv", Advisory("DSA-1-1", Below("Debian:12", "pad", "9")) with { Upstream = ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"] }),
            ("debian", Advisory("CVE-2024-0001", Below("Debian:12", "pad", "1.0-1"))),
            ("debian", Advisory("CVE-2024-0002", new Affected { Ecosystem = "Debian:12", Name = "pad", Status = AffectedStatus.NotAffected })),
            ("debian", Advisory("CVE-2024-0003", Below("Debian:12", "pad", null) with { Status = AffectedStatus.WillNotFix })));
        var finding = Assert.Single(Report(book, Inventory(Deb("pad", "1.0-1"))).Findings);
        Assert.Equal(("CVE-2024-0003", "will-not-fix", "debian", null), (finding.Id, finding.Status, finding.Source, finding.FixedVersion));
        Assert.Equal(["debian", "osv"], finding.Evidence.Select(e => e.Source));
    }

    [Fact]
    public void ARecordOfTheReleaseDecidesBeforeOneOfTheFamily()
    {
        using var book = Of(
            ("osv", Advisory("CVE-2024-0001", Below("Debian", "pad", null), Below("Debian:12", "pad", "1.0"))),
            ("osv", Advisory("CVE-2024-0002", Below("Debian", "pad", null))));
        Assert.Equal(["CVE-2024-0002"], Report(book, Inventory(Deb("pad", "1.0"))).Findings.Select(f => f.Id));
    }

    [Fact]
    public void WhatNobodyRatesIsUntriagedAndDebiansUrgencyIsNoRating()
    {
        using var book = Of(
            ("debian", Advisory("CVE-2024-0001", Below("Debian:12", "pad", null) with { Severities = [new("debian", "word", "low")] })),
            ("debian", Advisory("CVE-2024-0002", Below("Debian:12", "pad", null))),
            ("cve5", new CveRecord("CVE-2024-0002") { Severities = [new("cna", "CVSS:4.0", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"), new("cna", "CVSS:3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N")] }));
        var report = Report(book, Inventory(Deb("pad", "1.0")));
        Assert.Equal([("CVE-2024-0001", "UNTRIAGED", (double?)null), ("CVE-2024-0002", "INFORMATIONAL", 0)], report.Findings.Select(f => (f.Id, f.Severity, f.Score)));
    }

    [Theory]
    [InlineData("ubuntu", "negligible", "INFORMATIONAL")]
    [InlineData("redhat", "Important", "HIGH")]
    [InlineData("suse", "moderate", "MEDIUM")]
    [InlineData("almalinux", "Low", "LOW")]
    [InlineData("ghsa", "CRITICAL", "CRITICAL")]
    public void AVendorsWordGoesBeforeCvss(string source, string word, string severity)
    {
        using var book = Of(("osv", Advisory("X-1", Below("npm", "pad", null) with { Severities = [new(source, "word", word)] }) with { Severities = [new("nvd", "CVSS:3.1", Critical)] }));
        var finding = Assert.Single(Report(book, Inventory(Npm("pad", "1.0.0"))).Findings);
        Assert.Equal((severity, source, 9.8), (finding.Severity, finding.SeveritySource, finding.Score));
    }

    [Fact]
    public void HidesWhatDoesNotConcernTheSystemUntilAllIsAskedFor()
    {
        using var book = Of(
            ("debian", Advisory("CVE-2024-0001", Below("Debian:12", "linux", null))),
            ("debian", Advisory("CVE-2024-0002", Below("Debian:12", "pad", null) with { Severities = [new("debian", "word", "unimportant")] })),
            ("osv", Advisory("GHSA-3", Below("npm", "owned", null))));
        var inventory = Inventory(Debian12, (Deb("linux-libc-dev", "6.1.1-1", "linux"), null), (Deb("pad", "1"), null), (Npm("owned", "1.0.0"), "pkg:deb/debian/node-owned@1"));
        var shown = Report(book, inventory);
        Assert.Empty(shown.Findings);
        Assert.Equal(3, shown.Summary.Hidden);
        Assert.Equal(["kernel-headers", "owner", "vendor-unimportant"], Report(book, inventory, all: true).Findings.Select(f => f.Hidden!.By).Order());
    }

    [Fact]
    public void AReleaseWithoutSupportIsItselfAFinding()
    {
        using var book = Of(("eol", new EndOfLife("debian", "12", new(2026, 11, 23))), ("debian", Advisory("CVE-1", Below("Debian:12", "x", null))));
        var report = Report(book, Inventory());
        var finding = Assert.Single(report.Findings);
        Assert.Equal(("end-of-life", "UNTRIAGED", "EOL-debian-12", null), (finding.Kind, finding.Severity, finding.Id, finding.PackageId));
        Assert.Equal("2026-11-23", report.Target.Os?.Eol);

        using var last = Of(("eol", new EndOfLife("debian", "12", new(2026, 11, 24))));
        Assert.Empty(Report(last, Inventory()).Findings);
    }

    [Fact]
    public void SaysWhatItCouldNotJudge()
    {
        using var book = Of(("osv", Advisory("GHSA-3", Below("npm", "pad", null))));
        var report = Report(book, Inventory(Npm("pad", ""), Deb("bash", "5.2")));
        Assert.Contains(report.Notes, n => n is { Kind: "information" } && n.Message.Contains("1 package without a version to judge (npm): pad", StringComparison.Ordinal));
        Assert.Contains(report.Notes, n => n is { Kind: "unsupported" } && n.Message.Contains("no advisories for Debian:12: bash", StringComparison.Ordinal));
        Assert.False(report.Complete);
    }

    [Fact]
    public void ANoteTellsOfAMaliciousPackage()
    {
        using var book = Of(("osv", Advisory("MAL-2024-1", new Affected { Ecosystem = "npm", Name = "bad", Versions = ["1.0.0"] }) with { Kind = AdvisoryKind.Malicious }));
        var finding = Assert.Single(Report(book, Inventory(Npm("bad", "1.0.0"))).Findings);
        Assert.Equal(("malicious", "= 1.0.0"), (finding.Kind, finding.Evidence[0].Range));
        Assert.Empty(Report(book, Inventory(Npm("bad", "1.0.1"))).Findings);
    }

    [Fact]
    public void AModulesRecordHoldsForItsStreamOnly()
    {
        using var book = Of(("osv", Advisory("ALSA-1", Below("AlmaLinux:9", "nodejs", "1:18.20-1") with { Module = "nodejs:18", Architectures = ["x86_64"] }) with { Upstream = ["CVE-2024-0001"] }));
        Vidimus.Model.Inventory.Package Rpm(string? module, string architecture) => new() { Type = "rpm", Name = "nodejs", Version = "1:16.1-1", Architecture = architecture, Module = module };
        int Count(Vidimus.Model.Inventory.Package package) => Report(book, Inventory(new("almalinux", "9.4", null), (package, null))).Findings.Count;
        Assert.Equal(1, Count(Rpm("nodejs:18:9040020240101:rhel9", "x86_64")));
        Assert.Equal(0, Count(Rpm("nodejs:180:9040020240101:rhel9", "x86_64")));
        Assert.Equal(0, Count(Rpm("nodejs:16:9040020240101:rhel9", "x86_64")));
        Assert.Equal(0, Count(Rpm(null, "x86_64")));
        Assert.Equal(0, Count(Rpm("nodejs:18:9040020240101:rhel9", "aarch64")));
    }

    [Fact]
    public void ExplainsWhyAndWhyNot()
    {
        using var book = Of(
            ("debian", Advisory("CVE-2024-0001", Below("Debian:12", "pad", "1.2"), Below("Debian:11", "old", null))),
            ("osv", Advisory("GHSA-2", Below("npm", "x", null)) with { Withdrawn = DateTimeOffset.UnixEpoch }));
        var inventory = Inventory(Deb("pad", "1.0"), Deb("pad-fixed", "1.2", "pad"), Deb("old", "1"));
        var explainer = new Explainer(inventory, book, EcosystemList.Keys);

        var told = explainer.Explain("cve-2024-0001");
        Assert.Equal([("pad", true, "1.2"), ("pad-fixed", false, null), ("old", false, null)], told.Packages.Select(p => (p.Package.Package.Name, p.Affected, p.FixedVersion)));
        Assert.Equal("CVE-2024-0001 (debian) names < 1.2, which holds 1.0 in the order of deb.", told.Packages[0].Sentences[0]);
        Assert.Equal("CVE-2024-0001 (debian) names < 1.2: 1.2 is not in it in the order of deb, being 1.2 or newer, where it is fixed.", Assert.Single(told.Packages[1].Sentences));
        Assert.Equal("Sources speak of old in Debian:11, but not in Debian:12.", Assert.Single(told.Packages[2].Sentences));

        Assert.False(explainer.Explain("CVE-1999-9999").Known);
        Assert.Contains("GHSA-2 (osv) was withdrawn on 1970-01-01: it matches nothing.", explainer.Explain("GHSA-2").Sentences);
        Assert.Equal(["curl is not installed."], explainer.Explain("CVE-2024-0001", "curl").Sentences);
    }
}
