using Vidimus.Advisories;
using Vidimus.Findings;

namespace Vidimus.Fleet;

/// <summary>Where the books are that this node has.</summary>
public interface IFleetBooks
{
    /// <summary>Borrows the book that the fleet is judged by, when this node has it, else the newest one; null while it has none.</summary>
    ValueTask<FleetBook?> BorrowAsync(CancellationToken cancel);

    /// <summary>Borrows the newest book: that in use, or one that is to be taken into use.</summary>
    ValueTask<FleetBook?> NewestAsync(CancellationToken cancel) => BorrowAsync(cancel);

    /// <summary>Looks by which book the fleet is judged, and fetches it when this node has it not.</summary>
    Task FollowAsync(CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>A book that stays open until the loan ends.</summary>
public sealed class FleetBook(Book book, Action? giveBack = null) : IDisposable
{
    public Book Book => book;

    /// <summary>By which nodes tell whether they have the same.</summary>
    public Digest Digest { get; } = Digest.From(book.Digest.Span);

    /// <summary>Its file, for those that can be sent to other nodes.</summary>
    public string? Path { get; init; }

    /// <summary>The feeds and their parts that it was made of, by name.</summary>
    public IReadOnlyList<string> Feeds { get; init; } = [];

    public void Dispose() => giveBack?.Invoke();
}

/// <summary>This node has no book, or not the one that the fleet is judged by: another node, or this one later, can do it.</summary>
public sealed class BookMissingException(string message) : Exception(message);
