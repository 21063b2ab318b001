using Vidimus.Model.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Storage;
using Vidimus.Storage.Tests;
using Vidimus.Testing;
using static Vidimus.Fleet.Tests.Fleet;
using static Vidimus.Fleet.Tests.TestBooks;

namespace Vidimus.Fleet.Tests;

/// <summary>Random fleets and random histories of advisories: what pushes and books have led to, one after the other, is what the last inventories and the last book lead to in an empty store.</summary>
public sealed class IncrementalTests(PostgresServer postgres)
{
    private const string Critical = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    private const string Medium = "CVSS:3.1/AV:L/AC:L/PR:L/UI:R/S:U/C:L/I:L/A:L";

    [Theory]
    [InlineData(0, 20)]
    [InlineData(100, 20)]
    public Task OneAfterTheOtherIsAllAtOnce(int first, int count) => RunAsync(first, count, folder => $"sqlite:{folder[$"{Guid.NewGuid():n}.db"]}");

    [Fact]
    public Task OneAfterTheOtherIsAllAtOnceOnPostgres() => RunAsync(1000, 5, _ => postgres.NewTarget());

    [Fact]
    [Trait("Long", "true")]
    public Task ManyHistories() => RunAsync(10_000, 2_000, folder => $"sqlite:{folder[$"{Guid.NewGuid():n}.db"]}");

    [Fact]
    [Trait("Long", "true")]
    public Task ManyHistoriesOnPostgres() => RunAsync(20_000, 200, _ => postgres.NewTarget());

    private static async Task RunAsync(int first, int count, Func<TemporaryFolder, string> target)
    {
        var findings = 0;
        for (var seed = first; seed < first + count; seed++)
        {
            using var folder = Places.Temporary();
            var history = new History(seed);
            await using var fleet = await Fleet.OpenAsync(target(folder));
            await history.PlayAsync(fleet);

            await using var scratch = await Fleet.OpenAsync($"sqlite:{folder["scratch.db"]}", new(fleet.Clock.Now));
            await scratch.AdoptAsync(scratch.Books.Make(fleet.Clock.Now, history.Records()));
            foreach (var (name, inventory) in history.Inventories) await scratch.PushAsync(name, inventory);

            var (expected, actual) = (await scratch.StateAsync(), await fleet.StateAsync());
            Assert.True(expected.SequenceEqual(actual), $"history {seed}:\nexpected\n{string.Join('\n', expected)}\nbut there is\n{string.Join('\n', actual)}\nafter\n{string.Join('\n', history.Log)}");
            await CountersAgreeAsync(fleet);
            findings += expected.Count;
        }

        Assert.True(findings > 2 * count, "the histories lead to hardly any findings, so they prove nothing");
    }

    /// <summary>What the counters say is what there is.</summary>
    private static async Task CountersAgreeAsync(Fleet fleet)
    {
        var active = await fleet.ReadAsync(s => s.QueryAsync("select count(*) from finding where status = 1", r => r.GetInt64(0), TestContext.Current.CancellationToken));
        var counted = await fleet.ReadAsync(s => new Counters(s).ReadAsync(fleet.Scope, CounterDimension.Status, [1, 2], TestContext.Current.CancellationToken));
        Assert.Equal(active[0], counted.Where(c => c.Key.Subject == 1).Sum(c => c.Value));
    }

    /// <summary>A few packages, resources and vulnerabilities, so that they meet often.</summary>
    private sealed class History(int seed)
    {
        private readonly Random random = new(seed);
        private readonly Dictionary<int, Advisory> advisories = [];
        private readonly Dictionary<int, FeedRecord> others = [];
        private readonly HashSet<(int, int)> merged = [];

        public Dictionary<string, Inventory> Inventories { get; } = [];

        public List<string> Log { get; } = [];

