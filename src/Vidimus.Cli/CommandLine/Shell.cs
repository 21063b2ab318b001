using System.Runtime.InteropServices;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;

namespace Vidimus.Cli.CommandLine;

/// <summary>Runs a command line and turns whatever happens into an exit status and at most one sentence on standard error.</summary>
internal static class Shell
{
    /// <summary>Runs it. System.CommandLine's own answer to wrong usage and exceptions is 1, which is the gate's here; so both are handled before it can.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, Func<string, string?> environment)
    {
        using var interrupted = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);

        var help = "vidimus --help";
        try
        {
            if (ServerProgram.Handles(arguments)) ServerProgram.Become(arguments);
            var parsed = EnvironmentOptions.Parse(VidimusCommand.Create(), arguments, environment);
            help = $"{UsageErrors.Path(parsed)} --help";
            if (parsed.Action is not HelpWithExamples && UsageErrors.Sentence(parsed) is { } wrong) throw new UsageException(wrong);
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = output, Error = error }, interrupted.Token);
        }
        catch (UsageException e)
        {
            await error.WriteLineAsync($"vidimus: {PathText.Display(e.Message)}\nSee '{help}'.");
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await error.WriteLineAsync("vidimus: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is UnfinishedException or TargetException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return await UnfinishedAsync(e, PathText.Display(e.Message), error, environment);
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is, the person gets a sentence and the caller gets exit 3.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return await UnfinishedAsync(e, $"unexpected {e.GetType().Name}: {PathText.Display(e.Message)}; VIDIMUS_TRACE=1 shows where", error, environment);
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static async Task<int> UnfinishedAsync(Exception e, string sentence, TextWriter error, Func<string, string?> environment)
    {
        await error.WriteLineAsync($"vidimus: {sentence}");
        if (environment("VIDIMUS_TRACE") is "1") await error.WriteLineAsync(e.ToString());
        return ExitCode.Unfinished;
    }
}
