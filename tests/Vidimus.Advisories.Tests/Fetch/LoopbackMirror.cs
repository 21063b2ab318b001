using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vidimus.Advisories.Tests.Fetch;

/// <summary>Serves a folder by HTTP on this machine as a file server does (ETag, 304, ranges, pages of folders), with trouble on demand.</summary>
internal sealed class LoopbackMirror : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly string folder;
    private readonly Task serving;

    public LoopbackMirror(string folder)
    {
        this.folder = folder;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(Address);
        listener.Start();
        serving = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>Each request answered: the path and the status, with the range asked for.</summary>
    public ConcurrentQueue<(string Path, int Status, string? Range)> Requests { get; } = [];

    /// <summary>Given a path and how often it was asked for before: the trouble to make, or null.</summary>
    public Func<string, int, Trouble?>? Makes { get; init; }

    /// <summary>Leaves out the validators that a broken download needs to be gone on with.</summary>
    public bool WithoutValidators { get; init; }

    /// <summary>Gives the digest of a file's bytes that the server shall name.</summary>
    public Func<byte[], string>? Digest { get; init; }

    public int Count(int status) => Requests.Count(r => r.Status == status);

    public void Dispose()
    {
        listener.Close();
        serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        var asked = new ConcurrentDictionary<string, int>();
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            var path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath).TrimStart('/');
            var trouble = Makes?.Invoke(path, asked.AddOrUpdate(path, 0, (_, n) => n + 1));
            _ = Task.Run(() => Answer(context, path, trouble));
        }
    }

    private void Answer(HttpListenerContext context, string path, Trouble? trouble)
    {
        var response = context.Response;
        try
        {
            if (trouble is { Status: not 0 })
            {
                response.StatusCode = trouble.Status;
                foreach (var (name, value) in trouble.Headers) response.AddHeader(name, value);
            }
            else Serve(context, path, trouble);
            Requests.Enqueue((path, response.StatusCode, context.Request.Headers["Range"]));
            if (trouble?.BreakAfter is null) response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            response.Abort(); // The client went away, or the test is over.
        }
    }

    private void Serve(HttpListenerContext context, string path, Trouble? trouble)
    {
        var (request, response) = (context.Request, context.Response);
        var local = Path.Combine(folder, path);
        if (Directory.Exists(local))
        {
            var page = string.Concat(new DirectoryInfo(local).EnumerateFileSystemInfos().Select(i => $"<a href=\"{Uri.EscapeDataString(i.Name)}\">{WebUtility.HtmlEncode(i.Name)}</a>\n"));
            response.OutputStream.Write(Encoding.UTF8.GetBytes(page));
            return;
        }

        var file = new FileInfo(local);
        if (!file.Exists)
        {
            response.StatusCode = 404;
            return;
        }

        var tag = $"\"{file.Length}-{file.LastWriteTimeUtc.Ticks}\"";
        if (!WithoutValidators)
        {
            response.AddHeader("ETag", tag);
            response.AddHeader("Last-Modified", file.LastWriteTimeUtc.ToString("R"));
        }

        if (request.Headers["If-None-Match"] == tag)
        {
            response.StatusCode = 304;
            return;
        }

        if (Digest is not null) response.AddHeader("Repr-Digest", $"sha-256=:{Digest(File.ReadAllBytes(local))}:");

        var from = 0L;
        if (request.Headers["Range"] is { } range && request.Headers["If-Range"] == tag)
        {
            from = long.Parse(range["bytes=".Length..^1]);
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {from}-{file.Length - 1}/{file.Length}");
        }

        response.ContentLength64 = file.Length - from;
        using var stream = file.OpenRead();
        stream.Position = from;
        if (trouble?.BreakAfter is { } bytes)
        {
            var head = new byte[Math.Min(bytes, file.Length - from - 1)];
            stream.ReadExactly(head);
            response.OutputStream.Write(head);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }

        stream.CopyTo(response.OutputStream);
    }

    /// <summary>An answer in place of the file, or a connection that breaks within it.</summary>
    internal sealed record Trouble(int Status = 0, long? BreakAfter = null)
    {
        public (string Name, string Value)[] Headers { get; init; } = [];
    }
}
