namespace Vidimus.Server.Hosting;

/// <summary>Work that a node does beside answering, from its start to its stop.</summary>
/// <param name="Name">For the log and the metrics.</param>
/// <param name="RunAsync">Runs until it is cancelled. When it throws, that is logged and it is started again after a pause that grows to a minute; so it must be safe to begin anew.</param>
internal sealed record Background(string Name, Func<CancellationToken, Task> RunAsync);
