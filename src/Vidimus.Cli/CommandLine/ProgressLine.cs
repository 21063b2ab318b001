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
    private int tick;

    public ProgressLine(bool quiet)
    {
        shows = !quiet && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        if (shows) timer = new(_ => Draw(), null, 150, 100);
    }

    /// <summary>Shows a scan's counters.</summary>
    public void Watch(ScanProgress progress, string what)
    {
        lock (turn) (scan, doing) = (progress, what);
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
            var width = Math.Max(20, Console.WindowWidth - 4);
            Console.Error.Write($"\r\x1b[K{"⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"[tick++ % 10]} {(text.Length > width ? text[..width] : text)}");
        }
    }
}
