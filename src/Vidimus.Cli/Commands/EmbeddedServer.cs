using System.Diagnostics;
using Vidimus.Cli.CommandLine;

namespace Vidimus.Cli.Commands;

/// <summary>The server that <c>vidimus</c> alone leaves running in the foreground, on its embedded store. It ends when this process, Ctrl-C or the standard input that this one was started with does.</summary>
internal sealed class EmbeddedServer : IDisposable
{
    private readonly Process process;

    private EmbeddedServer(Process process) => this.process = process;

    /// <summary>Whether the server lies beside this program.</summary>
    public static bool IsHere => File.Exists(ServerProgram.Path);

    /// <summary>Starts it. What it has to say it says on this process's own standard output and error.</summary>
    public static EmbeddedServer Start(string? feeds, bool offline)
    {
        var start = new ProcessStartInfo(ServerProgram.Path) { RedirectStandardInput = true };
        foreach (var argument in (string[])["serve", "--stop-with-stdin", "--log", "text", "--log-level", "warning"]) start.ArgumentList.Add(argument);
        if (feeds is not null) start.ArgumentList.Add($"--feeds={feeds}");
        if (offline) start.ArgumentList.Add("--offline");
        return new(Process.Start(start) ?? throw new UnfinishedException($"{ServerProgram.Path} can't be started"));
    }

    /// <summary>Its exit status, once it has ended or was asked to.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (Console.IsInputRedirected) StopWithStandardInput(stop);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.Dispose();
    }

    /// <summary>A read of standard input can't be cancelled, so it has a thread that ends with the process. A terminal is left alone: reading it would stop a job in the background.</summary>
    private static void StopWithStandardInput(CancellationTokenSource stop) => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (input.Read(buffer) > 0)
        {
            // What is sent means nothing.
        }

        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The server had ended already.
        }
    }) { IsBackground = true }.Start();
}
