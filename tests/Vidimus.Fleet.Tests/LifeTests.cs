using Vidimus.Api.Inspector2.Settings;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Model.Advisories;
using Vidimus.Storage;
using Vidimus.Testing;
using static Vidimus.Fleet.Tests.Fleet;
using static Vidimus.Fleet.Tests.TestBooks;

namespace Vidimus.Fleet.Tests;

/// <summary>What becomes of findings over time. Expected values: Inspector's life cycle as its user guide has it (seven days to reopen; deleted after 3 days for what is gone, 30 for what is mended, 24 hours when switched off).</summary>
public sealed class LifeTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = Places.Temporary();
    private Fleet fleet = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        fleet = await Fleet.OpenAsync($"sqlite:{folder["store.db"]}");
        await fleet.AdoptAsync(fleet.Books.Make(Start, Pad("1.1.0")));
        await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.0.0")));
    }

    public async ValueTask DisposeAsync()
    {
        await fleet.DisposeAsync();
        folder.Dispose();
    }

    private static Advisory Pad(string? fix) => Advisory("GHSA-pad", Below("npm", "pad", fix)) with { Aliases = ["CVE-2024-0001"] };

    [Fact]
    public async Task ComesBackWithinSevenDaysAndIsAnotherAfterwards()
    {
        var first = Assert.Single(await fleet.FindingsAsync("app"));
        fleet.Clock.Now += TimeSpan.FromDays(1);
        await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.1.0")));
        var closed = await OneAsync(first.Id);
        Assert.Equal((FindingStatus.Closed, fleet.Clock.Now.AddDays(30)), (closed.Status, closed.Deletion!.Value));

        fleet.Clock.Now += TimeSpan.FromDays(7);
        var (answer, sent) = await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.0.0")));
        Assert.Equal((0, 1, 0), (answer.Opened, answer.Reopened, sent));
        var again = await OneAsync(first.Id);
        Assert.Equal((FindingStatus.Active, first.FirstObserved), (again.Status, again.FirstObserved));

        await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.1.0")));
        fleet.Clock.Now += TimeSpan.FromDays(8);
        Assert.Equal(1, (await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.0.0")))).Answer.Opened);
        Assert.Equal([first.Id], (await fleet.FindingsAsync("app")).Where(f => !f.IsOpen).Select(f => f.Id));
    }

    [Fact]
    public async Task AStoppedResourceKeepsItsFindingsAndOneThatIsGoneDoesNot()
    {
        var resource = await fleet.ResourceAsync("app");
        await fleet.Coverage.StoppedAsync(fleet.Scope, [resource], Cancel);
        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(1), Pad(null)));
        var finding = Assert.Single(await fleet.FindingsAsync("app"));
        Assert.Equal((FindingStatus.Active, FixAvailable.No), (finding.Status, finding.Facts.Fix));

        Assert.Equal(1, await fleet.Coverage.GoneAsync(fleet.Scope, [resource], Cancel));
        finding = Assert.Single(await fleet.FindingsAsync("app"));
        Assert.Equal((FindingStatus.Closed, ClosingReason.ResourceGone, fleet.Clock.Now.AddDays(3)), (finding.Status, finding.Closing!.Value.Reason, finding.Deletion!.Value));

        // No book wakes it, a push does.
        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(2), Pad("1.2.0")));
        Assert.Equal(FindingStatus.Closed, Assert.Single(await fleet.FindingsAsync("app")).Status);
        var (answer, _) = await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.0.0")));
        Assert.Equal((0, 1), (answer.Opened, answer.Reopened));
        Assert.Equal(FixAvailable.Yes, Assert.Single(await fleet.FindingsAsync("app")).Facts.Fix);
    }

    [Fact]
    public async Task SwitchedOffFindingsGoAfterADayAndTheirHistoryStays()
    {
        var first = Assert.Single(await fleet.FindingsAsync("app"));
        Assert.Equal(1, await fleet.Coverage.DisableAsync(fleet.Scope, ["folder"], Cancel));
        Assert.Equal(fleet.Clock.Now.AddHours(24), (await OneAsync(first.Id)).Deletion);
        await using (var session = await fleet.Database.WriteAsync(Cancel))
        {
            Assert.Equal(0, await new FindingStore(session).DeleteDueAsync(fleet.Clock.Now.AddHours(23), 100, Cancel));
            Assert.Equal(1, await new FindingStore(session).DeleteDueAsync(fleet.Clock.Now.AddHours(24), 100, Cancel));
            await session.CommitAsync(Cancel);
        }

        Assert.Empty(await fleet.FindingsAsync("app"));
        var life = await fleet.ReadAsync(s => new Lives(s).ReadAsync(fleet.Scope, first.Id, "arn", Cancel));
        Assert.Equal(["OPENED ACTIVE CVE-2024-0001 ", "CLOSED CLOSED CVE-2024-0001 DISABLED"], life!.Entries.Select(e => $"{e.Cause} {e.Status} {e.Vulnerability} {e.Closing}"));
    }

    [Fact]
    public async Task ASystemGoesOutOfSupportByTheDayAlone()
    {
        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(1), new EndOfLife("debian", "12", DateOnly.FromDateTime(Start.AddDays(10).UtcDateTime))));
        await fleet.PushAsync("host", Inventory(Debian, Deb("pad", "1.0")));
        Assert.Empty(await fleet.FindingsAsync("host"));

        fleet.Clock.Now = Start.AddDays(11);
        await fleet.Adoption.NewDayAsync(Cancel);
        await fleet.Worker.DrainAsync(Cancel);
        Assert.Equal(FindingSeverity.Critical, Assert.Single(await fleet.FindingsAsync("host")).Facts.Severity);
    }

    /// <summary>User guide, section e.3 of our notes: an image is watched while its push date or its last use is within the durations, 14 days by default; then INACTIVE, SCAN_ELIGIBILITY_EXPIRED, and its findings close, kept for three days.</summary>
    [Fact]
    public async Task AnImageLapsesWithItsDurationsAndAPushRevivesIt()
    {
        await PushAsync("image", "img", new());
        fleet.Clock.Now += TimeSpan.FromDays(14);
        Assert.Equal(0, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        fleet.Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(1, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        Assert.Equal(0, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        var resource = await OfKindAsync("image", "img");
        Assert.Equal(new(false, "SCAN_ELIGIBILITY_EXPIRED"), resource.Status);
        var finding = Assert.Single(await OfAsync(resource));
        Assert.Equal((ClosingReason.CoverageEnded, fleet.Clock.Now.AddDays(3)), (finding.Closing!.Value.Reason, finding.Deletion!.Value));

        await PushAsync("image", "img", new());
        resource = await OfKindAsync("image", "img");
        Assert.Equal((ScanStatus.Successful, FindingStatus.Active), (resource.Status, Assert.Single(await OfAsync(resource)).Status));

        // In use, longer.
        await PushAsync("image", "used", new() { Image = new() { LastInUseAt = fleet.Clock.Now.AddDays(10) } });
        fleet.Clock.Now += TimeSpan.FromDays(20);
        Assert.Equal(1, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        Assert.True((await OfKindAsync("image", "used")).Status.Active);
    }

    /// <summary>Section e.3: LIFETIME ends never, DAYS_3 after three days; the delegated administrator's durations are its members' (here the account's own).</summary>
    [Theory]
    [InlineData("LIFETIME", 400, 0)]
    [InlineData("DAYS_3", 4, 1)]
    [InlineData("DAYS_180", 179, 0)]
    [InlineData("DAYS_180", 181, 1)]
    public async Task DurationsAreTheAccounts(string duration, int days, int lapsed)
    {
        await using (var session = await fleet.Database.WriteAsync(Cancel))
        {
            await new ConfigurationStore(session).PutAsync(fleet.Scope, "ecr", "scan", $$"""{"rescanDuration":"{{duration}}"}""", fleet.Clock.Now, Cancel);
            await session.CommitAsync(Cancel);
        }

        await PushAsync("image", "img", new());
        fleet.Clock.Now += TimeSpan.FromDays(days);
        Assert.Equal(lapsed, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
    }

    /// <summary>Section e.1 and the reasons' own texts: no inventory for seven days is STALE_INVENTORY; findings stay.</summary>
    [Fact]
    public async Task AMachineThatSendsNothingForAWeekIsStale()
    {
        await PushAsync("host", "mi-1", new());
        fleet.Clock.Now += TimeSpan.FromDays(7);
        Assert.Equal(0, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        fleet.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(1, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        var resource = await OfKindAsync("host", "mi-1");
        Assert.Equal((new ScanStatus(false, "STALE_INVENTORY"), FindingStatus.Active), (resource.Status, Assert.Single(await OfAsync(resource)).Status));
        await PushAsync("host", "mi-1", new());
        Assert.Equal(ScanStatus.Successful, (await OfKindAsync("host", "mi-1")).Status);
    }

    /// <summary>Section e.4: a function that was neither invoked nor updated for 90 days is not scanned.</summary>
    [Fact]
    public async Task AFunctionLapsesAfterNinetyDays()
    {
        await PushAsync("function", "f", new() { Function = new() { LastModifiedAt = fleet.Clock.Now.AddDays(-80) } });
        fleet.Clock.Now += TimeSpan.FromDays(9);
        Assert.Equal(0, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        fleet.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal(1, await new LapsingCoverage(fleet.Services).RunAsync(Cancel));
        Assert.Equal("SCAN_ELIGIBILITY_EXPIRED", (await OfKindAsync("function", "f")).Status.Reason);
    }

    /// <summary>Section e.12: what is off is not scanned. What was never switched is taken in.</summary>
    [Fact]
    public async Task WhatIsSwitchedOffIsNotTakenIn()
    {
        await SwitchAsync(true);
        await SwitchAsync(false);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => PushAsync("host", "mi-1", new()));
        Assert.Contains("EC2 is switched off", refused.Message);
        await PushAsync("image", "img", new());
        await SwitchAsync(true);
        await PushAsync("host", "mi-1", new());
    }

    private async Task SwitchAsync(bool enabled)
    {
        await using var session = await fleet.Database.WriteAsync(Cancel);
        await new EnablementStore(session).SetAsync(fleet.Scope, ["EC2"], enabled, fleet.Clock.Now, Cancel);
        await session.CommitAsync(Cancel);
    }

    /// <summary>Pushes the vulnerable package as a resource of a kind of which something is known already.</summary>
    private async Task PushAsync(string kind, string name, ResourceFacts facts)
    {
        await using (var session = await fleet.Database.WriteAsync(Cancel))
        {
            await new ResourceStore(session).PutAsync(fleet.Scope, [(new(kind, name), ContentsText.Write(facts))], fleet.Clock.Now, Cancel);
            await session.CommitAsync(Cancel);
        }

        await fleet.PushAsync(name, Inventory(null, Npm("pad", "1.0.0")), kind: kind);
    }

    private async Task<Resource> OfKindAsync(string kind, string name) => (await fleet.ReadAsync(s => new ResourceStore(s).FindAsync(fleet.Scope, new(kind, name), Cancel)))!;

    private async Task<IReadOnlyList<Finding>> OfAsync(Resource resource)
    {
        await using var session = await fleet.Database.WriteAsync(Cancel);
        return await new FindingStore(session).OfResourceAsync(fleet.Scope, resource.Id, FindingKind.Package, Cancel);
    }

    [Fact]
    public async Task AnotherCollectorIsNotedAndClosesNothing()
    {
        var before = await fleet.StateAsync();
        var (answer, sent) = await fleet.PushAsync("app", Inventory(null, Npm("pad", "1.0.0")), "c2");
        Assert.Equal((0, 0, 0, false), (sent, answer.Opened, answer.Closed, answer.Unchanged));
        Assert.Equal(before, await fleet.StateAsync());
        Assert.Single(await fleet.ReadAsync(s => new FleetStore(s).ByOtherCollectorsAsync("c3", 0, 10, Cancel)));
        Assert.Empty(await fleet.ReadAsync(s => new FleetStore(s).ByOtherCollectorsAsync("c2", 0, 10, Cancel)));
    }

    [Fact]
    public async Task ScoresOfExploitationAndTextsTouchNoFinding()
    {
        var events = await EventsAsync();
        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(1), Pad("1.1.0") with { Title = "another title" }, new ExploitScore("CVE-2024-0001", 0.9, null, null), new ExploitedEntry("CVE-2024-0001", new(2024, 1, 1), null, false)));
        Assert.Equal(events, await EventsAsync());
        var number = Assert.Single(await fleet.FindingsAsync("app")).Key.Fingerprint;
        var facts = (await fleet.ReadAsync(s => new VulnerabilityStore(s).GetAsync([number], Cancel)))[number];
        Assert.Equal((0.9, true, "another title"), (facts.Epss, facts.Exploited, facts.Title));

        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(2), Pad("1.1.0") with { Severities = [new("ghsa", "word", "HIGH")] }));
        Assert.Equal(events + 1, await EventsAsync());
    }

    [Fact]
    public async Task ANodeWithAnOlderBookHandsTheWorkBackAndRefusesPushes()
    {
        var old = fleet.Books.Current!;
        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(1), Pad(null)), drain: false);
        var latest = fleet.Books.Current;
        fleet.Books.Current = old;
        Assert.Equal(0, await fleet.Worker.DrainAsync(Cancel));
        await Assert.ThrowsAsync<BookMissingException>(() => fleet.PushAsync("other", Inventory(null, Npm("pad", "1.0.0"))));
        Assert.False(await fleet.Adoption.AdoptAsync(new(old), null, Cancel));

        fleet.Books.Current = latest;
        fleet.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.True(await fleet.Worker.DrainAsync(Cancel) > 0);
        Assert.Equal(FixAvailable.No, Assert.Single(await fleet.FindingsAsync("app")).Facts.Fix);
    }

    [Fact]
    public async Task MergedVulnerabilitiesGoOnWithOneEntryAndPartedOnesStayOne()
    {
        var both = new[] { Pad("1.1.0") with { Aliases = [] }, Advisory("CVE-2024-0009", Below("npm", "pad", "1.3.0")) };
        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(1), both));
        Assert.Equal(2, (await fleet.FindingsAsync("app")).Count(f => f.IsOpen));

        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(2), both[0] with { Aliases = ["CVE-2024-0009"] }, both[1]));
        var findings = await fleet.FindingsAsync("app");
        Assert.Equal([ClosingReason.Merged], findings.Where(f => !f.IsOpen).Select(f => f.Closing!.Value.Reason));
        var open = findings.Single(f => f.IsOpen);

        await fleet.AdoptAsync(fleet.Books.Make(Start.AddDays(3), both));
        Assert.Equal(open.Id, (await fleet.FindingsAsync("app")).Single(f => f.IsOpen).Id);
    }

    private async Task<Finding> OneAsync(long id) => Assert.Single(await fleet.ReadAsync(s => new FindingStore(s).GetAsync(fleet.Scope, [id], Cancel)));

    private Task<long> EventsAsync() => fleet.ReadAsync(async s => (await s.QueryAsync("select count(*) from finding_history", r => r.GetInt64(0), Cancel))[0]);
}
