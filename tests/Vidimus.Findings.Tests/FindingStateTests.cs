namespace Vidimus.Findings.Tests;

public class FindingStateTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly FindingKey Key = new(1, FindingKind.Package, 7);
    private static readonly FindingFacts Facts = new(FindingSeverity.High, 7.5, FixAvailable.Yes, 1);

    [Fact]
    public void OpensWhatIsNew()
    {
        var change = Assert.Single(FindingState.Observe([], [new(Key, Facts)], Start));
        Assert.Equal((FindingCause.Opened, null, FindingStatus.Active, 0), (change.Cause, change.Before, change.After.Status, change.After.Incarnation));
        Assert.Equal((Start, Start), (change.After.FirstObserved, change.After.Updated));
    }

    [Fact]
    public void ChangesNothingWhenAllIsAsItWas()
    {
        var finding = Finding.Opened(Key, 0, Facts, Start);
        Assert.Empty(FindingState.Observe([finding], [new(Key, Facts)], Start.AddDays(1)));
    }

    [Fact]
    public void UpdatesOnlyTheFactsAndTheTime()
    {
        var finding = Finding.Opened(Key, 0, Facts, Start) with { Id = 5, Suppression = 3 };
        var change = Assert.Single(FindingState.Observe([finding], [new(Key, Facts with { Severity = FindingSeverity.Low })], Start.AddDays(1)));
        Assert.Equal(FindingCause.Updated, change.Cause);
        Assert.Equal(finding with { Facts = Facts with { Severity = FindingSeverity.Low }, Updated = Start.AddDays(1) }, change.After);
    }

    [Theory]
    [InlineData(ClosingReason.NotObserved, 30)]
    [InlineData(ClosingReason.CoverageEnded, 3)]
    [InlineData(ClosingReason.Disabled, 1)]
    [InlineData(ClosingReason.ResourceGone, 3)]
    public void KeepsAClosedFindingAsLongAsItsReasonSays(ClosingReason reason, int days)
    {
        var change = Assert.Single(FindingState.End([Finding.Opened(Key, 0, Facts, Start)], reason, Start.AddHours(1)));
        Assert.Equal((FindingCause.Closed, FindingStatus.Closed), (change.Cause, change.After.Status));
        Assert.Equal(Start.AddHours(1).AddDays(days), change.After.Deletion);
    }

    /// <summary>Inspector: the same finding, and its ARN, when the cause recurs within seven days of closing; another one later.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(7 * 24 * 60, true)]
    [InlineData((7 * 24 * 60) + 1, false)]
    public void ReopensAClosedFinding(int minutesLater, bool same)
    {
        var closed = (Finding.Opened(Key, 0, Facts, Start) with { Id = 5, Suppression = 3 }).Closed(ClosingReason.NotObserved, Start.AddHours(1));
        var change = Assert.Single(FindingState.Observe([closed], [new(Key, Facts)], Start.AddHours(1).AddMinutes(minutesLater)));
        if (same)
        {
            Assert.Equal((FindingCause.Reopened, 5, 0, FindingStatus.Suppressed), (change.Cause, change.After.Id, change.After.Incarnation, change.After.Status));
            Assert.Equal(Start, change.After.FirstObserved);
        }
        else
        {
            Assert.Equal((FindingCause.Opened, 0, 1, FindingStatus.Active), (change.Cause, change.After.Id, change.After.Incarnation, change.After.Status));
        }
    }

    [Fact]
    public void HidingAndGoingAreTwoFacts()
    {
        var open = Finding.Opened(Key, 0, Facts, Start);
        var hidden = Assert.Single(FindingState.Rule([open], _ => (9, null), Start.AddHours(1))).After;
        Assert.Equal((FindingStatus.Suppressed, (long?)9), (hidden.Status, hidden.Suppression));

        var closed = Assert.Single(FindingState.Observe([hidden], [], Start.AddHours(2))).After;
        Assert.Equal((FindingStatus.Closed, (long?)9), (closed.Status, closed.Suppression));
        Assert.Empty(FindingState.Rule([closed], _ => (null, null), Start.AddHours(3)));

        var shown = Assert.Single(FindingState.Rule([hidden], _ => (null, null), Start.AddHours(3)));
        Assert.Equal((FindingCause.Unsuppressed, FindingStatus.Active), (shown.Cause, shown.After.Status));
    }

    [Fact]
    public void GoesOnUnderTheSurvivingNumber()
    {
        Finding On(long id, long resource, long number, int hours) => Finding.Opened(new(resource, FindingKind.Package, number), 0, Facts, Start.AddHours(hours)) with { Id = id };
        var closed = On(6, 3, 5, 0).Closed(ClosingReason.NotObserved, Start.AddHours(1));
        Finding[] previous = [On(1, 1, 7, 1), On(2, 1, 8, 0), On(3, 2, 7, 0), On(4, 2, 5, 0), On(5, 3, 7, 0), closed];
        var changes = FindingState.Renumber(previous, new Dictionary<long, long> { [7] = 5, [8] = 5 }, Start.AddDays(1)).ToDictionary(c => c.After.Id);

        // The older of two goes on, the other closes; where the survivor is open already, both others' way ends; where it is closed, it is another incarnation.
        Assert.Equal([1L, 2, 3, 5], changes.Keys.Order());
        Assert.Equal((FindingCause.Renumbered, 5, 0), (changes[2].Cause, changes[2].Key.Fingerprint, changes[2].After.Incarnation));
        Assert.Equal((FindingCause.Closed, ClosingReason.Merged), (changes[1].Cause, changes[1].After.Closing!.Value.Reason));
        Assert.Equal((FindingCause.Closed, 7), (changes[3].Cause, changes[3].Key.Fingerprint));
        Assert.Equal((FindingCause.Renumbered, 5, 1), (changes[5].Cause, changes[5].Key.Fingerprint, changes[5].After.Incarnation));
        Assert.Equal(Start, changes[5].After.FirstObserved);
    }

    /// <summary>Inspector reopens within seven days; the number that it has by then is the surviving one.</summary>
    [Fact]
    public void AClosedFindingOfASwallowedNumberComesBack()
    {
        var closed = Finding.Opened(new(1, FindingKind.Package, 7), 0, Facts, Start) with { Id = 1, Closing = new(Start.AddDays(2), ClosingReason.NotObserved) };
        var earlier = Finding.Opened(new(1, FindingKind.Package, 5), 0, Facts, Start) with { Id = 2, Closing = new(Start.AddDays(1), ClosingReason.NotObserved) };
        var moved = Assert.Single(FindingState.Renumber([closed, earlier], new Dictionary<long, long> { [7] = 5 }, Start.AddDays(3)));
        Assert.Equal((FindingCause.Renumbered, 1L, 5L, 1, false), (moved.Cause, moved.After.Id, moved.Key.Fingerprint, moved.After.Incarnation, moved.After.IsOpen));
        Assert.Equal(closed.Deletion, moved.After.Deletion);

        var again = Assert.Single(FindingState.Observe([earlier, moved.After], [new(moved.Key, Facts)], Start.AddDays(4)));
        Assert.Equal((FindingCause.Reopened, 1L), (again.Cause, again.After.Id));
        Assert.Empty(FindingState.Renumber([closed, earlier with { Closing = null }], new Dictionary<long, long> { [7] = 5 }, Start.AddDays(3)));
    }

    [Fact]
    public void RefusesTwoObservationsOfOneFinding() =>
        Assert.Throws<ArgumentException>(() => FindingState.Observe([], [new(Key, Facts), new(Key, Facts with { Evidence = 2 })], Start));

    /// <summary>Random histories: the second look changes nothing, the order of what is given does not matter, and the changes alone rebuild the state.</summary>
    [Fact]
    public void RandomHistoriesAreIdempotentOrderlessAndReplay()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var state = new Dictionary<(FindingKey, int), Finding>();
            var log = new List<FindingChange>();
            var now = Start;
            var ids = 0L;

            for (var step = 0; step < 30; step++)
            {
                now = now.AddHours(random.Next(1, 100));
                var observed = Enumerable.Range(0, 12).Where(_ => random.Next(2) == 0)
                    .Select(i => new Observation(new(1 + (i % 3), FindingKind.Package, i), new((FindingSeverity)random.Next(6), null, (FixAvailable)random.Next(3), random.Next(1, 3)))).ToArray();

                var changes = random.Next(10) switch
                {
                    0 => FindingState.End(state.Values, ClosingReason.CoverageEnded, now),
                    1 => FindingState.Rule(state.Values, f => (f.Key.Fingerprint % 2 == step % 2 ? 4 : null, null), now),
                    _ => Observed(state.Values, observed, now, random),
                };

                foreach (var change in changes)
                {
                    var after = change.Before is null ? change.After with { Id = ++ids } : change.After;
                    Assert.Equal(change.Before, change.Before is null ? null : state[(change.Key, change.After.Incarnation)]);
                    state[(after.Key, after.Incarnation)] = after;
                    log.Add(change with { After = after });
                }
            }

            var replayed = new Dictionary<(FindingKey, int), Finding>();
            foreach (var change in log) replayed[(change.Key, change.After.Incarnation)] = change.After;
            Assert.Equal(state.OrderBy(x => x.Value.Id), replayed.OrderBy(x => x.Value.Id));
            Assert.All(state.GroupBy(x => x.Key.Item1), g => Assert.True(g.Count(x => x.Value.IsOpen) <= 1));
        }
    }

    private static IReadOnlyList<FindingChange> Observed(IReadOnlyCollection<Finding> state, Observation[] observed, DateTimeOffset now, Random random)
    {
        var changes = FindingState.Observe(state, observed, now);

        var shuffledState = state.ToArray();
        var shuffled = observed.ToArray();
        random.Shuffle(shuffledState);
        random.Shuffle(shuffled);
        Assert.Equal(changes, FindingState.Observe(shuffledState, shuffled, now));

        var after = state.Where(f => !changes.Any(c => c.Key == f.Key && c.After.Incarnation == f.Incarnation)).Concat(changes.Select(c => c.After)).ToArray();
        Assert.Empty(FindingState.Observe(after, observed, now.AddHours(1)));
        Assert.Equal(observed.Select(o => (o.Key, o.Facts)).OrderBy(x => x.Key), after.Where(f => f.IsOpen).Select(f => (f.Key, f.Facts)).OrderBy(x => x.Key));
        return changes;
    }
}
