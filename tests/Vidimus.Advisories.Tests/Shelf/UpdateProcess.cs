using System.Diagnostics;
using System.Runtime.CompilerServices;
using Vidimus.Advisories.Shelf;
using Vidimus.Ecosystems;

namespace Vidimus.Advisories.Tests.Shelf;

/// <summary>An update in a process of its own, to be killed: this very test program, which a variable of its environment makes an updater before any test is looked for.</summary>
internal static class UpdateProcess
{
    private const string Variable = "VIDIMUS_TEST_UPDATE";

    public static Process Start(string data, string address)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        start.Environment[Variable] = $"{data}\n{address}";
        return Process.Start(start)!;
    }

    /// <remarks>No other thread may enter this module's types while its initializer runs: what the update uses is of other modules.</remarks>
    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } variable) return;

        var (data, address) = (variable.Split('\n')[0], variable.Split('\n')[1]);
        Console.WriteLine("updating");
        BookShelf.ForAddress(data, address, BookShelfTests.Feeds, EcosystemList.Keys, TimeProvider.System).UpdateAsync(new() { Parts = [] }, default).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
