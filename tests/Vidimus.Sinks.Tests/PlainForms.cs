using System.Text;
using Vidimus.Storage;

namespace Vidimus.Sinks.Tests;

/// <summary>The least that a form can be: what the log has of an event.</summary>
internal sealed class PlainForms : IEventForms
{
    public IReadOnlyList<string> Names => ["plain"];

    /// <summary>Whether nothing can be told of an event any more.</summary>
    public Func<StoredEvent, bool> Deleted { get; init; } = _ => false;

    public bool Tells(string form, EventKind kind) => true;

    public Task<IReadOnlyList<EventText?>> WriteAsync(Session session, string form, IReadOnlyList<StoredEvent> events, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<EventText?>>([.. events.Select(e => Deleted(e) ? null : new EventText(e.Id, $"event-{e.Id}", $"finding-{e.Finding?.Finding}", e.At, $"{e.Finding?.Cause} of {e.Finding?.Finding}", "HIGH",
            Encoding.UTF8.GetBytes($$"""{"event":{{e.Id}},"finding":{{e.Finding?.Finding ?? 0}},"cause":"{{e.Finding?.Cause}}"}""")))]);
}

/// <summary>A clock that stands where it is put, and starts now so that receivers take the stamps.</summary>
internal sealed class SetTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = TimeProvider.System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}
