using System.CommandLine;
using System.Globalization;
using Vidimus.Server.CommandLine;

namespace Vidimus.Server.Configuration;

/// <summary>The values of settings: the command line's before the environment's before the file's before the default.</summary>
internal sealed class SettingValues
{
    private readonly IReadOnlyDictionary<string, string> flags;
    private readonly Func<string, string?> environment;
    private readonly IReadOnlyDictionary<string, string> file;

    /// <param name="flags">By the settings' names.</param>
    public SettingValues(IReadOnlyDictionary<string, string> flags, Func<string, string?> environment)
    {
        this.flags = flags;
        this.environment = environment;
        file = new Dictionary<string, string>();
        if (Find(SettingTable.Config) is { } path) file = ConfigurationFile.Read(path);
        if (flags.TryGetValue(SettingTable.Store.Name, out var store) && store.Contains("password", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"a password on the command line can be seen by everybody on this machine; put the store's address into {SettingTable.Store.Variable} or the configuration file");
    }

    /// <summary>The user's folders stand on variables too.</summary>
    public string? Environment(string name) => environment(name) is { Length: > 0 } value ? value : null;

    public string? Find(Setting setting) =>
        flags.TryGetValue(setting.Name, out var flag) ? flag
        : Environment(setting.Variable) is { } variable ? variable
        : file.TryGetValue(setting.Name, out var line) && line.Length > 0 ? line
        : null;

    public string Text(Setting setting) => Find(setting) ?? setting.Default;

    public bool Switch(Setting setting) => Text(setting) switch
    {
        "true" or "1" or "yes" => true,
        "false" or "0" or "no" => false,
        var other => throw Wrong(setting, other, "true or false"),
    };

    public double Number(Setting setting) =>
        double.TryParse(Text(setting), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1e9 ? number : throw Wrong(setting, Text(setting), "a number above 0");

    /// <summary><c>90s</c>, <c>10m</c>, <c>6h</c>, <c>30d</c>.</summary>
    public TimeSpan Span(Setting setting)
    {
        var text = Text(setting);
        var unit = text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100_000
            ? (text[^1], count)
            : throw Wrong(setting, text, "a span of time such as 30s, 10m, 6h or 7d");
        return unit switch
        {
            ('s', var n) => TimeSpan.FromSeconds(n),
            ('m', var n) => TimeSpan.FromMinutes(n),
            ('h', var n) => TimeSpan.FromHours(n),
            ('d', var n) => TimeSpan.FromDays(n),
            _ => throw Wrong(setting, text, "a span of time such as 30s, 10m, 6h or 7d"),
        };
    }

    public IReadOnlyList<string> List(Setting setting) => (Find(setting) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static UsageException Wrong(Setting setting, string value, string wanted) => new($"--{setting.Name}: '{value}' is not {wanted}");
}

/// <summary>The options of a command that stand for settings.</summary>
internal sealed class SettingOptions
{
    private readonly Dictionary<Setting, Option<string?>> options;
    private readonly Func<string, string?> environment;

    public SettingOptions(Command command, UsedBy usedBy, Func<string, string?> environment)
    {
        this.environment = environment;
        options = SettingTable.Of(usedBy).ToDictionary(s => s, s => s.ToOption());
        foreach (var option in options.Values) command.Options.Add(option);
    }

    /// <exception cref="UsageException">A value can't be.</exception>
    public SettingValues Read(ParseResult parsed)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (setting, option) in options)
        {
            if (parsed.GetResult(option) is not { Implicit: false } given) continue;
            flags[setting.Name] = given.Tokens is [var token] ? token.Value : "true";
        }

        return new(flags, environment);
    }
}
