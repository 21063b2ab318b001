using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Does the fleet's work: what a new book judges otherwise becomes findings that open, change and close.</summary>
/// <remarks>Any number of nodes run one. A unit's result and its end are one commit, except that the findings of a unit with many holders are committed in parts: those who did a part twice find nothing to change.</remarks>
public sealed class FleetWorker(FleetServices services) : IDisposable
{
    private const int ResourcesInCommit = 65_536;
    private const int MostAttempts = 20;

    /// <summary>Renewed while a unit is worked on.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly string[] Topics = [FleetWork.Verdicts, FleetWork.Findings, FleetWork.Facts];

    private readonly Postings postings = new(services.Database);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            if (!await StepAsync(cancel)) await services.Database.WaitAsync("work", Idle, cancel);
        }
    }

    /// <summary>Does all the work that is due; gives how many units.</summary>
    public async Task<int> DrainAsync(CancellationToken cancel)
    {
        var done = 0;
        while (await StepAsync(cancel)) done++;
        return done;
    }

    public void Dispose() => postings.Dispose();

    /// <summary>Does one unit; false when none is due or this node can't do it now.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        foreach (var topic in Topics)
        {
            if (await TakeAsync(topic, cancel) is { } unit) return await DoAsync(unit, cancel);
        }

        return false;
    }

    private async Task<WorkUnit?> TakeAsync(string topic, CancellationToken cancel)
    {
        var now = services.Time.GetUtcNow();
        var taken = await CommitAsync(session => new WorkQueue(session).TakeAsync(topic, 1, now, now + Lease, cancel), cancel);
        return taken is [var unit] ? unit : null;
    }

    private Task<T> CommitAsync<T>(Func<Session, Task<T>> write, CancellationToken cancel) => Conflicts.RetryAsync(async () =>
    {
        await using var session = await services.Database.WriteAsync(cancel);
        var result = await write(session);
        await session.CommitAsync(cancel);
        return result;
    }, cancel);

    private async Task<bool> DoAsync(WorkUnit unit, CancellationToken cancel)
    {
        try
        {
            using var book = await services.Books.BorrowAsync(cancel) ?? throw new BookMissingException("this node has no advisory book yet");
            await Leases.KeepAsync(kept => DoAsync(unit, book, kept), kept => RenewAsync(unit, kept), Lease, services.Time, cancel);
            return true;
        }
        catch (BookMissingException e)
        {
            await GiveBackAsync(unit, e.Message, services.Time.GetUtcNow() + Idle, cancel);
            return false;
        }
        catch (Exception e) when (e is StaleFindingException or StoreBusyException)
        {
            await GiveBackAsync(unit, e.Message, unit.Attempts < MostAttempts ? services.Time.GetUtcNow() : null, cancel);
            return true;
        }
        catch (Exception e) when (e is LeaseLostException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return true; // another worker has it now
        }
        catch (InvalidDataException e)
        {
            await GiveBackAsync(unit, e.Message, null, cancel);
            return true;
        }
    }

    private async Task DoAsync(WorkUnit unit, FleetBook book, CancellationToken cancel)
    {
        var work = FleetWork.Read(unit);
        switch (unit.Topic)
        {
            case FleetWork.Verdicts:
                await InOneAsync(unit, book, (session, desk) => desk.EnsureAsync(work.Versions, cancel), cancel);
                break;
            case FleetWork.Findings:
                await FindingsAsync(unit, work, book, cancel);
                break;
            default:
                await InOneAsync(unit, book, (session, desk) => FactsAsync(session, book, work, cancel), cancel);
                break;
        }
    }

    private Task<bool> RenewAsync(WorkUnit unit, CancellationToken cancel) =>
        CommitAsync(async session => (await new WorkQueue(session).RenewAsync([unit], services.Time.GetUtcNow() + Lease, cancel)).Count == 1, cancel);

    private Task<bool> GiveBackAsync(WorkUnit unit, string why, DateTimeOffset? retry, CancellationToken cancel) => CommitAsync(async session =>
    {
        await new WorkQueue(session).FailAsync(unit, why, retry, cancel);
        return true;
    }, cancel);

    private Task<bool> InOneAsync(WorkUnit unit, FleetBook book, Func<Session, VerdictDesk, Task> work, CancellationToken cancel) => CommitAsync(async session =>
    {
        await work(session, await DeskAsync(session, book, cancel));
        await new WorkQueue(session).CompleteAsync(unit, cancel);

        // A book that was adopted meanwhile could not doubt what this transaction decides.
        await new FleetStore(session).LockAsync(cancel);
        _ = await DeskAsync(session, book, cancel);
        return true;
    }, cancel);

    private async Task FindingsAsync(WorkUnit unit, FleetUnit work, FleetBook book, CancellationToken cancel)
    {
        var holders = await postings.HoldersAsync(work.Versions, cancel);
        for (var from = 0; ; from += ResourcesInCommit)
        {
            long[] part = [.. holders.Skip(from).Take(ResourcesInCommit)];
            var isLast = from + part.Length >= holders.Count;
            await CommitAsync(async session =>
            {
                var desk = await DeskAsync(session, book, cancel);
                if (part.Length > 0) await new FindingDesk(session, services, desk, services.Time.GetUtcNow()).OfVulnerabilitiesAsync(part, work.Vulnerabilities, postings, cancel);
                if (isLast) await new WorkQueue(session).CompleteAsync(unit, cancel);
                else await new WorkQueue(session).RenewAsync(unit, services.Time.GetUtcNow() + Lease, cancel);
                return true;
            }, cancel);
            if (isLast) return;
        }
    }

    private static async Task FactsAsync(Session session, FleetBook book, FleetUnit work, CancellationToken cancel)
    {
        var store = new VulnerabilityStore(session);
        var facts = new List<(long, Findings.VulnerabilityFacts)>();
        foreach (var number in work.Vulnerabilities)
        {
            var names = await store.AliasesAsync(number, cancel);
            var shown = names.Select(book.Book.Find).OfType<Advisories.BookVulnerability>().Distinct().ToList();
            if (shown.Count > 0) facts.Add((number, VulnerabilityFactsMaker.Of(shown.MinBy(v => v.Id, StringComparer.Ordinal))));
        }

        await store.PutAsync(facts, cancel);
    }

    /// <exception cref="BookMissingException">The fleet is judged by another book than this node has.</exception>
    private async Task<VerdictDesk> DeskAsync(Session session, FleetBook book, CancellationToken cancel) =>
        await new FleetStore(session).BookAsync(cancel) is { } adopted && adopted.Digest == book.Digest
            ? new(session, book, adopted.Number, services.Keys, services.Time.GetUtcNow())
            : throw new BookMissingException("this node has not the book that the fleet is judged by");
}
