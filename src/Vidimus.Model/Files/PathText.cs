using System.Buffers;
using System.Text;

namespace Vidimus.Model.Files;

/// <summary>Carries a path, which on Linux is any sequence of bytes, as a <see cref="string"/> without losing one of them.</summary>
/// <remarks>
/// Bytes that are not UTF-8 become the lone surrogates U+DC80..U+DCFF (byte 0x80..0xFF), so that <see cref="Encode"/> gives back exactly what
/// <see cref="Decode(ReadOnlySpan{byte})"/> took. Paths inside a tree are relative to its root, parted by <c>/</c>, without a leading or trailing one.
/// </remarks>
public static class PathText
{
    private const char Escape = '\uDC00';

    /// <summary>The text of a path's bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> path)
    {
        if (Ascii.IsValid(path)) return Encoding.ASCII.GetString(path);

        var text = new StringBuilder(path.Length);
        while (!path.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(path, out var rune, out var used) is OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var wrong in path[..used]) text.Append((char)(Escape + wrong));
            }

            path = path[used..];
        }

        return text.ToString();
    }

    /// <summary>Writes the text of a path's bytes into a buffer at least as long as they are; gives its length.</summary>
    public static int Decode(ReadOnlySpan<byte> path, Span<char> text)
    {
        if (Ascii.ToUtf16(path, text, out var length) is OperationStatus.Done) return length;

        while (length < path.Length && Ascii.IsValid(path[length])) length++;
        path = path[length..];
        while (!path.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(path, out var rune, out var used) is OperationStatus.Done)
            {
                length += rune.EncodeToUtf16(text[length..]);
            }
            else
            {
                foreach (var wrong in path[..used]) text[length++] = (char)(Escape + wrong);
            }

            path = path[used..];
        }

        return length;
    }

    /// <summary>The bytes of a path's text: the inverse of <see cref="Decode(ReadOnlySpan{byte})"/>.</summary>
    public static byte[] Encode(ReadOnlySpan<char> path)
    {
        var bytes = new ArrayBufferWriter<byte>(path.Length + 8);
        while (!path.IsEmpty)
        {
            var status = Rune.DecodeFromUtf16(path, out var rune, out var used);
            if (status is OperationStatus.Done)
            {
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            }
            else
            {
                bytes.GetSpan(1)[0] = path[0] is >= '\uDC80' and <= '\uDCFF' ? (byte)(path[0] - Escape) : (byte)'?';
                bytes.Advance(1);
                used = 1;
            }

            path = path[used..];
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A path or any scanned text as it may be shown: control, bidirectional and undecodable signs become visible escapes.</summary>
    public static string Display(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;

        var shown = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= '\uDC80' and <= '\uDCFF' && (i == 0 || !char.IsHighSurrogate(text[i - 1]))) shown.Append("\\x").Append(((int)c & 0xFF).ToString("x2", null));
            else if (char.IsControl(c) || IsDirectional(c)) shown.Append(c <= 0xFF ? "\\x" : "\\u").Append(((int)c).ToString(c <= 0xFF ? "x2" : "x4", null));
            else if (char.IsSurrogate(c) && !(char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) && !(char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]))) shown.Append('\uFFFD');
            else shown.Append(c);
        }

        return shown.ToString();
    }

    /// <summary>Signs that turn the direction of text or hide in it (Unicode bidirectional controls, zero-width signs, line separators).</summary>
    private static bool IsDirectional(char c) =>
        c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or (>= '\u200B' and <= '\u200F') or '\u061C' or '\uFEFF' or '\u2028' or '\u2029';
}
