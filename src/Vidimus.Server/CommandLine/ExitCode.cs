namespace Vidimus.Server.CommandLine;

/// <summary>What the process says when it ends; the same numbers as the scanner's.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not be finished.</summary>
    public const int Unfinished = 3;

    /// <summary>Interrupted by a signal before it was done.</summary>
    public const int Interrupted = 130;
}

/// <summary>The command line or the configuration asks for something that can't be: exit 2, one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What was asked for can't be finished: exit 3, one sentence that says what to do next.</summary>
internal sealed class UnfinishedException(string message, Exception? inner = null) : Exception(message, inner);
