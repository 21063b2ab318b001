using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Vidimus.Server.Scans;

/// <summary>A scan ended without a result; the message is for the operator.</summary>
internal sealed class ScanFailedException(string message) : Exception(message);

/// <summary>Runs the scanner in a process of its own, under a bound of memory and of time: what a hostile target does to it ends with it.</summary>
/// <remarks>
/// The child has no variable of this process but those that say how registries and proxies are reached, a folder of its own for everything it writes, and no handle of this process.
/// Its memory is bounded twice: the heap by the runtime, and all data by the system, which refuses it more.
/// </remarks>
internal sealed class ScanChild(string program, long memory, TimeSpan patience)
{
    private const int LongestError = 4000;
    private const int DataLimit = 2;
    private const int CoreLimit = 4;

    /// <summary>What the runtime itself, its code and stacks take beside the heap.</summary>
    private const long BesideTheHeap = 512L << 20;

    /// <summary>Where registries, their credentials' files and proxies are; none of them is a secret by itself.</summary>
    private static readonly string[] Kept = ["PATH", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "DOTNET_ROOT"];

    /// <summary>Scans a target and has what a push would send written into a file.</summary>
    /// <param name="folder">The child's own.</param>
    /// <exception cref="ScanFailedException">It said that it can't, or died, or was ended.</exception>
    public async Task RunAsync(string target, string name, string file, string folder, CancellationToken cancel)
    {
        using var process = Start(["push", "--quiet", "--as", name, "--to", file, "--", target], folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            Bound(process.Id, DataLimit, memory + BesideTheHeap);
            Bound(process.Id, CoreLimit, 0);
            var error = ErrorAsync(process.StandardError);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0) throw new ScanFailedException(process.ExitCode > 128 ? $"the scanner died (signal {process.ExitCode - 128}); it may use {memory >> 20} MiB" : Sentence(await error, process.ExitCode));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ScanFailedException(string.Create(CultureInfo.InvariantCulture, $"the scan took longer than {patience.TotalSeconds:0} s"));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private Process Start(IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var kept = Kept.Select(n => (Name: n, Value: Environment.GetEnvironmentVariable(n))).Where(v => v.Value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept) start.Environment[name] = value;
        foreach (var name in new[] { "HOME", "TMPDIR", "VIDIMUS_DATA" }) start.Environment[name] = folder;
        start.Environment["DOTNET_GCHeapHardLimit"] = memory.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        try
        {
            var process = Process.Start(start) ?? throw new ScanFailedException($"{program} can't be started");
            process.StandardInput.Close();
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new ScanFailedException($"{program} can't be started: {e.Message}");
        }
    }

    private static async Task<string> ErrorAsync(StreamReader reader)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer) is > 0 and var length) kept.Append(buffer, 0, Math.Min(length, LongestError - kept.Length));
        return kept.ToString();
    }

    private static string Sentence(string error, int exit)
    {
        var line = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return line is null ? string.Create(CultureInfo.InvariantCulture, $"the scanner ended with {exit}") : Model.Files.PathText.Display(line);
    }

    /// <summary>Sets a limit of a process. One that has ended by then needs none.</summary>
    private static void Bound(int process, int resource, long value)
    {
        ulong[] limits = [(ulong)value, (ulong)value];
        _ = SetLimit(process, resource, limits, 0);
    }

    [DllImport("libc", EntryPoint = "prlimit64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int process, int resource, ulong[] limits, nint old);
}
