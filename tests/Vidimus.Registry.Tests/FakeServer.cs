using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vidimus.Registry.Tests;

/// <summary>A request as it came.</summary>
internal sealed record Asked(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>An answer.</summary>
internal sealed record Answer(int Status, byte[]? Body = null, params (string Name, string Value)[] Headers)
{
    /// <summary>The connection is closed after so many bytes of the body, as if a cable were pulled.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Nothing more is sent then, and the connection stays open.</summary>
    public bool Stalls { get; init; }

    public bool WithLength { get; init; } = true;
}

/// <summary>A server of plain HTTP on loopback that answers as a test says, one request a connection, and keeps what it was asked. A TLS greeting is hung up on.</summary>
internal sealed class FakeServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<Asked, Answer> answer;

    public FakeServer(Func<Asked, Answer> answer)
    {
        this.answer = answer;
        listener.Start();
        Host = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Host { get; }

    public ConcurrentQueue<Asked> Requests { get; } = [];

    public void Dispose() => listener.Stop();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = listener.AcceptTcpClient();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private void Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                if (Read(stream) is { } asked)
                {
                    Requests.Enqueue(asked);
                    Write(stream, answer(asked));
                }
            }
            catch (IOException)
            {
                // The client has gone.
            }
        }
    }

    private static Asked? Read(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var next = stream.ReadByte();
            if (next is < 0 or 0x16) return null;
            head.Append((char)next);
        }

        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(p => p[0], p => p[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length) : 0];
        stream.ReadExactly(body);
        var first = lines[0].Split(' ');
        return new(first[0], first[1], headers, Encoding.UTF8.GetString(body));
    }

    private static void Write(NetworkStream stream, Answer answer)
    {
        var body = answer.Body ?? [];
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} x\r\nConnection: close\r\n");
        if (answer.WithLength) head.Append($"Content-Length: {body.Length}\r\n");
        foreach (var (name, value) in answer.Headers) head.Append($"{name}: {value}\r\n");
        stream.Write(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        stream.Write(body.AsSpan(0, Math.Min(body.Length, answer.CutAfter ?? body.Length)));
        if (answer.Stalls) Thread.Sleep(TimeSpan.FromSeconds(30));
    }
}

/// <summary>Answers of a registry that has <see cref="SampleImage"/> as every repository.</summary>
internal static class FakeRegistry
{
    public static Answer Serve(Asked asked)
    {
        var last = asked.Path[(asked.Path.LastIndexOf('/') + 1)..];
        if (asked.Path.Contains("/manifests/", StringComparison.Ordinal)) return new(200, SampleImage.Blob(last.StartsWith("sha256:", StringComparison.Ordinal) ? last : SampleImage.ManifestOf(last)));
        var blob = SampleImage.Blob(last);
        if (!asked.Headers.TryGetValue("Range", out var range)) return new(200, blob);
        var from = int.Parse(range["bytes=".Length..].TrimEnd('-'));
        return new(206, blob[from..], ("Content-Range", $"bytes {from}-{blob.Length - 1}/{blob.Length}"));
    }

    public static bool IsBlob(Asked asked) => asked.Path.Contains("/blobs/", StringComparison.Ordinal);
}
