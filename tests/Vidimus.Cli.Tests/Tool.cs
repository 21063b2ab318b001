using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>Runs the built command line tool as its users do: as a process.</summary>
internal static class Tool
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "vidimus");

    /// <summary>Exit status, standard output, standard error. The data folder is the test's, variables are the ones given.</summary>
    public static (int Exit, string Output, string Error) Run(TemporaryFolder folder, IReadOnlyDictionary<string, string>? variables, params IEnumerable<string> arguments) =>
        RealTool.Try(Program, arguments, folder: folder.Path, environment: new Dictionary<string, string>(variables ?? new Dictionary<string, string>()) { ["VIDIMUS_DATA"] = folder["data"] });

    /// <summary>The same without further variables.</summary>
    public static (int Exit, string Output, string Error) Run(TemporaryFolder folder, params IEnumerable<string> arguments) => Run(folder, null, arguments);

    /// <summary>The JSON report of a scan with the shared feeds; checks that it ended well.</summary>
    public static JsonDocument Scan(TemporaryFolder folder, string target, params IEnumerable<string> more)
    {
        var (exit, output, error) = Run(folder, ["scan", target, "--feeds", Places.Shared("advisories"), "-f", "json", .. more]);
        Assert.True(exit == 0, $"exit {exit}: {error}");
        JsonJudges.ScanReport(output);
        return JsonDocument.Parse(output);
    }
}
