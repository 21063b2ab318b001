using System.Globalization;
using System.Text;
using Vidimus.Model;
using Vidimus.Model.Files;

namespace Vidimus.Matching.Policy;

/// <summary>Reads a policy file: <c>docs/policy.md</c> describes it, <c>docs/schema/policy-1.json</c> is its schema.</summary>
public sealed class PolicyReader
{
    /// <summary>Worst first; what nobody has rated is no degree of them.</summary>
    internal static readonly string[] SeverityNames = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED"];

    private const int MostRules = 10_000;
    private const int LongestText = 4096;

    private static readonly string[] Kinds = ["vulnerability", "end-of-life", "malicious"];

    private readonly string name;

    private PolicyReader(string name) => this.name = name;

    /// <summary>Reads one.</summary>
    /// <param name="name">What the user called the file.</param>
    /// <exception cref="PolicyException">It is no policy; the message names the line and what is allowed.</exception>
    public static ScanPolicy Read(Stream input, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        var buffer = new byte[Yaml.Limit + 1];
        var length = input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length > Yaml.Limit) throw new PolicyException($"{name} is larger than {Yaml.Limit >> 20} MiB");
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(buffer.AsSpan(0, length)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new PolicyException($"{name} is not UTF-8 text");
        }

        return new PolicyReader(name).Policy(new Yaml(name).Parse(text));
    }

    private ScanPolicy Policy(YamlValue? value)
    {
        var members = Members(value ?? new YamlText(1, ""), "a policy", ["version", "author", "fail-on", "ignore"]);
        if (members.GetValueOrDefault("version") is not { } version) throw Wrong(value?.Line ?? 1, "'version: 1' is missing");
        if (Text(version, "version") is not "1") throw Wrong(version.Line, "'version' is 1");
        var failOn = members.GetValueOrDefault("fail-on") is { } gate ? string.Join(',', Texts(gate, "fail-on")) : null;
        var author = members.GetValueOrDefault("author") is { } by ? Text(by, "author") : null;
        if (members.GetValueOrDefault("ignore") is not { } ignore) return new(name, failOn, author, []);
        if (ignore is not YamlList list) throw Wrong(ignore.Line, "'ignore' is a list of rules, each with '- '");
        if (list.Items.Count > MostRules) throw Wrong(ignore.Line, $"a policy has at most {MostRules} rules");
        return new(name, failOn, author, [.. list.Items.Select(Rule)]);
    }

    private IgnoreRule Rule(YamlValue value)
    {
        var members = Members(value, "a rule", ["id", "package", "path", "kind", "severity", "reason", "expires", "accepted"]);
        IReadOnlyList<string> Of(string key) => members.TryGetValue(key, out var member) ? Texts(member, key) : [];
        if (!members.TryGetValue("reason", out var reason)) throw Wrong(value.Line, "a rule needs a 'reason'");
        var severity = members.TryGetValue("severity", out var worst) ? Text(worst, "severity").ToUpperInvariant() : null;
        if (severity is not null && !SeverityNames.Contains(severity)) throw Wrong(worst!.Line, $"'severity' is one of {string.Join(", ", SeverityNames).ToLowerInvariant()}");
        var kinds = Of("kind");
        if (kinds.FirstOrDefault(k => !Kinds.Contains(k)) is { } kind) throw Wrong(members["kind"].Line, $"'{kind}' is no kind; allowed are {string.Join(", ", Kinds)}");
        var packages = Of("package");
        if (packages.FirstOrDefault(IsWrong) is { } wrong) throw Wrong(members["package"].Line, $"'{wrong}' is no package URL");
        if (!members.Keys.Any(k => k is "id" or "package" or "path" or "kind" or "severity")) throw Wrong(value.Line, "a rule names at least one of id, package, path, kind, severity; this one would hide everything");
        return new()
        {
            Line = value.Line,
            Ids = Of("id"),
            Packages = packages,
            Paths = [.. Of("path").Select(p => FileGlob.Of(p.TrimStart('/')))],
            Kinds = kinds,
            Severity = severity,
            Reason = Text(reason, "reason"),
            Expires = members.TryGetValue("expires", out var day) ? Day(day) : null,
            Accepted = members.TryGetValue("accepted", out var accepted) && Flag(accepted, "accepted"),
        };
    }

    private static bool IsWrong(string package) => package.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase) && !package.Contains('*', StringComparison.Ordinal) && !PackageUrl.TryParse(package, out _);

    private Dictionary<string, YamlValue> Members(YamlValue value, string what, string[] allowed)
    {
        if (value is not YamlMap map) throw Wrong(value.Line, $"{what} is a set of 'key: value' lines; allowed keys are {string.Join(", ", allowed)}");
        foreach (var (key, _) in map.Members)
        {
            if (!allowed.Contains(key.Text)) throw Wrong(key.Line, $"'{key.Text}' is no key of {what}; allowed are {string.Join(", ", allowed)}");
        }

        return map.Members.ToDictionary(m => m.Key.Text, m => m.Value, StringComparer.Ordinal);
    }

    private string Text(YamlValue value, string key) => value switch
    {
        YamlText { Text: { Length: > 0 and <= LongestText } text } when !string.IsNullOrWhiteSpace(text) => text,
        YamlText { Text.Length: > LongestText } => throw Wrong(value.Line, $"'{key}' is longer than {LongestText} signs"),
        _ => throw Wrong(value.Line, $"'{key}' is a text that is not empty"),
    };

    private List<string> Texts(YamlValue value, string key) => value switch
    {
        YamlList { Items.Count: > 0 } list => [.. list.Items.Select(i => Text(i, key))],
        YamlText => [Text(value, key)],
        _ => throw Wrong(value.Line, $"'{key}' is a text or a list of texts, and not empty"),
    };

    private DateOnly Day(YamlValue value) =>
        value is YamlText text && DateOnly.TryParseExact(text.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw Wrong(value.Line, "'expires' is a day: 2027-01-31");

    private bool Flag(YamlValue value, string key) => value is YamlText { Text: "true" or "false" } text ? text.Text is "true" : throw Wrong(value.Line, $"'{key}' is true or false");

    private PolicyException Wrong(int line, string what) => new($"{name} line {line}: {what}");
}
