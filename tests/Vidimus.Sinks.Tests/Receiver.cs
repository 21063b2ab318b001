using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Sinks.Tests;

/// <summary>What receiver.py got.</summary>
internal sealed record Received(string Path, string Id, int Status, bool Valid, JsonElement Body);

/// <summary>A running receiver.py: a webhook's other end that verifies signatures with Python's own means.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task reading;
    private readonly ConcurrentQueue<Received> received = new();

    /// <param name="port">0 for a free one.</param>
    public Receiver(string key, int port = 0)
    {
        RealTool.Require("python3");
        var script = Path.Combine(Places.Repository, "tests", "Vidimus.Sinks.Tests", "receiver.py");
        process = Process.Start(new ProcessStartInfo("python3", [script, key, port.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        Port = int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                using var json = JsonDocument.Parse(line);
                var root = json.RootElement;
                received.Enqueue(new(root.GetProperty("path").GetString()!, root.GetProperty("id").GetString()!, root.GetProperty("status").GetInt32(), root.GetProperty("valid").GetBoolean(), root.GetProperty("body").Clone()));
            }
        });
    }

    public int Port { get; }

    public IReadOnlyList<Received> All => [.. received];

    public string Address(string path) => $"http://127.0.0.1:{Port}{path}";

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
        process.Dispose();
    }
}
