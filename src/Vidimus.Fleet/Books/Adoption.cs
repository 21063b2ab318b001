using Vidimus.Advisories;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Takes a new book into use for the whole fleet: what it may judge otherwise becomes work, and nothing is scanned again.</summary>
public sealed class Adoption(FleetServices services)
{
    /// <summary>Makes a book the one in use; false when it is already, or when the fleet has a later one.</summary>
    /// <param name="earlier">The book in use until now, where this node has it; without it everything that was decided is decided again.</param>
    public async Task<bool> AdoptAsync(FleetBook book, FleetBook? earlier, CancellationToken cancel)
    {
        AdoptedBook? known;
        await using (var session = await services.Database.ReadAsync(cancel)) known = await new FleetStore(session).BookAsync(cancel);
        if (IsOld(known, book)) return false;

        // The comparison is long and holds nobody up.
        var difference = earlier is not null && known?.Digest == earlier.Digest ? BookDifference.Of(earlier.Book, book.Book) : null;
        await using var writing = await services.Database.WriteAsync(cancel);
        var now = services.Time.GetUtcNow();
        IReadOnlyCollection<long> survivors = known is null ? [] : await MergeAsync(writing, difference, book.Book, now, cancel);

        // Last, as by those who take inventories: who holds findings or numbers waits for nobody then.
        var fleet = new FleetStore(writing);
        await fleet.LockAsync(cancel);
        if ((await fleet.BookAsync(cancel))?.Number != known?.Number) return await AdoptAsync(book, null, writing, cancel);
        var number = await fleet.AdoptAsync(book.Digest, book.Book.Built, now, cancel);
        if (known is not null) await TellAsync(writing, number, difference, book.Book, survivors, now, cancel);
        await writing.CommitAsync(cancel);
        return true;
    }

    /// <summary>Another node was faster: looks again.</summary>
    private async Task<bool> AdoptAsync(FleetBook book, FleetBook? earlier, Session given, CancellationToken cancel)
    {
        await given.DisposeAsync();
        return await AdoptAsync(book, earlier, cancel);
    }

    /// <summary>The day has changed, and with it perhaps which releases are out of support.</summary>
    public async Task NewDayAsync(CancellationToken cancel)
    {
        await Conflicts.WriteAsync(services.Database, async session =>
        {
            var fleet = new FleetStore(session);
            await fleet.LockAsync(cancel);
            if (await fleet.BookAsync(cancel) is not { } book) return;
            await new FleetWork(session).AddVerdictsAsync(book.Number, await fleet.DoubtAllAsync(Filing.Systems, cancel), services.Time.GetUtcNow(), cancel);
        }, cancel);
    }

    private static bool IsOld(AdoptedBook? known, FleetBook book) => known is { } current && (current.Digest == book.Digest || current.Built > book.Book.Built);

    private static async Task TellAsync(Session session, long number, BookDifference? difference, Book book, IReadOnlyCollection<long> survivors, DateTimeOffset now, CancellationToken cancel)
    {
        var work = new FleetWork(session);
        var joined = await new VerdictStore(session).OfVulnerabilitiesAsync([.. survivors], cancel);
        await work.AddFindingsAsync(number, [.. joined.Select(v => (v.Vulnerability, v.PackageVersion)).Distinct()], now, cancel);
        await work.AddVerdictsAsync(number, await DoubtAsync(new(session), difference, cancel), now, cancel);

        var shown = difference?.Vulnerabilities ?? [.. Enumerable.Range(0, book.VulnerabilityCount).Select(i => book.Vulnerability(i).Id)];
        foreach (var chunk in shown.Chunk(10_000))
        {
            var numbers = (await new VulnerabilityStore(session).FindAsync(chunk, cancel)).Values.Distinct().ToList();
            await work.AddFactsAsync(number, numbers, now, cancel);
        }
    }

    /// <summary>Numbers that turn out to be of one vulnerability become one before anything is judged, so that a finding goes on where it would otherwise close and another open.</summary>
    private static async Task<IReadOnlyCollection<long>> MergeAsync(Session session, BookDifference? difference, Book book, DateTimeOffset now, CancellationToken cancel)
    {
        var numbering = new Numbering(session, now);
        var groups = difference?.Groups ?? [.. Enumerable.Range(0, book.VulnerabilityCount).Select(book.Vulnerability).Select(v => (IReadOnlyList<string>)[v.Id, .. v.Aliases]).Where(g => g.Count > 1)];
        foreach (var chunk in groups.Chunk(5_000))
        {
            var known = await new VulnerabilityStore(session).FindAsync([.. chunk.SelectMany(g => g)], cancel);
            await numbering.NumberAsync([.. chunk.Where(g => g.Any(known.ContainsKey))], cancel);
        }

        return numbering.Survivors;
    }

    private static async Task<IReadOnlyList<long>> DoubtAsync(FleetStore fleet, BookDifference? difference, CancellationToken cancel)
    {
        if (difference is null) return await fleet.DoubtAllAsync(null, cancel);
        var lists = (await fleet.EcosystemsAsync(cancel)).SelectMany(l => l.Split('|'), (List, One) => (List, One)).ToLookup(x => x.One, x => x.List, StringComparer.Ordinal);
        var doubted = new List<long>(difference.EndOfLife ? await fleet.DoubtAllAsync(Filing.Systems, cancel) : []);
        foreach (var chunk in difference.Keys.SelectMany(k => lists[k.Ecosystem], (k, list) => (list, k.Name)).Distinct().Chunk(20_000)) doubted.AddRange(await fleet.DoubtAsync(chunk, cancel));
        return doubted;
    }
}
