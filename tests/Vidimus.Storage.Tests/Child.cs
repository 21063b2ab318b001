using System.Diagnostics;

namespace Vidimus.Storage.Tests;

/// <summary>A process of Vidimus.Storage.Child that is killed in the middle of its work.</summary>
internal static class Child
{
    /// <summary>Runs a command and kills it (SIGKILL) some time after it has opened the store. True when it had ended by then.</summary>
    /// <param name="said">Gets each line that it printed.</param>
    /// <param name="lines">The time runs from this many lines on, so that a quick machine is interrupted in the middle of its work too.</param>
    public static async Task<bool> RunAsync(string command, string target, TimeSpan life, Action<string> said, CancellationToken cancel, int lines = 0)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Vidimus.Storage.Child");
        using var process = Process.Start(new ProcessStartInfo(program, [command, target]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(cancel));
        using var killing = new CancellationTokenSource();
        if (lines == 0) killing.CancelAfter(life);
        await using var kill = killing.Token.Register(process.Kill);

        var done = false;
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            done |= line == "done";
            said(line);
            if (--lines == 0) killing.CancelAfter(life);
        }

        await process.WaitForExitAsync(cancel);
        if (!done) Assert.Equal(128 + 9, process.ExitCode);
        return done;
    }
}
