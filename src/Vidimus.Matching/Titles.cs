using Vidimus.Advisories;

namespace Vidimus.Matching;

/// <summary>What a vulnerability is called.</summary>
public static class Titles
{
    private const int Longest = 120;

    /// <summary>The first title among what sources say, else the first sentence of a description, cut to about 120 signs; null when none says anything.</summary>
    public static string? Of(IReadOnlyList<BookAdvisory> statements) =>
        statements.Select(s => s.Title).FirstOrDefault(t => t is not null)
        ?? statements.Select(s => s.Details).Where(d => d is not null).Select(d => Beginning(d!)).FirstOrDefault(b => b.Length > 0);

    private static string Beginning(string details)
    {
        var line = string.Join(' ', details.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        if (end > 0) line = line[..end];
        if (line.Length <= Longest) return line;
        var space = line.LastIndexOf(' ', Longest);
        return string.Concat(line.AsSpan(0, space > 0 ? space : Longest), "…");
    }
}
