namespace Vidimus.Cli.CommandLine;

/// <summary>What <c>--format FORMAT[=FILE]</c>, given once or more, asks for.</summary>
internal static class FormatChoice
{
    /// <summary>The formats, each with its file; null for standard output.</summary>
    /// <param name="output">The file for the format that names none.</param>
    /// <exception cref="UsageException">A format is unknown, or two would be written to the same place.</exception>
    public static List<(T Format, string? File)> Of<T>(string[] texts, string standard, string? output, Func<string, T?> find, IReadOnlyList<string> known)
        where T : class
    {
        var outputs = new List<(T Format, string? File)>();
        foreach (var text in texts.Length > 0 ? texts : [standard])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            var format = find(name) ?? throw new UsageException($"there is no format '{name}'; known are {string.Join(", ", known)}");
            outputs.Add((format, equals < 0 ? output : text[(equals + 1)..] is { Length: > 0 } file ? file : throw new UsageException($"'{text}' names no file")));
        }

        if (outputs.GroupBy(o => o.File ?? "-").Any(g => g.Count() > 1)) throw new UsageException("two formats would be written to the same place; give each but one a file: --format json=report.json");
        return outputs;
    }
}
