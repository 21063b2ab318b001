namespace Vidimus.Fleet.Work;

/// <summary>How a node works.</summary>
public sealed record WorkerOptions
{
    /// <summary>Units in hand at once, of all topics.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount * 2;

    /// <summary>After this time without a sign of life another worker takes a unit. It is renewed every third of it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to look when nobody says that there is work: after a restart, or work of another process on SQLite.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After so many attempts a unit becomes a dead letter. A worker that died with it counts: what kills workers must not kill all of them.</summary>
    public int Attempts { get; init; } = 10;

    public Backoff Backoff { get; init; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1));

    /// <summary>How long units in hand may go on when the worker is to stop.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>What went wrong in a worker, for the log.</summary>
/// <param name="Unit">Topic and subject; null when the store could not be asked.</param>
/// <param name="IsDead">Whether the unit was given up.</param>
public sealed record WorkFailure(string? Unit, Exception Error, bool IsDead);
