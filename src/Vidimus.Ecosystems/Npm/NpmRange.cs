using System.Globalization;
using Vidimus.Ecosystems.Versions;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Ranges of npm's <c>semver</c>, as advisories are judged by: with pre-releases included.</summary>
/// <remarks>Source: node-semver's README ("Ranges", <c>includePrerelease</c>). A version that is only begun is filled up: <c>8.x</c> is from <c>8.0.0-0</c> to before <c>9.0.0-0</c>.</remarks>
internal static class NpmRange
{
    private static readonly NpmVersions Order = new();

    public static VersionSets Sets { get; } = new(Order);

    /// <exception cref="InvalidDataException">It is no range.</exception>
    public static IReadOnlyList<VersionRun> Parse(string text) => Sets.Union(text.Split("||").SelectMany(All));

    private static IReadOnlyList<VersionRun> All(string text)
    {
        IReadOnlyList<VersionRun> all = [VersionRun.All];
        var words = Words(text);
        if (words is [var from, "-", var to]) return Sets.Intersect(One(">=" + from), One("<=" + to));
        foreach (var word in words) all = Sets.Intersect(all, One(word));
        return all;
    }

    /// <summary>Conditions stand apart by white space, which may also stand between a sign and its version.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var word in text.Split((char[])[' ', '\t', ',', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (words.Count > 0 && words[^1].AsSpan().Trim("<>=~^").IsEmpty) words[^1] += word;
            else words.Add(word);
        }

        return words;
    }

    private static IReadOnlyList<VersionRun> One(string text)
    {
        var sign = text[..^text.TrimStart('<', '>', '=', '~', '^').Length];
        var body = text[sign.Length..].TrimStart('v', '=');
        if (body.Length == 0 || body is "*" or "x" or "X" or "latest") return sign is "<" or ">" ? [] : [VersionRun.All];

        var plus = body.IndexOf('+', StringComparison.Ordinal);
        if (plus >= 0) body = body[..plus];
        var dash = body.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? body : body[..dash]).Split('.');
        var known = new List<long>();
        foreach (var part in numbers)
        {
            if (part is "x" or "X" or "*" or "") break;
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 1L << 53) throw new InvalidDataException($"'{text}' is no range of npm's");
            known.Add(number);
        }

        if (numbers.Length > 3 || (known.Count < 3 && dash >= 0)) throw new InvalidDataException($"'{text}' is no range of npm's");
        return known.Count == 0 ? [VersionRun.All] : [Run(sign, known, dash < 0 ? "" : body[dash..], text)];
    }

    private static VersionRun Run(string sign, List<long> known, string prerelease, string text)
    {
        var isWhole = known.Count == 3;
        var first = isWhole ? Text(known, prerelease) : Text(known, "-0");
        switch (sign)
        {
            case "" or "=" or "==":
                return isWhole ? VersionRun.Only(first) : new(first, true, Next(known, known.Count - 1), false);
            case ">":
                return isWhole ? VersionRun.From(first, included: false) : VersionRun.From(Next(known, known.Count - 1), included: true);
            case ">=":
                return VersionRun.From(first, included: true);
            case "<":
                return VersionRun.To(first, included: false);
            case "<=":
                return isWhole ? VersionRun.To(first, included: true) : VersionRun.To(Next(known, known.Count - 1), included: false);
            case "~" or "~>":
                return new(isWhole ? first : Text(known, ""), true, Next(known, Math.Min(known.Count - 1, 1)), false);
            case "^":
                var leading = known.FindIndex(n => n != 0) is >= 0 and var at ? at : known.Count - 1;
                return new(first, true, Next(known, leading), false);
            default:
                throw new InvalidDataException($"'{text}' is no range of npm's");
        }
    }

    /// <summary>The first of all versions with the number at a place one higher.</summary>
    private static string Next(List<long> numbers, int place)
    {
        var next = numbers.Take(place + 1).ToList();
        next[place]++;
        return Text(next, "-0");
    }

    private static string Text(List<long> numbers, string tail) =>
        string.Create(CultureInfo.InvariantCulture, $"{numbers[0]}.{(numbers.Count > 1 ? numbers[1] : 0)}.{(numbers.Count > 2 ? numbers[2] : 0)}{tail}");
}
