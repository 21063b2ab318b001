using System.Runtime.ExceptionServices;
using Vidimus.Fleet.Work;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Does the fleet's work: what a new book judges otherwise becomes findings that open, change and close.</summary>
/// <remarks>
/// Its units are of no account: each is about vulnerabilities or versions, and does what follows for all accounts at once, so none of them waits for another.
/// A unit's result and its end are one commit, except that the findings of a unit with many holders are committed in parts: those who did a part twice find nothing to change.
/// </remarks>
public sealed class FleetWorker : IDisposable
{
    private const int ResourcesInCommit = 65_536;
    private const int Tries = 5;

    private static readonly TimeSpan UntilThereIsABook = TimeSpan.FromSeconds(5);

    private readonly FleetServices services;
    private readonly Postings postings;

    public FleetWorker(FleetServices services)
    {
        (this.services, postings) = (services, new(services.Database));
        Handlers =
        [
            new Handler(this, FleetWork.Verdicts, VerdictsAsync),
            new Handler(this, FleetWork.Findings, FindingsAsync),
            new Handler(this, FleetWork.Facts, FactsAsync),
        ];
    }

    /// <summary>What a <see cref="Worker"/> does this work with.</summary>
    public IReadOnlyList<IWorkHandler> Handlers { get; }

    /// <summary>Does all the work that is due, and gives how many units.</summary>
    public async Task<int> DrainAsync(CancellationToken cancel)
    {
        ExceptionDispatchInfo? failed = null;
        var done = await new Worker(services.Database, Handlers, new() { Attempts = 1 }, services.Time, failure => failed ??= ExceptionDispatchInfo.Capture(failure.Error)).DrainAsync(cancel);
        failed?.Throw();
        return done;
    }

    public void Dispose() => postings.Dispose();

    private async Task DoAsync(HeldWork work, Func<HeldWork, FleetUnit, FleetBook, CancellationToken, Task> handle, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                using var book = await services.Books.BorrowAsync(cancel) ?? throw new BookMissingException("this node has no advisory book yet");
                await handle(work, FleetWork.Read(work.Unit), book, cancel);
                return;
            }
            catch (BookMissingException e)
            {
                throw new WorkPostponedException(e.Message, UntilThereIsABook);
            }
            catch (StaleFindingException) when (tries < Tries)
            {
                // Somebody wrote a finding meanwhile: read again and decide anew.
            }
        }
    }

    private Task VerdictsAsync(HeldWork work, FleetUnit unit, FleetBook book, CancellationToken cancel) =>
        InOneAsync(work, book, (session, desk) => desk.EnsureAsync(unit.Versions, cancel), cancel);

    private Task FactsAsync(HeldWork work, FleetUnit unit, FleetBook book, CancellationToken cancel) =>
        InOneAsync(work, book, (session, desk) => FactsAsync(session, book, unit, cancel), cancel);

    private Task InOneAsync(HeldWork held, FleetBook book, Func<Session, VerdictDesk, Task> work, CancellationToken cancel) => held.CommitAsync(async session =>
    {
        await work(session, await DeskAsync(session, book, cancel));

        // A book that was adopted meanwhile could not doubt what this transaction decides.
        await new FleetStore(session).LockAsync(cancel);
        _ = await DeskAsync(session, book, cancel);
    }, cancel);

    private async Task FindingsAsync(HeldWork held, FleetUnit unit, FleetBook book, CancellationToken cancel)
    {
        var holders = await postings.HoldersAsync(unit.Versions, cancel);
        for (var from = 0; ; from += ResourcesInCommit)
        {
            long[] part = [.. holders.Skip(from).Take(ResourcesInCommit)];
            var isLast = from + part.Length >= holders.Count;
            async Task WriteAsync(Session session)
            {
                var desk = await DeskAsync(session, book, cancel);
                if (part.Length > 0) await new FindingDesk(session, services, desk, services.Time.GetUtcNow()).OfVulnerabilitiesAsync(part, unit.Vulnerabilities, postings, cancel);
            }

            if (isLast)
            {
                await held.CommitAsync(WriteAsync, cancel);
                return;
            }

            await held.CommitPartAsync(WriteAsync, cancel);
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

    /// <summary>One unit at a time on a node: each is large, and two of them would mostly wait for each other's rows. Verdicts first, then the findings that follow of them, then texts and scores, by which findings are named.</summary>
    private sealed class Handler(FleetWorker fleet, string topic, Func<HeldWork, FleetUnit, FleetBook, CancellationToken, Task> handle) : IWorkHandler
    {
        public string Topic => topic;

        public int Parallel => 1;

        public string Group => "fleet";

        public Task HandleAsync(HeldWork work, CancellationToken cancel) => fleet.DoAsync(work, handle, cancel);
    }
}
