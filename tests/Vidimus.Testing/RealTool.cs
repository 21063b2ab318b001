using System.Diagnostics;
using Xunit;

namespace Vidimus.Testing;

/// <summary>Runs a real program that a test takes as its judge.</summary>
public static class RealTool
{
    /// <summary>Whether a missing component is a failure and not a skip.</summary>
    public static bool MustHaveAll => Environment.GetEnvironmentVariable("CI") is "true";

    /// <summary>Skips the test (fails it in CI) when a program is not installed.</summary>
    public static void Require(params ReadOnlySpan<string> programs)
    {
        foreach (var program in programs)
        {
            if (Find(program) is null) Missing($"{program} is not installed; ./test installs it when run as root");
        }
    }

    /// <summary>Skips the test, or fails it in CI, with the reason.</summary>
    public static void Missing(string what)
    {
        if (MustHaveAll) Assert.Fail(what);
        Assert.Skip(what);
    }

    public static string? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end and gives its standard output; throws when it fails.</summary>
    public static string Run(string program, IEnumerable<string> arguments, string? input = null, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (exit, output, error) = Try(program, arguments, input, folder, environment);
        return exit == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {exit}: {error}{output}");
    }

    /// <summary>Runs a program to its end: exit status, standard output, standard error.</summary>
    public static (int Exit, string Output, string Error) Try(string program, IEnumerable<string> arguments, string? input = null, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var error = Task.Run(process.StandardError.ReadToEnd);
        var feed = Task.Run(() =>
        {
            try
            {
                process.StandardInput.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended without reading all of its input; its exit status tells the rest.
            }
        });
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        feed.GetAwaiter().GetResult();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>A shell script, run by bash with -e, -u and pipefail.</summary>
    public static string Bash(string script, string? folder = null, string? input = null, IReadOnlyDictionary<string, string>? environment = null) => Run("bash", ["-euo", "pipefail", "-c", script], input, folder, environment);
}
