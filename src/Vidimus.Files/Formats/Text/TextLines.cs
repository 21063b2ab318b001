using System.Text;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.Text;

/// <summary>The lines of a text file in constant memory: UTF-8, or what a byte order mark says (PowerShell writes UTF-16).</summary>
public static class TextLines
{
    /// <summary>How many signs of a line are kept; the rest is passed over with a note.</summary>
    public const int Longest = 64 << 10;

    /// <summary>Lines end with <c>\n</c> or <c>\r\n</c>; bytes that are no text become U+FFFD.</summary>
    public static IEnumerable<string> Of(SourceFile file, CancellationToken cancel)
    {
        using var reader = new StreamReader(file.OpenRead(), Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 4096);
        var buffer = new char[4096];
        var line = new StringBuilder();
        var cut = false;
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            var from = 0;
            while (from < read)
            {
                var end = Array.IndexOf(buffer, '\n', from, read - from);
                var length = (end < 0 ? read : end) - from;
                var room = Math.Min(length, Longest - line.Length);
                line.Append(buffer, from, room);
                if (room < length && !cut)
                {
                    cut = true;
                    file.Note($"a line of more than {Longest} signs was cut", Notes.Limit);
                }

                from += length;
                if (end < 0) continue;
                from++;
                yield return Taken(line);
            }
        }

        if (line.Length > 0) yield return Taken(line);
    }

    private static string Taken(StringBuilder line)
    {
        if (line.Length > 0 && line[^1] == '\r') line.Length--;
        var text = line.ToString();
        line.Clear();
        return text;
    }
}
