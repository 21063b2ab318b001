using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Where events go to, as registered.</summary>
/// <param name="Name">Unique in the account and region.</param>
/// <param name="Kind"><c>webhook</c>, <c>mail</c> or <c>file</c>.</param>
/// <param name="Form">In which form: <c>eventbridge</c>, <c>asff</c> or <c>ocsf</c>.</param>
/// <param name="Events">Which kinds of events.</param>
/// <param name="Wide">Those of all accounts of the tenant in the region, not only of its own.</param>
/// <param name="Target">The kind's own settings, as it writes them: an address, a JSON object.</param>
/// <param name="Secret">Sealed: a webhook's key, a mail server's password.</param>
public sealed record SinkDefinition(string Name, string Kind, string Form, IReadOnlyList<EventKind> Events, bool Wide, string Target, byte[]? Secret);

/// <summary>A sink and how far it is.</summary>
/// <param name="Position">The last event that it has had.</param>
/// <param name="Attempts">Failures since the last success.</param>
/// <param name="Error">What the last failure was; null after a success.</param>
/// <param name="Lease">Which taking this is.</param>
public sealed record Sink(Scope Scope, long Id, SinkDefinition Definition, long Position, long Sent, int Attempts, string? Error, DateTimeOffset Ready, long Lease);

/// <summary>An event that a sink refused or could not be told within its time.</summary>
public sealed record SinkLetter(long Sink, StoredEvent Event, DateTimeOffset At, string Error);

/// <summary>Sinks, each with its own place in the log, its own waits and its own dead letters, so that none waits for another.</summary>
public sealed class SinkStore(Session session)
{
    /// <summary>How long a dead letter is kept.</summary>
    public static TimeSpan LettersKept { get; } = TimeSpan.FromDays(30);

    /// <summary>No lease is as long, and no wait: a sink that is held or waits longer was put away by a clock that has been set back since.</summary>
    private static readonly TimeSpan FarLease = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FarWait = TimeSpan.FromHours(26);

    private const string Columns = "tenant, account, region, id, name, kind, form, events, wide, target, secret, position, sent, attempts, error, ready_ms, lease";

    /// <summary>Registers a sink; it hears of what is published from now on. False when the account has one of that name.</summary>
    public async Task<bool> RegisterAsync(Scope scope, SinkDefinition sink, DateTimeOffset now, CancellationToken cancel)
    {
        await session.LockAsync("outbox", cancel);
        const string insert = """
            insert into sink (tenant, account, region, name, kind, form, events, wide, target, secret, created_ms, position, sent, attempts, ready_ms, held_ms, lease)
            select @tenant, @account, @region, given.name, given.kind, given.form, given.events, given.wide, given.target, given.secret, @now, (select coalesce(max(id), 0) from event), 0, 0, 0, 0, 0
            from @rows as given where true
            on conflict (tenant, account, region, name) do nothing
            """;
        var rows = Rows.Of([sink]).Add("name", s => s.Name).Add("kind", s => s.Kind).Add("form", s => s.Form).Add("events", s => string.Join(',', s.Events.Select(e => (int)e))).Add("wide", s => s.Wide ? 1L : 0L)
            .Add("target", s => s.Target).Add("secret", s => s.Secret);
        return await session.ExecuteAsync(insert, rows, cancel, [.. ResourceStore.Of(scope), ("now", now.Milliseconds())]) == 1;
    }

    public async Task<IReadOnlyList<Sink>> ListAsync(Scope scope, CancellationToken cancel)
    {
        const string list = $"select {Columns} from sink where tenant = @tenant and account = @account and region = @region order by name";
        return await session.QueryAsync(list, Read, cancel, ResourceStore.Of(scope));
    }

    /// <summary>Takes a sink away with its dead letters; what it had not had yet is not told.</summary>
    public async Task<int> RemoveAsync(Scope scope, string name, CancellationToken cancel)
    {
        const string letters = """
            delete from sink_letter where sink in (select id from sink where tenant = @tenant and account = @account and region = @region and name = @name)
            """;
        await session.ExecuteAsync(letters, cancel, [.. ResourceStore.Of(scope), ("name", name)]);
        return await session.ExecuteAsync("delete from sink where tenant = @tenant and account = @account and region = @region and name = @name", cancel, [.. ResourceStore.Of(scope), ("name", name)]);
    }

    /// <summary>The account's dead letters, oldest event first.</summary>
    public async Task<IReadOnlyList<SinkLetter>> LettersAsync(Scope scope, int limit, CancellationToken cancel)
    {
        const string letters = $"{Letters} where sink_letter.tenant = @tenant and sink_letter.account = @account and sink_letter.region = @region order by sink_letter.event, sink_letter.sink limit @limit";
        return await session.QueryAsync(letters, ReadLetter, cancel, [.. ResourceStore.Of(scope), ("limit", limit)]);
    }

    /// <summary>Has dead letters of a sink sent again, and says how many.</summary>
    public async Task<int> ReplayAsync(Scope scope, string name, IReadOnlyList<long> events, CancellationToken cancel)
    {
        const string replay = """
            update sink_letter set replay = 1 where event in (select event from @rows as given)
            and sink in (select id from sink where tenant = @tenant and account = @account and region = @region and name = @name)
            """;
        var replayed = await session.ExecuteAsync(replay, Rows.Of("event", events), cancel, [.. ResourceStore.Of(scope), ("name", name)]);
        await session.NotifyAsync("outbox", cancel);
        return replayed;
    }

