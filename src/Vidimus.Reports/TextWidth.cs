using System.Globalization;
using System.Text;
using Vidimus.Model.Files;

namespace Vidimus.Reports;

/// <summary>How many columns of a terminal a text takes, and the part of it that fits.</summary>
/// <remarks>Source: Unicode Standard Annex 11 (wide and fullwidth signs take two columns) and the general categories (marks and format signs take none).</remarks>
public static class TextWidth
{
    /// <summary>Signs without a width that may follow one with a width; more are dropped, because they could be stacked without end in no column at all.</summary>
    private const int Marks = 4;

    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x23E9, 0x23EC), (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653), (0x26A1, 0x26A1), (0x26D4, 0x26D4), (0x2705, 0x2705),
        (0x274C, 0x274E), (0x2753, 0x2757), (0x2795, 0x2797), (0x2B1B, 0x2B1C), (0x2B50, 0x2B55), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
        (0xA000, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x16FE0, 0x18CFF),
        (0x1AFF0, 0x1B2FF), (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F19A), (0x1F200, 0x1F320), (0x1F32D, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7EB),
        (0x1F900, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The columns of a text that <see cref="Show"/> has made.</summary>
    public static int Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text)) return text.Length;
        var width = 0;
        foreach (var rune in text.EnumerateRunes()) width += Of(rune);
        return width;
    }

    /// <summary>Scanned text as one line that may be printed: nothing in it moves the cursor, changes a colour, turns the direction or stacks without end.</summary>
    public static string Show(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var shown = PathText.Display(text);
        if (Ascii.IsValid(shown)) return shown;

        var bounded = new StringBuilder(shown.Length);
        var marks = 0;
        foreach (var rune in shown.EnumerateRunes())
        {
            marks = Of(rune) == 0 ? marks + 1 : 0;
            if (marks <= Marks) bounded.Append(rune.ToString());
        }

        return bounded.ToString();
    }

    /// <summary>The text when it fits into so many columns, else as much as does with an ellipsis.</summary>
    public static string Cut(string text, int columns)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Of(text) <= columns) return text;
        if (columns <= 0) return "";

        var cut = new StringBuilder();
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (width + Of(rune) > columns - 1) break;
            width += Of(rune);
            cut.Append(rune.ToString());
        }

        return cut.ToString().TrimEnd() + "…";
    }

    /// <summary>Cut, and filled with blanks up to so many columns.</summary>
    public static string Fit(string text, int columns)
    {
        var cut = Cut(text, columns);
        return cut + new string(' ', Math.Max(0, columns - Of(cut)));
    }

    private static int Of(Rune rune)
    {
        if (rune.Value < 0x300) return 1;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format) return 0;
        foreach (var (first, last) in Wide)
        {
            if (rune.Value < first) return 1;
            if (rune.Value <= last) return 2;
        }

        return 1;
    }
}
