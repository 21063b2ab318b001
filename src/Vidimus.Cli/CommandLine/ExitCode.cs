namespace Vidimus.Cli.CommandLine;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Done; the gate, if there was one, holds.</summary>
    public const int Done = 0;

    /// <summary>The gate failed, and nothing else went wrong.</summary>
    public const int GateFailed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not be finished.</summary>
    public const int Unfinished = 3;

    /// <summary>Interrupted by a signal.</summary>
    public const int Interrupted = 130;
}

/// <summary>The command line asks for something that can't be: exit 2, one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for can't be finished: exit 3, one sentence that says what to do next.</summary>
internal sealed class UnfinishedException(string message, Exception? inner = null) : Exception(message, inner);
