using System.Globalization;
using System.Text.Json;
using Vidimus.Api.Inspector2.Reports;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Fleet.Work;
using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Storage;
using Vidimus.Testing;
using Digest = Vidimus.Findings.Digest;
using StoredDocument = Vidimus.Storage.Document;

namespace Vidimus.Api.Tests;

/// <summary>Findings reports and SBOM exports: asked for by the aws CLI, done as units of the queue, read from the operator's folder.</summary>
public class ReportTests
{
    private const string Foreign = "555566667777";
    private const string Key = "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AFindingsReportIsWrittenOnceAndWhole()
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        await SeedAsync(server, folder.Path);

        var id = Create(server, "JSON", "reports/2026");
        Assert.Contains("Cannot have multiple reports in-progress", Refused(server, "create-findings-report", "--report-format", "CSV", "--s3-destination", $"bucketName=bucket,kmsKeyArn={Key}"));
        await RunAsync(server);
        Assert.Equal("SUCCEEDED", Status(server, id).GetProperty("status").GetString());
        var file = folder[$"reports/2026/{id}.json"];
        Assert.Equal([file], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        var finding = Assert.Single(JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(("ACTIVE", "CVE-2024-1 - =openssl"), (finding.GetProperty("status").GetString(), finding.GetProperty("title").GetString()));
        if (OperatingSystem.IsLinux()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(file));

        var csv = Create(server, "CSV", null);
        await RunAsync(server);
        var lines = File.ReadAllLines(folder[$"{csv}.csv"]);
        Assert.Equal(2, lines.Length);

        // As users of Amazon's reports quote the first line of theirs.
        Assert.Equal("AWS Account Id,Severity,Fix Available,Finding Type,Title,Description,Finding ARN,First Seen,Last Seen,Last Updated,Resource ID,Container Image Tags,Region,Platform,Resource Tags,Affected Packages,"
            + "Package Installed Version,Fixed in Version,Package Remediation,File Path,Network Paths,Age (Days),Remediation,Inspector Score,Inspector Score Vector,Status,Vulnerability Id,Vendor,Vendor Severity,Vendor Advisory,"
            + "Vendor Advisory Published,NVD CVSS3 Score,NVD CVSS3 Vector,NVD CVSS2 Score,NVD CVSS2 Vector,Vendor CVSS3 Score,Vendor CVSS3 Vector,Vendor CVSS2 Score,Vendor CVSS2 Vector,Resource Type,Ami,Resource Public Ipv4,"
            + "Resource Private Ipv4,Resource Ipv6,Resource Vpc,Port Range,Epss Score,Exploit Available,Last Exploited At,Lambda Layers,Lambda Package Type,Lambda Last Updated At,Reference Urls,Detector Name,Package Manager", lines[0]);
        Assert.Contains(",\"'=openssl\",", lines[1]); // a name that a spreadsheet would take for a formula
    }

    [Fact]
    public async Task WhatWasCancelledIsNotWritten()
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        await SeedAsync(server, folder.Path);
        var id = Create(server, "JSON", null);
        Done(server, "cancel-findings-report", "--report-id", id);
        Assert.Contains("not in progress", Refused(server, "cancel-findings-report", "--report-id", id));
        await RunAsync(server);
        Assert.Equal("CANCELLED", Status(server, null).GetProperty("status").GetString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>A closed finding alone, a bucket of nobody, one of another tenant, a folder that is gone.</summary>
    [Fact]
    public async Task AFailedReportSaysWhy()
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        using var foreign = Places.Temporary();
        await SeedAsync(server, folder.Path);
        await server.AddTenantAsync(null, Foreign);
        await WriteAsync(server, Foreign, (s, scope) => new DestinationStore(s).PutAsync(scope, "theirs", foreign.Path, DateTimeOffset.UnixEpoch, Cancel));
        await WriteAsync(server, ApiServer.Account, (s, scope) => new DestinationStore(s).PutAsync(scope, "gone", Path.Combine(folder.Path, "gone"), DateTimeOffset.UnixEpoch, Cancel));

        foreach (var (bucket, code) in new[] { ("nobodys", "BUCKET_NOT_FOUND"), ("theirs", "BUCKET_NOT_FOUND"), ("gone", "BUCKET_NOT_FOUND") })
        {
            var id = Create(server, "JSON", null, bucket);
            await RunAsync(server);
            Assert.Equal(("FAILED", code), (Status(server, id).GetProperty("status").GetString(), Status(server, id).GetProperty("errorCode").GetString()));
        }

        var none = Done(server, "create-findings-report", "--report-format", "CSV", "--s3-destination", $"bucketName=bucket,kmsKeyArn={Key}", "--filter-criteria", """{"findingStatus":[{"comparison":"EQUALS","value":"CLOSED"}]}""").GetProperty("reportId").GetString()!;
        await RunAsync(server);
        Assert.Equal("NO_FINDINGS_FOUND", Status(server, none).GetProperty("errorCode").GetString());
        Assert.Empty(Directory.GetFileSystemEntries(foreign.Path));
    }

    /// <summary>A tenant that can write into its own folder puts links there; none is followed, no file is written over.</summary>
    [Fact]
    public async Task NoLinkLeadsOutOfTheFolder()
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        using var outside = Places.Temporary();
        await SeedAsync(server, folder.Path);
        File.CreateSymbolicLink(folder["linked"], outside.Path);
        var id = Create(server, "JSON", "linked/deep");
        await RunAsync(server);
        Assert.Equal("INVALID_PERMISSIONS", Status(server, id).GetProperty("errorCode").GetString());

        var second = Create(server, "JSON", null);
        File.CreateSymbolicLink(folder[$".vidimus-{second}.json.part"], outside["target"]); // the name it is written under first
        File.WriteAllText(folder[$"{second}.json"], "mine"); // and the one it ends under
        await RunAsync(server);
        Assert.Equal("mine", File.ReadAllText(folder[$"{second}.json"]));
        Assert.Empty(Directory.GetFileSystemEntries(outside.Path));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/../b")]
    [InlineData("/etc")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/.hidden")]
    [InlineData("a\nb")]
    [InlineData("a\\b")]
    [InlineData("a\u0085b")]
    public void RefusesKeysThatLeadElsewhere(string prefix) => Assert.Throws<ApiException>(() => ObjectKey.Segments(prefix));

    [Fact]
    public void TakesKeysThatPeopleUse()
    {
        Assert.Equal(["inspector", "2026-11 daily"], ObjectKey.Segments("inspector/2026-11 daily/"));
        Assert.Empty(ObjectKey.Segments(""));
        Assert.NotEqual(ObjectKey.NameOf("a/b"), ObjectKey.NameOf("a:b"));
        Assert.Equal("i-0123456789abcdef0", ObjectKey.NameOf("i-0123456789abcdef0"));
    }

    /// <summary>RFC 4180, and OWASP's advice on formulas.</summary>
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("@sum", "\"'@sum\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData(null, "")]
    public void CellsAreNoFormulas(string? value, string cell) => Assert.Equal(cell, CsvCell.Of(value));

    /// <summary>Judged by the formats' own schemas.</summary>
    [Theory]
    [InlineData("CYCLONEDX_1_4")]
    [InlineData("SPDX_2_3")]
    public async Task AnExportHasAFileForEachResource(string format)
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        await SeedAsync(server, folder.Path);
        var id = Done(server, "create-sbom-export", "--report-format", format, "--s3-destination", $"bucketName=bucket,keyPrefix=sboms,kmsKeyArn={Key}").GetProperty("reportId").GetString()!;
        await RunAsync(server);
        Assert.Equal("SUCCEEDED", Done(server, "get-sbom-export", "--report-id", id).GetProperty("status").GetString());
        var file = Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.StartsWith(folder[$"sboms/{format}_outputs_{id}/account={ApiServer.Account}/resource=AWS_EC2_INSTANCE/mi-"], file);
        var root = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        if (format is "SPDX_2_3")
        {
            JsonJudges.Spdx(File.ReadAllText(file));
            Assert.Equal("SPDX-2.3", root.GetProperty("spdxVersion").GetString());
            Assert.Contains("CVE-2024-1", root.ToString());
        }
        else
        {
            JsonJudges.CycloneDx("1.4", File.ReadAllText(file));
            Assert.Equal("1.4", root.GetProperty("specVersion").GetString());
            Assert.Contains(root.GetProperty("components").EnumerateArray(), c => c.TryGetProperty("purl", out var purl) && purl.GetString()!.StartsWith("pkg:deb/debian/openssl@3.0.1", StringComparison.Ordinal));
            Assert.Equal("CVE-2024-1", Assert.Single(root.GetProperty("vulnerabilities").EnumerateArray()).GetProperty("id").GetString());
        }

        var none = Done(server, "create-sbom-export", "--report-format", format, "--s3-destination", $"bucketName=bucket,kmsKeyArn={Key}", "--resource-filter-criteria", """{"resourceType":[{"comparison":"EQUALS","value":"AWS_LAMBDA_FUNCTION"}]}""").GetProperty("reportId").GetString()!;
        await RunAsync(server);
        Assert.Equal("FAILED", Done(server, "get-sbom-export", "--report-id", none).GetProperty("status").GetString());
    }

    /// <summary>botocore refuses members that its model has not, so it signs what it did not make.</summary>
    [Fact]
    public async Task AReportRecursByCronAndByEventUntilItIsCancelled()
    {
        var clock = new SetTime(DateTimeOffset.UtcNow);
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        await SeedAsync(server, folder.Path);
        var recurring = new RecurringReports(server.Database, clock);
        var daily = Raw(server, "/reporting/create", $$"""{"reportFormat":"CSV","s3Destination":{"bucketName":"bucket","keyPrefix":"daily","kmsKeyArn":"{{Key}}"},"recurrence":{"cron":"0 6 * * *"} }""").GetProperty("reportId").GetString()!;
        Assert.Equal(0, await recurring.TickAsync(Cancel));
        var times = Enumerable.Range(0, 3).Select(d => new DateTimeOffset(clock.Now.AddHours(-6).UtcDateTime.Date.AddDays(d + 1), TimeSpan.Zero) + new TimeSpan(6, 0, 5)).ToList();
        foreach (var day in times)
        {
            clock.Now = day;
            Assert.Equal(1, await recurring.TickAsync(Cancel));
            Assert.Equal(0, await recurring.TickAsync(Cancel));
            await RunAsync(server, clock);
        }

        Assert.Equal(times.Select(t => t.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)), Directory.GetFiles(folder["daily"]).Select(f => Path.GetFileName(f)[..16]).Order());
        Assert.Equal("SUCCEEDED", Status(server, daily).GetProperty("status").GetString());

        var following = Raw(server, "/sbomexport/create", $$"""{"reportFormat":"SPDX_2_3","s3Destination":{"bucketName":"bucket","keyPrefix":"sboms","kmsKeyArn":"{{Key}}"},"recurrence":{"event":"INVENTORY","pauseMinutes":30} }""").GetProperty("reportId").GetString()!;
        Assert.Equal(1, await recurring.TickAsync(Cancel));
        await RunAsync(server, clock);
        clock.Now = clock.Now.AddMinutes(40);
        Assert.Equal(0, await recurring.TickAsync(Cancel)); // nothing has changed
        await WriteAsync(server, ApiServer.Account, async (s, scope) => await new DocumentStore(s).ReleaseAsync(scope, [(await new ResourceStore(s).FindAsync(scope, new("host", "machine-1"), Cancel))!.Id], Cancel));
        Assert.Equal(1, await recurring.TickAsync(Cancel));
        await RunAsync(server, clock);

        var listed = Raw(server, "/vidimus/reports/recurring", null, "vidimus").GetProperty("reports");
        Assert.Equal([(daily, "0 6 * * *"), (following, null)], listed.EnumerateArray().Select(r => (r.GetProperty("reportId").GetString()!, r.GetProperty("recurrence").TryGetProperty("cron", out var cron) ? cron.GetString() : null)));
        Done(server, "cancel-findings-report", "--report-id", daily);
        Done(server, "cancel-sbom-export", "--report-id", following);
        clock.Now = clock.Now.AddDays(2);
        Assert.Equal(0, await recurring.TickAsync(Cancel));
        Assert.Contains("ResourceNotFoundException", Refused(server, "get-findings-report-status", "--report-id", daily));
    }

    [Theory]
    [InlineData("""{"cron":"0 25 * * *"}""")]
    [InlineData("""{"cron":"0 6 30 2 *"}""")]
    [InlineData("""{"cron":"0 6 * * *","timezone":"Mars/Olympus"}""")]
    [InlineData("""{"cron":"0 6 * * *","event":"FINDING"}""")]
    [InlineData("""{"event":"INVENTORY"}""")]
    [InlineData("{}")]
    public async Task ARecurrenceThatMakesNoSenseIsRefused(string recurrence)
    {
        await using var server = await ApiServer.StartAsync();
        var answer = Raw(server, "/reporting/create", $$"""{"reportFormat":"CSV","s3Destination":{"bucketName":"b","kmsKeyArn":"{{Key}}"},"recurrence":{{recurrence}} }""");
        Assert.Equal("FIELD_VALIDATION_FAILED", answer.GetProperty("reason").GetString());
    }

    /// <summary>User guide, findings reports: a report times out after twelve hours. One whose work was given up ends so, and others may be asked for.</summary>
    [Fact]
    public async Task AReportThatNobodyFinishesEndsAfterTwelveHours()
    {
        await using var server = await ApiServer.StartAsync();
        using var folder = Places.Temporary();
        await SeedAsync(server, folder.Path);
        var id = Create(server, "JSON", null);
        using var identity = await IdentityAsync(server);
        await new ReportWork(server.Database, identity, new SetTime(DateTimeOffset.UtcNow.AddHours(11))).GiveUpAsync(Cancel);
        Assert.Equal("IN_PROGRESS", Status(server, id).GetProperty("status").GetString());
        await new ReportWork(server.Database, identity, new SetTime(DateTimeOffset.UtcNow.AddHours(13))).GiveUpAsync(Cancel);
        Assert.Equal(("FAILED", "INTERNAL_ERROR"), (Status(server, id).GetProperty("status").GetString(), Status(server, id).GetProperty("errorCode").GetString()));
    }

    private static JsonElement Raw(ApiServer server, string path, string? body, string service = "inspector2") =>
        JsonDocument.Parse(server.Judge("raw.py", path, service, body ?? "")).RootElement;


    /// <summary>A host with a package and a finding, one that is active.</summary>
    private static Task SeedAsync(ApiServer server, string folder) => WriteAsync(server, ApiServer.Account, async (s, scope) =>
    {
        var now = DateTimeOffset.UnixEpoch;
        Package package = new() { Type = "deb", Name = "openssl", Version = "3.0.1" };
        OsRelease os = new("debian", "12", "Debian GNU/Linux 12");
        var purl = Purls.Of(package, os).ToString();
        var inventory = new Inventory { Target = new("host", "h", null, "amd64", []), Os = os, Packages = [new("id", purl, package, [new("var/lib/dpkg/status", null, null)], null)], Notes = [] };
        var resource = (await new ResourceStore(s).PutAsync(scope, [(new("host", "machine-1"), ContentsText.Write(new ResourceFacts()))], now, Cancel)).Values.Single();
        var documents = InventoryDocuments.Of(inventory).Select(d => new StoredDocument(Digest.Of(d.Body.Span), d.Kind, [], d.Body)).ToArray();
        var held = await new DocumentStore(s).PutAsync(scope, documents, Cancel);
        await new DocumentStore(s).HoldAsync(scope, [.. documents.Select(d => (resource, d.Kind, held[d.Digest]))], Cancel);
        await new ResourceStore(s).ScannedAsync(scope, [resource], now, Cancel);

        var vulnerability = (await new VulnerabilityStore(s).NumberAsync([["CVE-2024-1"]], Cancel))[0].Number;
        await new VulnerabilityStore(s).PutAsync([(vulnerability, new VulnerabilityFacts { DisplayId = "CVE-2024-1", Severity = FindingSeverity.High })], Cancel);
        Vidimus.Findings.Contents.PackageEvidence evidence = new("debian", "CVE-2024-1", [new("=openssl", "3.0.1", null, null, "amd64", "OS", purl, "3.0.2", null, "fixed", null, null, null)]);
        var text = ContentsText.Write(evidence);
        var row = (await new FindingStore(s).PutEvidenceAsync(scope, [("CVE-2024-1 - =openssl", text)], Cancel)).Values.Single();
        var findings = new FindingStore(s);
        await findings.WriteAsync(FindingState.Observe([], [new Observation(new(resource, FindingKind.Package, vulnerability), new(FindingSeverity.High, 7.5, FixAvailable.Yes, row))], now), Cancel);
        await new DestinationStore(s).PutAsync(scope, "bucket", folder, now, Cancel);
    });

    private static async Task WriteAsync(ApiServer server, string account, Func<Session, Scope, Task> work)
    {
        await using var session = await server.Database.WriteAsync(Cancel);
        await new TenantStore(session).RegionAsync("eu-west-1", Cancel);
        await work(session, (await new TenantStore(session).FindAsync(account, "eu-west-1", Cancel))!.Value);
        await session.CommitAsync(Cancel);
    }

    /// <summary>As a node does: the common worker, until nothing is due.</summary>
    private static async Task RunAsync(ApiServer server, TimeProvider? time = null)
    {
        using var identity = await IdentityAsync(server);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var failures = new List<WorkFailure>();
        var worker = new Worker(server.Database, [new ReportHandler(server.Database, identity, time ?? TimeProvider.System)], new() { Poll = TimeSpan.FromMilliseconds(50) }, TimeProvider.System, failures.Add).RunAsync(stop.Token);
        while (await CountAsync(server, "select count(*) from work where dead = 0") > 0) await Task.Delay(20, Cancel);
        await stop.CancelAsync();
        await worker;
        Assert.Empty(failures);
    }

    private static async Task<IdentityKey> IdentityAsync(ApiServer server)
    {
        await using var session = await server.Database.WriteAsync(Cancel);
        var identity = await new TenantStore(session).IdentityAsync(Cancel);
        await session.CommitAsync(Cancel);
        return identity;
    }

    private static async Task<long> CountAsync(ApiServer server, string sql)
    {
        await using var session = await server.Database.ReadAsync(Cancel);
        return (await session.QueryAsync(sql, r => r.GetInt64(0), Cancel))[0];
    }

    private static string Create(ApiServer server, string format, string? prefix, string bucket = "bucket") =>
        Done(server, "create-findings-report", "--report-format", format, "--s3-destination", $"bucketName={bucket}{(prefix is null ? "" : $",keyPrefix={prefix}")},kmsKeyArn={Key}").GetProperty("reportId").GetString()!;

    private static JsonElement Status(ApiServer server, string? id) => Done(server, ["get-findings-report-status", .. id is null ? (string[])[] : ["--report-id", id]]);

    private static JsonElement Done(ApiServer server, params string[] arguments)
    {
        var (exit, output, error) = RefusalTests.Aws(server, ["inspector2", .. arguments]);
        Assert.True(exit == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Refused(ApiServer server, params string[] arguments)
    {
        var (exit, _, error) = RefusalTests.Aws(server, ["inspector2", .. arguments]);
        Assert.NotEqual(0, exit);
        return error;
    }
}
