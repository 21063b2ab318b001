using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vidimus.Model.Files;

namespace Vidimus.Server.CommandLine;

/// <summary>Runs a command line and turns whatever happens into an exit status and at most one sentence on standard error.</summary>
internal static class Shell
{
    /// <summary>The command that tells of the one that was wrong.</summary>
    private static string Help(ParseResult? parsed)
    {
        var words = new List<string> { "--help" };
        for (var at = parsed?.CommandResult; at?.Parent is CommandResult above; at = above) words.Insert(0, at.Command.Name);
        return $"vidimus {string.Join(' ', words.Count > 1 ? words : ["serve", .. words])}";
    }

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, Func<string, string?> environment)
    {
        using var stopped = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        ParseResult? parsed = null;
        try
        {
            parsed = ServerCommand.Create(environment).Parse(arguments);
            if (parsed.Errors.Count > 0) throw new UsageException(parsed.Errors[0].Message);
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error }, stopped.Token);
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync($"vidimus: {PathText.Display(e.Message)}\nSee '{Help(parsed)}' and docs/server-options.md.");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            await error.WriteLineAsync("vidimus: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is UnfinishedException or InvalidDataException or IOException or UnauthorizedAccessException or DbException or CryptographicException)
        {
            return await UnfinishedAsync(e, PathText.Display(e.Message), error, environment);
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is, the person gets a sentence and the caller gets exit 3.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return await UnfinishedAsync(e, $"unexpected {e.GetType().Name}: {PathText.Display(e.Message)}; VIDIMUS_TRACE=1 shows where", error, environment);
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.Cancel();
        }
    }

    private static async Task<int> UnfinishedAsync(Exception e, string sentence, TextWriter error, Func<string, string?> environment)
    {
        await error.WriteLineAsync($"vidimus: {sentence}");
        if (environment("VIDIMUS_TRACE") is "1") await error.WriteLineAsync(e.ToString());
        return ExitCode.Unfinished;
    }
}
