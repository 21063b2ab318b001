using Vidimus.Advisories;
using Vidimus.Findings;

namespace Vidimus.Fleet;

/// <summary>Where the book is that this node has.</summary>
public interface IFleetBooks
{
    /// <summary>Borrows the node's newest book; null while it has none.</summary>
    ValueTask<FleetBook?> BorrowAsync(CancellationToken cancel);
}

/// <summary>A book that stays open until the loan ends.</summary>
public sealed class FleetBook(Book book, Action? giveBack = null) : IDisposable
{
    public Book Book => book;

    /// <summary>By which nodes tell whether they have the same.</summary>
    public Digest Digest { get; } = Digest.From(book.Digest.Span);

    public void Dispose() => giveBack?.Invoke();
}

/// <summary>This node has no book, or not the one that the fleet is judged by: another node, or this one later, can do it.</summary>
public sealed class BookMissingException(string message) : Exception(message);
