namespace Vidimus.Storage;

/// <summary>When what recurs is due next. Whoever moves the date on does it; the others find it moved.</summary>
[AcrossTenants("the clock is the same for all")]
public sealed class Schedule(Session session)
{
    /// <summary>True for one caller in each period. The first period begins with the first question.</summary>
    /// <remarks>Periods that passed while nobody ran are not made up for; a date much further away than a period is a clock that was set back, and is due.</remarks>
    public async Task<bool> TakeAsync(string name, TimeSpan period, DateTimeOffset now, CancellationToken cancel)
    {
        const string take = """
            insert into schedule (name, next_ms) values (@name, @next)
            on conflict (name) do update set next_ms = excluded.next_ms where schedule.next_ms <= @now or schedule.next_ms > @far
            """;
        return await session.ExecuteAsync(take, cancel, ("name", name), ("now", now.Milliseconds()), ("next", (now + period).Milliseconds()), ("far", (now + Far(period)).Milliseconds())) == 1;
    }

    /// <summary>The names that are due or were never asked for, of the given ones; a look that writes nothing.</summary>
    public async Task<IReadOnlyList<string>> DueAsync(IReadOnlyList<(string Name, TimeSpan Period)> recurring, DateTimeOffset now, CancellationToken cancel)
    {
        const string due = """
            select given.name from @rows as given left join schedule on schedule.name = given.name
            where schedule.name is null or schedule.next_ms <= @now or schedule.next_ms > @now + given.far
            """;
        var rows = Rows.Of(recurring).Add("name", r => r.Name).Add("far", r => (long)Far(r.Period).TotalMilliseconds);
        return await session.QueryAsync(due, rows, r => r.GetString(0), cancel, ("now", now.Milliseconds()));
    }

    /// <summary>Further away than clocks of nodes are apart.</summary>
    private static TimeSpan Far(TimeSpan period) => (2 * period) + TimeSpan.FromMinutes(1);
}