        public async Task PlayAsync(Fleet fleet)
        {
            await NewBookAsync(fleet, drain: true);
            for (var step = 0; step < 12; step++)
            {
                fleet.Clock.Now += TimeSpan.FromHours(random.Next(1, 100));
                var name = $"r{random.Next(5)}";
                switch (random.Next(7))
                {
                    case 0 when Inventories.ContainsKey(name):
                        Log.Add($"gone {name}");
                        await fleet.Coverage.GoneAsync(fleet.Scope, [await fleet.ResourceAsync(name)], TestContext.Current.CancellationToken);
                        Inventories.Remove(name);
                        break;
                    case <= 3:
                        var inventory = Some();
                        Log.Add($"push {name}: {string.Join(", ", inventory.Packages.Select(p => $"{p.Package.Name} {p.Package.Version}"))}");
                        await fleet.PushAsync(name, inventory);
                        Inventories[name] = inventory;
                        break;
                    default:
                        await NewBookAsync(fleet, random.Next(2) == 0);
                        break;
                }
            }

            await fleet.Worker.DrainAsync(TestContext.Current.CancellationToken);
        }

        public IEnumerable<FeedRecord> Records() =>
        [
            .. advisories.Values, .. others.Values,
            // Told by records of their own, so that names only ever come together.
            .. merged.Select(m => Advisory($"X-{m.Item1}-{m.Item2}") with { Aliases = [Cve(m.Item1), Cve(m.Item2)] }),
        ];

        private static string Cve(int i) => $"CVE-2024-{1000 + i}";

        private async Task NewBookAsync(Fleet fleet, bool drain)
        {
            for (var changes = random.Next(1, 5); changes > 0; changes--) Change();
            await fleet.AdoptAsync(fleet.Books.Make(fleet.Clock.Now, Records()), drain);
        }

        private void Change()
        {
            var i = random.Next(7);
            switch (random.Next(9))
            {
                case <= 3:
                    Log.Add($"advisory {i}");
                    advisories[i] = Some(i);
                    break;
                case 4 when advisories.TryGetValue(i, out var known):
                    Log.Add($"withdrawn {i}");
                    advisories[i] = known with { Withdrawn = Start };
                    break;
                case 5:
                    var j = random.Next(7);
                    if (i != j) merged.Add((Math.Min(i, j), Math.Max(i, j)));
                    Log.Add($"merged {i} {j}");
                    break;
                case 6:
                    Log.Add($"rated {i}");
                    others[i] = new CveRecord(Cve(i)) { Title = $"title {random.Next(3)}", Severities = random.Next(2) == 0 ? [] : [new("cna", "CVSS:3.1", random.Next(2) == 0 ? Critical : Medium)] };
                    break;
                case 7:
                    others[10 + i] = new ExploitScore(Cve(i), random.Next(10) / 10.0, null, null);
                    break;
                case 8 when others.ContainsKey(100):
                    others[101] = new ExploitedEntry(Cve(i), new(2024, 1, 1), null, false);
                    break;
                default:
                    others[100] = new EndOfLife("debian", "12", random.Next(2) == 0 ? new(2026, 1, 1) : new(2030, 1, 1));
                    break;
            }
        }

        private Advisory Some(int i)
        {
            var affected = Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(2) == 0
                ? Below("npm", $"n{random.Next(3)}", random.Next(3) == 0 ? null : $"{random.Next(1, 5)}.0.0")
                : Below(random.Next(4) == 0 ? "Debian" : "Debian:12", $"s{random.Next(3)}", random.Next(3) == 0 ? null : $"{random.Next(1, 5)}.0-1") with { Architectures = random.Next(4) == 0 ? ["arm64"] : [] });
            return Advisory($"GHSA-{i}", [.. affected]) with { Aliases = [Cve(i)], Severities = random.Next(3) == 0 ? [new("ghsa", "CVSS:3.1", Critical)] : [] };
        }

        private Inventory Some()
        {
            var packages = new List<Package>();
            for (var i = 0; i < 3; i++)
            {
                if (random.Next(3) > 0) packages.Add(Npm($"n{i}", $"{random.Next(1, 5)}.0.0"));
                if (random.Next(3) == 0) continue;
                var version = $"{random.Next(1, 5)}.0-1";
                packages.Add(Deb($"lib{i}", version, $"s{i}"));
                if (random.Next(2) == 0) packages.Add(Deb($"bin{i}", version, $"s{i}"));
            }

            return Inventory(Debian, packages);
        }
    }
}