    /// <summary>Takes sinks that have something to be told and whose wait is over; they are this sender's until <paramref name="until"/>.</summary>
    [AcrossTenants("a sender sends for all")]
    public async Task<IReadOnlyList<Sink>> TakeAsync(int limit, DateTimeOffset now, DateTimeOffset until, CancellationToken cancel)
    {
        var take = $"""
            with due as materialized (
                select id from sink where (ready_ms <= @now or ready_ms > @far_wait) and (held_ms <= @now or held_ms > @far_lease)
                and (exists (select 1 from event where event.tenant = sink.tenant and event.region = sink.region and event.id > sink.position)
                    or exists (select 1 from sink_letter where sink_letter.sink = sink.id and sink_letter.replay = 1))
                order by ready_ms, id limit @limit {session.SkipLocked})
            update sink set lease = lease + 1, held_ms = @until where id in (select id from due) returning {Columns}
            """;
        return await session.QueryAsync(take, Read, cancel, ("now", now.Milliseconds()), ("until", until.Milliseconds()), ("far_wait", (now + FarWait).Milliseconds()), ("far_lease", (now + FarLease).Milliseconds()),
            ("limit", limit));
    }

    /// <summary>Keeps a sink longer; false when another sender has it.</summary>
    [AcrossTenants("bound to the lease")]
    public async Task<bool> RenewAsync(Sink sink, DateTimeOffset until, CancellationToken cancel) =>
        await session.ExecuteAsync("update sink set held_ms = @until where id = @id and lease = @lease and held_ms > 0", cancel, ("until", until.Milliseconds()), ("id", sink.Id), ("lease", sink.Lease)) == 1;

    /// <summary>The dead letters of a sink that are to be sent again.</summary>
    [AcrossTenants("bound to the lease")]
    public async Task<IReadOnlyList<SinkLetter>> ReplaysAsync(Sink sink, int limit, CancellationToken cancel)
    {
        const string replays = $"{Letters} where sink_letter.sink = @sink and sink_letter.replay = 1 order by sink_letter.event limit @limit";
        return await session.QueryAsync(replays, ReadLetter, cancel, ("sink", sink.Id), ("limit", limit));
    }

    /// <summary>Notes how far a sink has come, gives it back, and puts what it refused aside. A sender whose lease ended changes nothing and gets false.</summary>
    /// <param name="sink">As taken.</param>
    /// <param name="progress">From <see cref="TakeAsync"/> to now.</param>
    [AcrossTenants("bound to the lease")]
    public async Task<bool> AdvanceAsync(Sink sink, SinkProgress progress, DateTimeOffset now, CancellationToken cancel)
    {
        const string advance = """
            update sink set position = @position, sent = sent + @sent, attempts = @attempts, error = @error, ready_ms = @ready, held_ms = 0 where id = @id and lease = @lease
            """;
        if (await session.ExecuteAsync(advance, cancel, ("position", progress.Position), ("sent", progress.Sent), ("attempts", progress.Attempts), ("error", progress.Error), ("ready", progress.Ready.Milliseconds()),
            ("id", sink.Id), ("lease", sink.Lease)) != 1) return false;

        const string letter = """
            insert into sink_letter (tenant, account, region, sink, event, at_ms, error, replay) select @tenant, @account, @region, @sink, given.event, @now, given.error, 0 from @rows as given where true
            on conflict (sink, event) do update set at_ms = excluded.at_ms, error = excluded.error, replay = 0
            """;
        if (progress.Refused.Count > 0)
        {
            var rows = Rows.Of(progress.Refused).Add("event", r => r.Event).Add("error", r => r.Error);
            await session.ExecuteAsync(letter, rows, cancel, [.. ResourceStore.Of(sink.Scope), ("sink", sink.Id), ("now", now.Milliseconds())]);
        }

        const string replayed = "delete from sink_letter where sink = @sink and event in (select event from @rows as given)";
        if (progress.Replayed.Count > 0) await session.ExecuteAsync(replayed, Rows.Of("event", progress.Replayed), cancel, ("sink", sink.Id));
        return true;
    }

    /// <summary>Deletes dead letters from before a time, at most <paramref name="limit"/>.</summary>
    [AcrossTenants("the clock is the same for all")]
    public Task<int> ForgetAsync(DateTimeOffset before, int limit, CancellationToken cancel)
    {
        const string forget = """
            delete from sink_letter where at_ms < @before and (sink, event) in (select sink, event from sink_letter where at_ms < @before limit @limit)
            """;
        return session.ExecuteAsync(forget, cancel, ("before", before.Milliseconds()), ("limit", limit));
    }

    private const string Letters = $"""
        select {EventLog.Columns}, sink_letter.sink, sink_letter.at_ms, sink_letter.error from {EventLog.Named} join sink_letter on sink_letter.event = event.id
        """;

    private static SinkLetter ReadLetter(DbDataReader r) => new(r.Int64(21), EventLog.Read(r), r.Time(22), r.GetString(23));

    private static Sink Read(DbDataReader r) => new(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3),
        new(r.GetString(4), r.GetString(5), r.GetString(6), [.. r.GetString(7).Split(',').Select(e => (EventKind)short.Parse(e, System.Globalization.CultureInfo.InvariantCulture))], r.Int32(8) != 0, r.GetString(9),
            r.IsDBNull(10) ? null : r.Bytes(10)),
        r.Int64(11), r.Int64(12), r.Int32(13), r.StringOrNull(14), r.Time(15), r.Int64(16));
}

/// <summary>What came of a sender's turn with a sink.</summary>
/// <param name="Position">Up to where everything is told or put aside.</param>
/// <param name="Ready">When to go on.</param>
/// <param name="Refused">What is put aside as dead letters.</param>
/// <param name="Replayed">The dead letters that are told now.</param>
public sealed record SinkProgress(long Position, int Sent, int Attempts, string? Error, DateTimeOffset Ready, IReadOnlyList<(long Event, string Error)> Refused, IReadOnlyList<long> Replayed);
