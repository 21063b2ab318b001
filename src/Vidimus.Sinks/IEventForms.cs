using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>An event as a receiver reads it.</summary>
/// <param name="Event">Its number in the log.</param>
/// <param name="Id">A UUID made of it: who is told twice knows it by this.</param>
/// <param name="Thread">Events of one thread (a finding, a resource) are told one after the other.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Severity">Of a finding.</param>
/// <param name="Body">JSON on one line.</param>
public sealed record EventText(long Event, string Id, string Thread, DateTimeOffset At, string Title, string? Severity, byte[] Body);

/// <summary>Writes events in the forms that receivers know. Lies with the wire's shapes, which sinks don't see.</summary>
public interface IEventForms
{
    /// <summary>The names of the forms: <c>eventbridge</c>, <c>asff</c>, <c>ocsf</c>.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Whether a form has a word for such events; a sink of that form hears nothing of others.</summary>
    bool Tells(string form, EventKind kind);

    /// <summary>Writes events that the form has a word for, in the order given. Null where what it tells of has been deleted meanwhile.</summary>
    Task<IReadOnlyList<EventText?>> WriteAsync(Session session, string form, IReadOnlyList<StoredEvent> events, CancellationToken cancel);
}
