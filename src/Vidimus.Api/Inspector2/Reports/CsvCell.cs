using System.Text;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Rows of a table as RFC 4180 has them.</summary>
internal static class CsvCell
{
    /// <summary>A row. A cell that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    public static string Row(IEnumerable<string?> cells) => $"{string.Join(',', cells.Select(Of))}\r\n";

    public static string Of(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        var text = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{value}" : value;
        return text.AsSpan().ContainsAny(",\"\r\n'") ? new StringBuilder(text).Replace("\"", "\"\"").Insert(0, '"').Append('"').ToString() : text;
    }
}
