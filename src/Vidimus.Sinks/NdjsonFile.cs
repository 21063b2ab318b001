using System.Globalization;
using Vidimus.Storage;

namespace Vidimus.Sinks;

/// <summary>Appends each event as a line to a file of this node; what is told is synced to the disk. A file that has grown to its bound is put aside under a number, the oldest go.</summary>
/// <param name="maxBytes">The bound.</param>
/// <param name="kept">How many full files are kept.</param>
public sealed class NdjsonFile(long maxBytes, int kept) : ISinkKind
{
    public string Kind => "file";

    public int Batch => 1000;

    public void Check(string target)
    {
        if (!Path.IsPathFullyQualified(target)) throw new SinkException($"a file sink needs an absolute path, not {target}");
        if (!Directory.Exists(Path.GetDirectoryName(target))) throw new SinkException($"the folder of {target} does not exist");
    }

    public async Task<SendResult> SendAsync(Sink sink, string? secret, IReadOnlyList<EventText> events, CancellationToken cancel)
    {
        var path = sink.Definition.Target;
        try
        {
            await using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16))
            {
                DropTornLine(file);
                foreach (var text in events)
                {
                    await file.WriteAsync(text.Body, cancel);
                    file.WriteByte((byte)'\n');
                }

                file.Flush(flushToDisk: true);
                if (file.Length < maxBytes) return new(new string?[events.Count]);
            }

            Rotate(path);
            return new(new string?[events.Count]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new([], e.Message);
        }
    }

    public async Task<string?> TryAsync(Sink sink, string? secret, EventText message, CancellationToken cancel) => (await SendAsync(sink, secret, [message], cancel)).Failure;

    /// <summary>Who died while writing left half a line; its event was not noted as told and comes again.</summary>
    private static void DropTornLine(FileStream file)
    {
        var end = file.Length;
        Span<byte> block = stackalloc byte[4096];
        while (end > 0)
        {
            var part = block[..(int)Math.Min(block.Length, end)];
            file.Position = end - part.Length;
            file.ReadExactly(part);
            var newline = part.LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                end = end - part.Length + newline + 1;
                break;
            }

            end -= part.Length;
        }

        if (end != file.Length) file.SetLength(end);
        file.Position = end;
    }

    private void Rotate(string path)
    {
        for (var number = kept; number > 0; number--)
        {
            var from = number == 1 ? path : Numbered(path, number - 1);
            if (File.Exists(from)) File.Move(from, Numbered(path, number), overwrite: true);
        }
    }

    private static string Numbered(string path, int number) => string.Create(CultureInfo.InvariantCulture, $"{path}.{number}");
}
