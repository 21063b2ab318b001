using System.Diagnostics;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Ecosystems;
using Vidimus.Hostile.Tests.Mutation;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Feeds;

/// <summary>Damage in a feed costs the damaged records, and in a book the answer; neither is ever a crash or a wait.</summary>
public sealed class DamagedFeedTests(SmallMirror mirror, ITestOutputHelper output) : IClassFixture<SmallMirror>
{
    private static readonly IReadOnlyList<IFeed> Feeds = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];
    private static readonly string[] Parts = [.. Feeds.Select(f => f.Name)];

    /// <summary>No single value may take as long. All of them together may: a damaged table can say of each of its rows that it has all that another table holds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10), Enough = TimeSpan.FromSeconds(2);

    /// <summary>What is being asked of a book, for the one who is told that it waits.</summary>
    private static volatile string? step;

    [Fact]
    public async Task TheMirrorIsReadWhole()
    {
        using var folder = Places.Temporary();
        var status = await UpdateAsync(mirror.Write("whole"), folder);
        Assert.All(status.Sources, s => Assert.True(s.IsAbsent || (s.Records > 0 && s.Rejected == 0), $"{s.Name}: {s.Records} records, {s.Rejected} rejected"));
        Assert.True(status.Sources.Count(s => !s.IsAbsent) >= 13);
    }

    [Fact]
    public Task ADamagedRecordIsRejectedByNameAndTheOthersStay() => DamageRecordsAsync(seed: 1, TimeSpan.FromSeconds(12));

    [Fact]
    public Task ADamagedFileOfAFeedIsRejectedOrReadAsFarAsItGoes() => DamageFilesAsync(seed: 1, TimeSpan.FromSeconds(12));

    [Fact]
    public Task ADamagedBookGivesWrongAnswersOrNone() => DamageBookAsync(seed: 1, TimeSpan.FromSeconds(12));

    [Fact]
    [Trait("Long", "true")]
    public async Task NoneOfManyDamagesBreaksAFeedOrABook()
    {
        var seed = 1_000_000 * DateTime.UtcNow.DayOfYear;
        await DamageRecordsAsync(seed, TimeSpan.FromMinutes(2));
        await DamageFilesAsync(seed, TimeSpan.FromMinutes(2));
        await DamageBookAsync(seed, TimeSpan.FromMinutes(2));
    }

    private async Task DamageRecordsAsync(int seed, TimeSpan time)
    {
        var records = mirror.Records.Keys.ToArray();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; seed++)
        {
            using var folder = Places.Temporary();
            var (ecosystem, name) = records[seed % records.Length];
            var archive = $"osv/{ecosystem}/all.zip";
            var status = await TellAsync(seed, name, () => UpdateAsync(mirror.Write("records", archive, mirror.Zip(ecosystem, name, new Mutator(seed).Mutate(mirror.Records[(ecosystem, name)]))), folder));
            var source = status!.Sources.Single(s => s.Name == $"osv/{ecosystem}");

            Assert.All(source.RejectedRecords, r => Assert.StartsWith(name, r.Entry));
            Assert.True(source.Records >= records.Count(r => r.Ecosystem == ecosystem) - 1, $"seed {seed}: {source.Records} records of {ecosystem} are left");
            Assert.All(status.Sources.Where(s => s != source), s => Assert.Equal(0, s.Rejected));
        }
    }

    private async Task DamageFilesAsync(int seed, TimeSpan time)
    {
        var files = mirror.Files.Keys.ToArray();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; seed++)
        {
            using var folder = Places.Temporary();
            var file = files[seed % files.Length];
            await TellAsync(seed, file, () => UpdateAsync(mirror.Write("files", file, new Mutator(seed).Mutate(mirror.Files[file])), folder));
        }
    }

    private async Task DamageBookAsync(int seed, TimeSpan time)
    {
        using var folder = Places.Temporary();
        await UpdateAsync(mirror.Write("book"), folder);
        var whole = await File.ReadAllBytesAsync(Shelf(folder, mirror.Write("book")).CurrentPath!, TestContext.Current.CancellationToken);
        var (slowest, slowestSeed, first) = (TimeSpan.Zero, 0, seed);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; seed++)
        {
            var bytes = new Mutator(seed).Mutate(whole);
            if (seed % 2 == 0 && bytes.Length >= 24) BitConverter.TryWriteBytes(bytes.AsSpan(16), (long)bytes.Length); // past the first check of the length, where it stands in the header
            await File.WriteAllBytesAsync(folder["damaged"], bytes, TestContext.Current.CancellationToken);
            Exception? fault = null;
            var work = new Thread(() =>
            {
                try
                {
                    ReadAll(folder["damaged"]);
                }
                catch (InvalidDataException)
                {
                    // The one answer to damage that is seen.
                }
                catch (Exception e)
                {
                    fault = e;
                }
            });
            var clock = Stopwatch.StartNew();
            work.Start();
            Assert.True(work.Join(Longest), $"seed {seed}: waits at {step}");
            Assert.True(fault is null, $"seed {seed}: {fault}");
            if (clock.Elapsed > slowest) (slowest, slowestSeed) = (clock.Elapsed, seed);
        }

        output.WriteLine($"{seed - first} books; the slowest took {slowest}, seed {slowestSeed}");
    }

    /// <summary>Asks a book for all that it holds.</summary>
    private static void ReadAll(string path)
    {
        using var book = Book.Open(path);
        var watch = Stopwatch.StartNew();
        var hits = new List<BookHit>();
        foreach (var key in Each(book.Keys(), watch))
        {
            Try(() => key.Affected.Take(100).Select(a => (a.Advisory.Id, a.Status, a.Module, a.Architectures.Count, a.Severities.Count, a.Ranges.Count, a.Versions.Count)).ToList());
            Try(() =>
            {
                hits.Clear();
                var number = book.FindKey(book.EcosystemNumber(key.Ecosystem), key.Name);
                if (number >= 0 && EcosystemList.Keys.Ecosystem("npm") is { } ecosystem) book.AddHits(number, "1.2.3", ecosystem.Versions, hits);
                foreach (var hit in hits) book.AddSpeakers(number, hit.Vulnerability, []);
                return hits.Count;
            });
        }

        foreach (var advisory in Each(book.Advisories(), watch))
        {
            Try(() => (advisory.Id, advisory.Source, advisory.Kind, advisory.Title, advisory.Url, advisory.Details, advisory.Published, advisory.Modified, advisory.Withdrawn, advisory.Severities.Count, advisory.Cwes.Count, advisory.Ssvc.Count));
            Try(() => advisory.Vulnerabilities.Count + advisory.Affected.Count);
            Try(() => book.FindAdvisories(advisory.Id).Count);
        }

        for (var number = 0; number < book.VulnerabilityCount && watch.Elapsed < 3 * Enough; number++)
        {
            var vulnerability = book.Vulnerability(number);
            Try(() => (vulnerability.Id, vulnerability.Aliases.Count, vulnerability.Statements.Count, vulnerability.Notices.Count, vulnerability.Exploited, vulnerability.ExploitScore, book.Find(vulnerability.Id)));
        }

        Try(() => book.Sources.Count + book.Search("a").Take(100).Count() + book.Packages("log4j").Take(100).Count());
        Try(() => (book.Exploited("CVE-2021-44228"), book.ExploitScore("CVE-2021-44228"), book.EndOfLife("debian", "12"), book.Built));
    }

    private static void Try<T>(Func<T> read, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(read))] string? what = null)
    {
        step = what;
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
            // This value is lost; the others are still asked for.
        }
    }

    private static IEnumerable<T> Each<T>(IEnumerable<T> items, Stopwatch watch)
    {
        using var all = items.GetEnumerator();
        for (var end = watch.Elapsed + Enough; watch.Elapsed < end;)
        {
            try
            {
                if (!all.MoveNext()) yield break;
            }
            catch (InvalidDataException)
            {
                yield break;
            }

            yield return all.Current;
        }
    }

    private static BookShelf Shelf(TemporaryFolder folder, string address) => BookShelf.ForAddress(folder["data"], address, Feeds, EcosystemList.Keys, TimeProvider.System);

    private static async Task<ShelfStatus> UpdateAsync(string address, TemporaryFolder folder)
    {
        var shelf = Shelf(folder, address);
        var status = await shelf.UpdateAsync(new() { Parts = Parts }, TestContext.Current.CancellationToken);
        Book.Verify(shelf.CurrentPath!);
        ReadAll(shelf.CurrentPath!);
        return status;
    }

    /// <summary>An update that fails says why; whatever else is thrown is told with the seed.</summary>
    private static async Task<ShelfStatus?> TellAsync(int seed, string name, Func<Task<ShelfStatus>> update)
    {
        try
        {
            return await update();
        }
        catch (FetchException e)
        {
            Assert.NotEmpty(e.Message);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"seed {seed}, {name}: {e.Message}", e);
        }
    }
}
