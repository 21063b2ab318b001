using Vidimus.Fleet;
using Vidimus.Server.Books;

namespace Vidimus.Server.Hosting;

/// <summary>All that goes on in the background of a node. Adding a chore is a line here.</summary>
internal static class Backgrounds
{
    /// <summary>What every node does, one that only answers too.</summary>
    public static IReadOnlyList<Background> OfEveryNode(Node node) =>
    [
        new("advisories", new BookRefresh(node.Books, node.Fleet, node.Settings, node.Time, node.Log).RunAsync),
        new("book in use", new BookWatch(node.Books, node.Time).RunAsync),
        new("memory", new MemoryReturn(node.Time).RunAsync),
    ];

    /// <summary>What the fleet's work is: done by <c>worker</c>, and by <c>serve</c> unless it is told not to. Any number of nodes do it at once, so each is safe beside its twin: by the queue's leases, or by a lock.</summary>
    public static IReadOnlyList<Background> OfWorkers(Node node) =>
    [
        // New books are taken into use; the queue: verdicts and findings, reports, what recurs, what is asked for once.
        new("fleet books", new BookFollower(node.Fleet).RunAsync),
        new("scheduler", new QueueWork(node).ScheduleAsync),
        new("work", new QueueWork(node).WorkAsync),

        // Events to sinks; accounts on their way to another tenant.
        new("events", new Telling(node).RunAsync),
        new("account moves", new AccountMoveChore(node).RunAsync),

        // Retention.
        new("retention", new RetentionChore(node.Database, node.Settings.KeepHistory, node.Settings.KeepAudit, node.Time).RunAsync),
    ];
}
