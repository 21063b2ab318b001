using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Sinks.Tests;

/// <summary>A running mailserver.py.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly Process process;

    public MailServer()
    {
        process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Places.Repository, "tests", "Vidimus.Sinks.Tests", "mailserver.py")]) { RedirectStandardOutput = true })!;
        Port = int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    public async Task<JsonElement> MessageAsync() => JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!).RootElement;

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
