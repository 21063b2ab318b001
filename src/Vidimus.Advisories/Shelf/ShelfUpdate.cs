namespace Vidimus.Advisories.Shelf;

/// <summary>What an update shall do.</summary>
public sealed record ShelfUpdate
{
    /// <summary>The parts wanted beside those that the book holds: <c>osv/Debian</c>, <c>alpine-secdb/v3.19</c>, <c>kev</c>; a feed's bare name is all of its parts.</summary>
    public required IReadOnlyCollection<string> Parts { get; init; }

    /// <summary>The time that the network may take in all; null for as long as it takes.</summary>
    public TimeSpan? NetworkBudget { get; init; }

    /// <summary>How long to wait for another update to end.</summary>
    public TimeSpan LockWait { get; init; }

    /// <summary>Is told what is being done, for a person.</summary>
    public IProgress<string>? Progress { get; init; }
}

/// <summary>Another process updates the same book.</summary>
public sealed class ShelfBusyException : Exception
{
    public ShelfBusyException(string message)
        : base(message)
    {
    }

    public ShelfBusyException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ShelfBusyException()
    {
    }
}
