using System.Globalization;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Starter;

/// <summary>One block of the starter advisories while it is read.</summary>
internal sealed class StarterBlock
{
    private readonly List<string> aliases = [];
    private readonly List<(string Ecosystem, string Name, VersionRange Range)> affected = [];
    private string id = "";
    private string? title;
    private string? vector;
    private string[] cwes = [];
    private DateTimeOffset? published;

    public ExploitedEntry? Exploited { get; private set; }

    /// <summary>Reads the block's lines; gives the reason why it can't be read, or null.</summary>
    public string? Read(IReadOnlyList<string> lines)
    {
        id = lines[0];
        foreach (var line in lines.Skip(1))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || !Set(line[..space], line[(space + 1)..].Trim())) return $"not understood: {line}";
        }

        if (id.Contains(' ', StringComparison.Ordinal)) return "an id has no spaces";
        return affected.Count == 0 || title is null || published is null ? "a title, a date and an affected package are needed" : null;
    }

    public Advisory ToAdvisory() => new()
    {
        Id = id,
        Aliases = aliases,
        Title = title,
        Published = published,
        Url = $"https://www.cve.org/CVERecord?id={id}",
        Severities = vector is null ? [] : [new("starter", vector[..vector.IndexOf('/', StringComparison.Ordinal)], vector)],
        Cwes = cwes,
        Affected =
        [
            .. affected.GroupBy(a => (a.Ecosystem, a.Name)).Select(group => new Affected
            {
                Ecosystem = group.Key.Ecosystem,
                Name = group.Key.Name,
                Ranges = [.. group.Select(a => a.Range)],
            }),
        ],
    };

    private bool Set(string word, string value)
    {
        switch (word)
        {
            case "alias":
                aliases.Add(value);
                return true;
            case "title":
                title = value;
                return true;
            case "cvss":
                vector = value;
                return value.StartsWith("CVSS:", StringComparison.Ordinal) && value.Contains('/', StringComparison.Ordinal);
            case "cwe":
                cwes = value.Split(' ');
                return true;
            case "published":
                if (!TryDate(value, out var day)) return false;
                published = new(day, TimeOnly.MinValue, TimeSpan.Zero);
                return true;
            case "exploited":
                return SetExploited(value.Split(' '));
            case "affects":
                return AddAffected(value.Split(' '));
            default:
                return false;
        }
    }

    private bool SetExploited(string[] parts)
    {
        if (parts is not ([_, "due", _] or [_, "due", _, "ransomware"]) || !TryDate(parts[0], out var added) || !TryDate(parts[2], out var due)) return false;
        Exploited = new(id, added, due, parts.Length == 4);
        return true;
    }

    /// <summary>The ecosystem comes first and may hold spaces (<c>Rocky Linux:9</c>); nothing after it does.</summary>
    private bool AddAffected(string[] parts)
    {
        if (parts is not [.. { Length: > 0 } ecosystem, var name, var introduced, var end]) return false;

        List<RangeEvent> events = [new(RangeEventKind.Introduced, introduced)];
        if (end.StartsWith("<=", StringComparison.Ordinal)) events.Add(new(RangeEventKind.LastAffected, end[2..]));
        else if (end != "-") events.Add(new(RangeEventKind.Fixed, end));
        affected.Add((string.Join(' ', ecosystem), name, new(events)));
        return true;
    }

    private static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
