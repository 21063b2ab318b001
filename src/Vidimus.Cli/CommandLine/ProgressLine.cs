using System.Globalization;
using Vidimus.Scanning;

namespace Vidimus.Cli.CommandLine;

/// <summary>One line on a terminal's standard error that tells what goes on; silent where there is no terminal.</summary>
internal sealed class ProgressLine : IProgress<string>, IDisposable
{
    private readonly Lock turn = new();
    private readonly Timer? timer;
    private readonly bool shows;
    private string doing = "";
    private ScanProgress? scan;
    private Func<long>? fetched;
    private int tick;

    public ProgressLine(bool quiet)
    {
        shows = !quiet && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        if (shows) timer = new(_ => Draw(), null, 150, 100);
    }

    /// <summary>Shows a scan's counters.</summary>
    /// <param name="bytesFetched">What came over the network, where the target is fetched.</param>
    public void Watch(ScanProgress progress, string what, Func<long>? bytesFetched = null)
    {
        lock (turn) (scan, doing, fetched) = (progress, what, bytesFetched);
    }

    public void Report(string value)
    {
        lock (turn) (scan, doing) = (null, value);
    }

    public void Dispose()
    {
        timer?.Dispose();
        lock (turn)
        {
            if (shows && tick > 0) Console.Error.Write("\r\x1b[K");
            doing = "";
        }
    }

    private void Draw()
    {
        lock (turn)
        {
            if (doing.Length == 0) return;
            var text = scan is null ? doing : string.Create(CultureInfo.InvariantCulture, $"{doing}  {scan.Entries:n0} entries · {scan.Files:n0} files read · {scan.Bytes / 1e6:n1} MB");
            if (scan is not null && fetched is not null) text += string.Create(CultureInfo.InvariantCulture, $" · {fetched() / 1e6:n1} MB fetched");
            var width = Math.Max(20, Console.WindowWidth - 4);
            Console.Error.Write($"\r\x1b[K{"⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[tick++ % 10]} {(text.Length > width ? text[..width] : text)}");
        }
    }
}
