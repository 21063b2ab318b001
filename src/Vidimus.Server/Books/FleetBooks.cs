using Vidimus.Ecosystems;
using Vidimus.Fleet;
using Vidimus.Server.Hosting;

namespace Vidimus.Server.Books;

/// <summary>The node's book as the fleet borrows it.</summary>
internal sealed class FleetBooks(ServerBooks books) : IFleetBooks
{
    /// <summary>What the fleet stands on in a node.</summary>
    public static FleetServices ServicesOf(Node node) => new(node.Database, new FleetBooks(node.Books), EcosystemList.Keys, node.Time);

    public async ValueTask<FleetBook?> BorrowAsync(CancellationToken cancel) => await books.BorrowAsync(cancel) is { } loan ? new(loan.Book, loan.Dispose) : null;
}
