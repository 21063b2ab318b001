using System.Diagnostics;
using System.Globalization;
using System.Net;
using Vidimus.Storage;
using Vidimus.Testing;

namespace Vidimus.Sinks.Tests;

/// <summary>The other end is Python's http.server as it comes: it speaks HTTP/1.0 and closes each connection after its answer without saying so.</summary>
public sealed class OldReceiverTests
{
    private const string Script = """
        import http.server
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers['content-length']))
                self.send_response(200)
                self.send_header('Content-Length', '0')
                self.end_headers()
            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """;

    [Fact]
    public async Task AReceiverThatClosesEachConnectionHearsAll()
    {
        RealTool.Require("python3");
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Script]) { RedirectStandardOutput = true })!;
        try
        {
            var port = int.Parse((await python.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
            using var hook = new Webhook(new([IPNetwork.Parse("127.0.0.1/32")], Dns.GetHostAddressesAsync), TimeProvider.System, TimeSpan.FromSeconds(20));
            var definition = new SinkDefinition("old", "webhook", "eventbridge", [EventKind.Finding], false, $"http://127.0.0.1:{port}/", null);
            var sink = new Sink(new(1, 1, 1), 1, definition, 0, 0, 0, null, DateTimeOffset.UnixEpoch, 1);
            EventText[] events = [.. Enumerable.Range(1, 300).Select(i => new EventText(i, $"event-{i}", $"finding-{i % 7}", DateTimeOffset.UnixEpoch, "title", null, "{}"u8.ToArray()))];

            var result = await hook.SendAsync(sink, Webhook.NewKey(), events, TestContext.Current.CancellationToken);

            Assert.Null(result.Failure);
            Assert.Equal(300, result.Outcomes.Count);
        }
        finally
        {
            python.Kill();
        }
    }
}
