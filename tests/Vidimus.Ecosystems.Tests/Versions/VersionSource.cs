using System.Text;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>Makes versions as an ecosystem's people write them and as its grammar's corners allow, from a seed. Half of each pair is a small edit of the other.</summary>
public sealed class VersionSource(string scheme, int seed)
{
    private readonly Random random = new(seed);

    private static readonly string[] Words = ["alpha", "beta", "rc", "a", "b", "c", "m", "pre", "preview", "dev", "post", "rev", "r", "p", "pl", "patch", "stable", "snapshot", "SNAPSHOT", "final", "ga", "release", "sp", "cr", "milestone", "x", "el8", "deb12u", "ubuntu", "git", "RC", "Beta", "jre", "Final"];

    public IEnumerable<(string Left, string Right)> Pairs(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var left = Next();
            yield return random.Next(4) switch
            {
                0 => (left, Next()),
                1 => (left, Twice(left)),
                _ => (left, Edit(left)),
            };
        }
    }

    public string Next() => random.Next(12) == 0 ? Edit(Well()) : Well();

    private string Twice(string text) => Edit(Edit(text));

    private string Well() => scheme switch
    {
        "deb" => Maybe(5, () => $"{Number()}:") + Dotted(4) + Maybe(4, () => Pick("~", "+", ".", "-", "") + Word() + Maybe(2, Number)) + Maybe(2, () => $"-{Number()}" + Maybe(2, () => Pick("+deb12u", "ubuntu0.", "+b", "~bpo12+", ".", "build") + Number())),
        "rpm" => Maybe(5, () => $"{Number()}:") + Dotted(4) + Maybe(3, () => Pick("~", "^", ".", "_", "") + Word() + Maybe(2, Number)) + Maybe(2, () => $"-{Dotted(2)}" + Maybe(2, () => Pick(".el8", ".el9_", ".module_el8.5.0+", ".fc", "^git", "~rc") + Number())),
        "alpm" => Maybe(5, () => $"{Number()}:") + Dotted(4) + Maybe(3, () => Pick("+", ".", "_", "", "..") + Word() + Maybe(2, Number)) + Maybe(3, () => $"-{Dotted(2)}", inverse: true),
        "npm" or "cargo" => Maybe(scheme == "npm" ? 8 : 90, () => "v") + $"{Number()}.{Number()}.{Number()}" + SemVerTail(),
        "hex" or "bitnami" or "swift" or "github" or "pub" or "julia" => $"{Number()}.{Number()}.{Number()}" + SemVerTail(),
        "cran" or "hackage" => Dotted(5),
        "golang" => "v" + Number() + Maybe(8, () => "." + Number(), inverse: true) + $".{Number()}" + Maybe(2, () => Pick("-0.20190101120000-abcdef123456", "-pre.0.20190101120000-abcdef123456", "-rc.1", "+incompatible", "-" + Identifiers())),
        "pypi" => Maybe(10, () => Pick("v", "V", " ")) + Maybe(10, () => $"{Number()}!") + Dotted(4) + Maybe(3, () => Sign() + Pick("a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "RC", "Alpha") + Sign() + Maybe(3, Number, inverse: true)) + Maybe(4, () => Pick("-" + Number(), Sign() + Pick("post", "rev", "r") + Sign() + Maybe(3, Number, inverse: true))) + Maybe(5, () => Sign() + "dev" + Maybe(3, Number, inverse: true)) + Maybe(6, () => "+" + Pick("ubuntu.1", "cpu", "1", "abc-2", "1.10", "Abc_3") + Maybe(2, () => "." + Number())),
        "maven" => Dotted(4) + Maybe(2, () => Pick("-", ".", "", "--", "-.") + Word() + Maybe(2, () => Pick("-", ".", "") + Number())) + Maybe(4, () => Pick("-", ".") + Pick(Word(), Number(), "0", "jre8", "android")) + Maybe(5, () => Pick("-", ".") + Pick(Word(), Number(), "0")),
        "nuget" => Dotted(4) + Maybe(2, () => "-" + Identifiers()) + Maybe(8, () => "+" + Identifiers()),
        "gem" => Dotted(4) + Maybe(3, () => Pick(".", "-", "") + Word() + Maybe(2, () => Pick(".", "-", "") + Number())) + Maybe(5, () => ".0"),
        "composer" => Maybe(5, () => "v") + Pick(Dotted(4), Dotted(4), Dotted(4), Date(), $"{Number()}.x") + Maybe(2, () => Pick("-", ".", "_", "") + Pick("alpha", "beta", "RC", "rc", "a", "b", "p", "pl", "patch", "stable", "STABLE", "dev", "Alpha") + Maybe(2, () => Pick("", ".", "-") + Number())) + Maybe(6, () => Pick("-dev", ".dev", "dev", "@dev", "@beta", "+build.1", " as 1.0")),
        _ => Dotted(4) + Maybe(6, () => Pick("a", "b", "z")) + Maybe(3, () => "_" + Pick("alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p") + Maybe(2, Number)) + Maybe(8, () => "~" + Pick("abc", "0f1")) + Maybe(2, () => $"-r{Number()}"),
    };

    private string SemVerTail() => Maybe(2, () => "-" + Identifiers()) + Maybe(6, () => "+" + Identifiers());

    private string Identifiers() => string.Join('.', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Pick(Number(), Word(), Word() + Number(), "0", "-" + Number(), "x-y", "A", "1a")));

    private string Date() => Pick("20", "19") + random.Next(10, 30) + string.Concat(Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Pick("", ".", "-", ":") + random.Next(1, 60).ToString("00"))) + Maybe(4, () => Pick("", ".", "-") + random.Next(200));

    private string Dotted(int most) => string.Join('.', Enumerable.Range(0, 1 + random.Next(most)).Select(_ => Number()));

    /// <summary>Small numbers mostly, so that pairs tie; some long ones, within the 15 digits that every judge keeps apart; some leading zeros.</summary>
    private string Number() => random.Next(30) switch
    {
        0 or 3 when scheme is "npm" or "cargo" or "golang" or "hex" or "bitnami" or "swift" or "github" or "pub" or "julia" && random.Next(8) > 0 => "1", // they refuse leading zeros
        0 => "0" + random.Next(12),
        1 => random.Next(2_000_000_000).ToString(),
        2 => random.NextInt64(999_999_999_999_999).ToString(),
        3 => "00",
        < 14 => random.Next(3).ToString(),
        < 24 => random.Next(13).ToString(),
        _ => random.Next(2100).ToString(),
    };

    private string Word() => Pick(Words);

    private string Sign() => Pick("", "", "", ".", "-", "_");

    private string Edit(string text)
    {
        var edited = new StringBuilder(text);
        var at = random.Next(text.Length + 1);
        switch (random.Next(9))
        {
            case 0 when at < text.Length:
                edited.Remove(at, 1);
                break;
            case 1:
                edited.Insert(at, Pick(".", "-", "_", "+", "~", "^", "0", "1", "9", "a", "b", "rc", "x", "Z", ":", " ", "é", "--", ".0", "!", "@"));
                break;
            case 2:
                edited.Append(Pick(".0", ".1", "-0", "-1", ".0.0", "-", ".", "a", "~", "^", "+1", "-rc", "0", ".dev", "-SNAPSHOT", "alpha", " "));
                break;
            case 3 when at < text.Length:
                edited[at] = Pick("0", "1", "2", "a", ".", "-", "A", "~", "z", "9")[0];
                break;
            case 4 when text.Length > 1:
                edited.Length = at;
                break;
            case 5 when at < text.Length:
                edited[at] = char.IsUpper(text[at]) ? char.ToLowerInvariant(text[at]) : char.ToUpperInvariant(text[at]);
                break;
            default:
                var digit = text.AsSpan(at).IndexOfAnyInRange('0', '9');
                if (digit >= 0) edited[at + digit] = (char)('0' + random.Next(10));
                break;
        }

        return edited.Length == 0 ? text : edited.ToString();
    }

    private string Maybe(int oneIn, Func<string> text, bool inverse = false) => (random.Next(oneIn) == 0) != inverse ? text() : "";

    private string Pick(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];
}
