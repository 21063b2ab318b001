using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Takes the node's new books into use for the fleet, looks at the day, and clears away what nobody holds.</summary>
/// <remarks>Any number of nodes run one: the first that has a later book takes it into use, the others find that done.</remarks>
public sealed class BookFollower(FleetServices services)
{
    private const int ChoreLimit = 5_000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan UnheldFor = TimeSpan.FromDays(1);

    private readonly Adoption adoption = new(services);
    private readonly BookCourier courier = new(services.Database, services.Time);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        FleetBook? known = null;
        var day = DateOnly.FromDateTime(services.Time.GetUtcNow().UtcDateTime);
        try
        {
            while (true)
            {
                known = await FollowAsync(known, cancel);
                var today = DateOnly.FromDateTime(services.Time.GetUtcNow().UtcDateTime);
                if (today != day)
                {
                    day = today;
                    await adoption.NewDayAsync(cancel);
                    await ClearAsync(cancel);
                }

                await Task.Delay(Look, services.Time, cancel);
            }
        }
        finally
        {
            known?.Dispose();
        }
    }

    /// <summary>Borrows the node's book and takes it into use when it is another than the one before, which is kept until then to be compared with.</summary>
    private async Task<FleetBook?> FollowAsync(FleetBook? known, CancellationToken cancel)
    {
        var book = await services.Books.NewestAsync(cancel);
        if (book is null) return known;
        if (book.Digest == known?.Digest)
        {
            book.Dispose();
            return known;
        }

        try
        {
            if (await IsLaterAsync(book, cancel))
            {
                await courier.SendAsync(book, cancel);
                await Conflicts.RetryAsync(() => adoption.AdoptAsync(book, known, cancel), cancel);
                await services.Books.FollowAsync(cancel);
            }
        }
        catch
        {
            book.Dispose();
            throw;
        }

        known?.Dispose();
        return book;
    }

    private async Task<bool> IsLaterAsync(FleetBook book, CancellationToken cancel) =>
        (await courier.InUseAsync(cancel)).Book is not { } used || (used.Digest != book.Digest && used.Built <= book.Book.Built);

    /// <summary>Documents that were sent and never held, or are held no more; changes of holdings that every node has followed within a day.</summary>
    private async Task ClearAsync(CancellationToken cancel)
    {
        for (var more = true; more;)
        {
            more = await Conflicts.WriteAsync(services.Database, session => new DocumentStore(session).DeleteUnheldAsync(services.Time.GetUtcNow() - UnheldFor, ChoreLimit, cancel), cancel) == ChoreLimit;
        }

        await Conflicts.WriteAsync(services.Database, async session =>
        {
            var fleet = new FleetStore(session);
            await fleet.ForgetChangesAsync(await fleet.SequenceAsync(cancel) - ChoreLimit, cancel);
        }, cancel);
    }
}
