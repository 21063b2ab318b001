using System.Diagnostics;
using System.Globalization;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Whole;

/// <summary>The real tool as a process, watched: what it answers, how long it took, how much memory it held, what it left behind.</summary>
public sealed class BoundedTool : IDisposable
{
    /// <summary>What a scan may hold at its peak, whatever its input says.</summary>
    public const long MostMemory = 400L << 20;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "vidimus");
    private readonly TemporaryFolder folder = Places.Temporary();

    public BoundedTool()
    {
        Directory.CreateDirectory(folder["data"]);
        Directory.CreateDirectory(folder["temp"]);
    }

    /// <summary>A path of the test's own.</summary>
    public string this[string name] => folder[name];

    /// <summary>Makes inputs in the test's folder.</summary>
    public void Make(string script) => RealTool.Bash(script, folder.Path);

    /// <summary>Writes an input.</summary>
    public string Write(string path, string text)
    {
        var full = folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    /// <summary>Scans a target and checks what holds for every input: exit 0 or 3, at 3 one sentence and no more, no stack trace, no file left or made outside, time and memory within bounds.</summary>
    public Answer Scan(string target, int seconds = 60, long memory = MostMemory, params IEnumerable<string> more)
    {
        // On a machine that is busy with others the time is theirs too; processor time is the scan's own.
        var answer = Run(["scan", target, "--offline", .. more], TimeSpan.FromSeconds(10 * seconds));
        Assert.True(answer.Exit is 0 or 3, $"exit {answer.Exit}: {answer.Error}");
        Assert.DoesNotContain("   at ", answer.Error);
        Assert.DoesNotContain("unexpected", answer.Error);
        Assert.DoesNotContain("please report", answer.Error + answer.Output);
        Assert.True(answer.Memory <= memory, $"{answer.Memory >> 20} MiB");
        Assert.True(answer.Processor <= TimeSpan.FromSeconds(seconds), $"{answer.Processor} of processor time");
        if (answer.Exit == 3)
        {
            Assert.StartsWith("vidimus: ", answer.Error);
            Assert.Single(answer.Error.TrimEnd('\n').Split('\n'));
            Assert.Empty(answer.Output);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["temp"]));
        return answer;
    }

    /// <summary>Lists a target's packages; checks that it ends well.</summary>
    public Answer Inventory(string target, params IEnumerable<string> more)
    {
        var answer = Run(["inventory", target, .. more], TimeSpan.FromMinutes(10));
        Assert.True(answer.Exit == 0, answer.Error);
        return answer;
    }

    public void Dispose() => folder.Dispose();

    private Answer Run(IEnumerable<string> arguments, TimeSpan longest)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["VIDIMUS_DATA"] = folder["data"];
        start.Environment["TMPDIR"] = folder["temp"];
        start.Environment["HOME"] = folder["home"];

        using var process = Process.Start(start)!;
        var output = Task.Run(process.StandardOutput.ReadToEnd);
        var error = Task.Run(process.StandardError.ReadToEnd);
        var watch = Stopwatch.StartNew();
        long memory = 0;
        var processor = TimeSpan.Zero;
        while (!process.WaitForExit(10))
        {
            (memory, processor) = (Math.Max(memory, PeakOf(process.Id)), ProcessorOf(process) ?? processor);
            if (watch.Elapsed < longest) continue;
            process.Kill();
            Assert.Fail($"still running after {longest}: {string.Join(' ', arguments)}");
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult(), memory, processor);
    }

    /// <summary>What it has used so far; null when it is gone.</summary>
    private static TimeSpan? ProcessorOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The most that a process has held resident so far (proc(5), VmHWM); 0 when it is gone.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}

/// <summary>What the tool answered.</summary>
/// <param name="Memory">The most it held resident, in bytes.</param>
public sealed record Answer(int Exit, string Output, string Error, long Memory, TimeSpan Processor);
