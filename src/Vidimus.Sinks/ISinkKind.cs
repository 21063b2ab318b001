using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>What came of sending events: how the first of them went, and why no more.</summary>
/// <param name="Outcomes">Of the first events, in their order: null for told, else why the receiver refused this one.</param>
/// <param name="Failure">Why the rest was not sent: nobody can be reached, or nobody wants anything now. Null when all went.</param>
/// <param name="Next">The earliest time to go on; null for as usual.</param>
public sealed record SendResult(IReadOnlyList<string?> Outcomes, string? Failure = null, DateTimeOffset? Next = null);

/// <summary>A way out. It keeps nothing between calls.</summary>
public interface ISinkKind
{
    string Kind { get; }

    /// <summary>How many events it takes at once.</summary>
    int Batch { get; }

    /// <exception cref="SinkException">The target makes no sense for this kind.</exception>
    void Check(string target);

    /// <param name="secret">Opened; null when the sink has none.</param>
    Task<SendResult> SendAsync(Sink sink, string? secret, IReadOnlyList<EventText> events, CancellationToken cancel);

    /// <summary>Sends a message that is no event, whatever the hour.</summary>
    /// <returns>Null when it went, else why not.</returns>
    Task<string?> TryAsync(Sink sink, string? secret, EventText message, CancellationToken cancel);
}

/// <summary>A sink that can't be registered, with the reason in one sentence.</summary>
public sealed class SinkException(string message) : Exception(message);
