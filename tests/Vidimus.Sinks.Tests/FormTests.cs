using System.Text.Json;
using Vidimus.Api.Events;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Storage;
using Vidimus.Storage.Tests;
using Vidimus.Testing;

namespace Vidimus.Sinks.Tests;

/// <summary>The forms that receivers know, over findings as a store has them.</summary>
public sealed class FormTests() : StoreContract(new SqliteFile())
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly IdentityKey identity = new(new byte[IdentityKey.Length]);

    private EventForms Forms => new(identity);

    /// <summary>A host and an image with a finding each; the host's is closed an hour later.</summary>
    private async Task<IReadOnlyList<StoredEvent>> EventsAsync()
    {
        await WriteAsync(s => new SinkStore(s).RegisterAsync(Mine, new("x", "file", "eventbridge", [EventKind.Finding], true, "/", null), Now, Cancel));
        var (host, image, number, evidence) = await WriteAsync(async s =>
        {
            var resources = await new ResourceStore(s).PutAsync(Mine,
            [
                (new("host", "i-0123456789abcdef0"), ContentsText.Write(new ResourceFacts { Platform = "DEBIAN_12", Machine = new() { Ipv4 = ["10.1.1.1"], LaunchedAt = Now.AddDays(-3) }, Tags = new Dictionary<string, string> { ["env"] = "prod", ["empty"] = "" } })),
                (new("image", $"registry.example/app@{Digest}"), ContentsText.Write(new ResourceFacts { Image = new() { Registry = "registry.example", Repository = "app", Digest = Digest, Tags = ["1.2"], PushedAt = Now.AddDays(-1) } })),
            ], Now, Cancel);
            var numbers = await new VulnerabilityStore(s).NumberAsync([["CVE-2024-6387"]], Cancel);
            await new VulnerabilityStore(s).PutAsync([(numbers[0].Number, new()
            {
                DisplayId = "CVE-2024-6387", Title = "regreSSHion", Severity = FindingSeverity.High, Epss = 0.5, Exploited = true,
                Details = ContentsText.Write(new VulnerabilityDetails
                {
                    Description = "A race in a signal handler.", References = ["https://example.org/1", ""], Cwes = ["CWE-364"], Cvss = [new("NVD", "3.1", 8.1, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H")],
                    Sources = [new("debian", "DEBIAN_CVE", "https://example.org/debian", "high", Now.AddYears(-2), null)],
                }),
            })], Cancel);
            var body = ContentsText.Write(new PackageEvidence("debian", "DSA-5724-1", [new("openssh-server", "9.2p1", "2+deb12u2", 1, "amd64", "OS", "pkg:deb/debian/openssh-server@9.2p1", "1:9.2p1-2+deb12u3", null, "affected", null, null, null)]));
            var put = await new FindingStore(s).PutEvidenceAsync(Mine, [("CVE-2024-6387 - openssh-server", body)], Cancel);
            return (resources[new("host", "i-0123456789abcdef0")], resources[new("image", $"registry.example/app@{Digest}")], numbers[0].Number, put.Values.Single());
        });
        await ObserveAsync(Mine, host, Now, (number, new(FindingSeverity.High, 8.1, FixAvailable.Yes, evidence)));
        await ObserveAsync(Mine, image, Now.AddMinutes(1), (number, new(FindingSeverity.Critical, 8.1, FixAvailable.No, evidence)));
        await WriteAsync(s => new ResourceStore(s).ScannedAsync(Mine, [host, image], Now.AddMinutes(2), Cancel));
        await ObserveAsync(Mine, host, Now.AddHours(1));
        await WriteAsync(s => new Outbox(s).AddAsync(Mine, EventKind.AutoEnable, ["""{"AutoEnableStatus":"Succeeded","Reason":"new member"}"""], Now, Cancel));
        await WriteAsync(s => new Outbox(s).PublishAsync(100, Cancel));
        return (await ReadAsync(s => new EventLog(s).AfterAsync(Mine, true, 0, 100, Cancel))).Events;
    }

    private async Task<IReadOnlyList<JsonElement>> WriteFormAsync(string form, IReadOnlyList<StoredEvent> events) =>
        [.. (await ReadAsync(s => Forms.WriteAsync(s, form, events, Cancel))).OfType<EventText>().Select(t => JsonDocument.Parse(t.Body).RootElement)];

    /// <summary>Members and values: reference inspector2, e.15.</summary>
    [Fact]
    public async Task EventBridgeEventsAreInspectors()
    {
        var events = await WriteFormAsync("eventbridge", await EventsAsync());
        Assert.Equal(["Inspector2 Finding", "Inspector2 Finding", "Inspector2 Coverage", "Inspector2 Coverage", "Inspector2 Scan", "Inspector2 Scan", "Inspector2 Finding", "Inspector2 AutoEnable"],
            events.Select(e => e.GetProperty("detail-type").GetString()));
        Assert.Equal(8, events.Select(e => Guid.Parse(e.GetProperty("id").GetString()!)).Distinct().Count());
        Assert.All(events, e => Assert.Equal(("0", "aws.inspector2", "111111111111", "eu-central-1"),
            (e.GetProperty("version").GetString(), e.GetProperty("source").GetString(), e.GetProperty("account").GetString(), e.GetProperty("region").GetString())));

        var opened = events[0].GetProperty("detail");
        Assert.Equal("i-0123456789abcdef0", events[0].GetProperty("resources")[0].GetString());
        Assert.Equal("2026-11-24T12:00:00Z", events[0].GetProperty("time").GetString());
        Assert.Equal("Tue Nov 24 12:00:00.000 UTC 2026", opened.GetProperty("firstObservedAt").GetString());
        Assert.Equal("Sun Nov 24 12:00:00.000 UTC 2024", opened.GetProperty("packageVulnerabilityDetails").GetProperty("vendorCreatedAt").GetString());
        Assert.Equal("Sat Nov 21 12:00:00.000 UTC 2026", opened.GetProperty("resources")[0].GetProperty("details").GetProperty("awsEc2Instance").GetProperty("launchedAt").GetString());
        Assert.Matches("^arn:aws:inspector2:eu-central-1:111111111111:finding/[0-9a-f]{32}$", opened.GetProperty("findingArn").GetString());

        // The state is the one from then on, not that of today.
        Assert.Equal(["ACTIVE", "ACTIVE", "CLOSED"], new[] { 0, 1, 6 }.Select(i => events[i].GetProperty("detail").GetProperty("status").GetString()));
        Assert.Equal("Tue Nov 24 13:00:00.000 UTC 2026", events[6].GetProperty("detail").GetProperty("updatedAt").GetString());

        Assert.Equal("""{"scanStatus":{"reason":"SUCCESSFUL","statusCodeValue":"ACTIVE"},"scanType":"PACKAGE","eventTimestamp":"2026-11-24T12:02:00.000Z","version":"1.0"}""", events[2].GetProperty("detail").GetRawText());
        Assert.Equal("i-0123456789abcdef0", events[4].GetProperty("detail").GetProperty("instance-id").GetString());
        Assert.Equal($$"""{"scan-status":"INITIAL_SCAN_COMPLETE","finding-severity-counts":{"CRITICAL":1,"HIGH":0,"MEDIUM":0,"TOTAL":1},"version":"1.0","repository-name":"arn:aws:ecr:eu-central-1:111111111111:repository/registry.example/app","image-digest":"{{Digest}}","image-tags":["1.2"]}""",
            events[5].GetProperty("detail").GetRawText());
        Assert.Equal("""{"AutoEnableStatus":"Succeeded","Reason":"new member","version":"1.0.0"}""", events[7].GetProperty("detail").GetRawText());
    }

    /// <summary>Judged by botocore's own model of Security Hub; the values: reference inspector2, e.16.</summary>
    [Fact]
    public async Task AsffIsWhatSecurityHubTakes()
    {
        RealTool.Require("python3");
        if (RealTool.Try("python3", ["-c", "import botocore.session"]).Exit != 0) RealTool.Missing("botocore is not installed for python3");
        var events = await WriteFormAsync("asff", await EventsAsync());
        Assert.Equal("3 valid\n", RealTool.Run("python3", [Path.Combine(Places.Repository, "tests", "Vidimus.Sinks.Tests", "asff.py")], string.Join('\n', events.Select(e => e.GetRawText()))));
        Assert.Equal(["ACTIVE", "ACTIVE", "ARCHIVED"], events.Select(e => e.GetProperty("RecordState").GetString()));
        Assert.Equal("arn:aws:securityhub:eu-central-1::product/aws/inspector", events[0].GetProperty("ProductArn").GetString());
        Assert.Equal(("HIGH", 70), (events[0].GetProperty("Severity").GetProperty("Label").GetString(), events[0].GetProperty("Severity").GetProperty("Normalized").GetInt32()));
        Assert.Equal("8.1", events[0].GetProperty("ProductFields").GetProperty("aws/inspector/inspectorScore").GetString());
        Assert.DoesNotContain("\"\"", string.Concat(events.Select(e => e.GetRawText())));
    }

    /// <summary>Members that OCSF 1.3 requires of a Vulnerability Finding and of the objects in it.</summary>
    [Fact]
    public async Task OcsfHasWhatTheClassRequires()
    {
        var events = await WriteFormAsync("ocsf", await EventsAsync());
        Assert.Equal([(1, 200201), (1, 200201), (3, 200203)], events.Select(e => (e.GetProperty("activity_id").GetInt32(), e.GetProperty("type_uid").GetInt32())));
        foreach (var e in events)
        {
            foreach (var name in new[] { "activity_id", "category_uid", "class_uid", "cloud", "finding_info", "metadata", "severity_id", "time", "type_uid", "vulnerabilities" }) Assert.True(e.TryGetProperty(name, out _), name);
            Assert.Equal(JsonValueKind.String, e.GetProperty("metadata").GetProperty("version").ValueKind);
            Assert.NotEmpty(e.GetProperty("metadata").GetProperty("product").GetProperty("vendor_name").GetString()!);
            Assert.NotEmpty(e.GetProperty("finding_info").GetProperty("uid").GetString()!);
            Assert.NotEmpty(e.GetProperty("cloud").GetProperty("provider").GetString()!);
            var vulnerability = e.GetProperty("vulnerabilities")[0];
            Assert.Equal("CVE-2024-6387", vulnerability.GetProperty("cve").GetProperty("uid").GetString());
            Assert.Equal(("3.1", 8.1), (vulnerability.GetProperty("cve").GetProperty("cvss")[0].GetProperty("version").GetString(), vulnerability.GetProperty("cve").GetProperty("cvss")[0].GetProperty("base_score").GetDouble()));
            Assert.Equal("pkg:deb/debian/openssh-server@9.2p1", vulnerability.GetProperty("affected_packages")[0].GetProperty("purl").GetString());
        }

        Assert.Equal([4, 5, 4], events.Select(e => e.GetProperty("severity_id").GetInt32()));
        Assert.Equal([1, 1, 4], events.Select(e => e.GetProperty("status_id").GetInt32()));
    }

    /// <summary>An aiosmtpd that takes what comes and prints it: headers and text as Python's own mail parser reads them.</summary>
    [Fact]
    public async Task ADigestArrivesAtARealMailServer()
    {
        RealTool.Require("/usr/bin/python3");
        if (RealTool.Try("/usr/bin/python3", ["-c", "import aiosmtpd"]).Exit != 0) RealTool.Missing("python3-aiosmtpd is not installed; ./test installs it when run as root");
        var events = await EventsAsync();
        var texts = (await ReadAsync(s => Forms.WriteAsync(s, "eventbridge", events, Cancel))).OfType<EventText>().ToList();
        var clock = new SetTime { Now = Now.AddHours(3).AddMinutes(10) };
        var mail = new MailDigest(new AddressRule([System.Net.IPNetwork.Parse("127.0.0.0/8")]), clock, TimeSpan.FromSeconds(20));
        await using var server = new MailServer();
        var target = new MailTarget($"smtp+plain://127.0.0.1:{server.Port}", "vidimus@example.org", ["security@example.org"], null, 24).ToText();
        Sink At(DateTimeOffset ready) => new(Mine, 7, new("mail", "mail", "eventbridge", [EventKind.Finding], true, target, null), 0, 0, 0, null, ready, 1);

        var early = await mail.SendAsync(At(DateTimeOffset.UnixEpoch), null, texts, Cancel);
        Assert.Equal((0, null, new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero)), (early.Outcomes.Count, early.Failure, early.Next!.Value));
        var sent = await mail.SendAsync(At(new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero)), null, texts, Cancel);
        Assert.Equal((texts.Count, null), (sent.Outcomes.Count, sent.Failure));

        var message = await server.MessageAsync();
        Assert.Equal("Vidimus: 8 changes", message.GetProperty("subject").GetString());
        Assert.Equal($"<7.{texts[^1].Id}@vidimus>", message.GetProperty("id").GetString());
        var lines = message.GetProperty("text").GetString()!.Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal("1 CRITICAL", lines[0]);
        Assert.Contains(lines, l => l.Contains("Closed CVE-2024-6387 - openssh-server on i-0123456789abcdef0", StringComparison.Ordinal));

        // Encryption that the server does not offer is a failure, never a mail in plain.
        var secret = At(new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        var strict = await mail.SendAsync(secret with { Definition = secret.Definition with { Target = target.Replace("smtp\\u002Bplain", "smtp", StringComparison.Ordinal).Replace("smtp+plain", "smtp", StringComparison.Ordinal) } }, null, texts, Cancel);
        Assert.NotNull(strict.Failure);
        Assert.Empty(strict.Outcomes);
    }
}
