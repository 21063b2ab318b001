using Vidimus.Advisories;

namespace Vidimus.Matching;

/// <summary>What a vulnerability is called.</summary>
public static class Titles
{
    private const int Longest = 120;

    /// <summary>The first title among what sources say, else the first sentence of a description, cut to about 120 signs; null when none says anything.</summary>
    /// <remarks>A text that begins with the CVE's id is a distribution's about one of its packages ("CVE-… affecting package …"), often another than the one in question: it stands last.</remarks>
    public static string? Of(IReadOnlyList<BookAdvisory> statements)
    {
        var titles = statements.Select(s => s.Title).OfType<string>();
        var beginnings = statements.Select(s => s.Details).OfType<string>().Select(Beginning).Where(b => b.Length > 0);
        return titles.FirstOrDefault(IsOfItself) ?? beginnings.FirstOrDefault(IsOfItself) ?? titles.FirstOrDefault() ?? beginnings.FirstOrDefault();
    }

    private static bool IsOfItself(string text) => !text.StartsWith("CVE-", StringComparison.Ordinal);

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
