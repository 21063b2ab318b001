using System.CommandLine;
using System.CommandLine.Parsing;

namespace Vidimus.Cli.CommandLine;

/// <summary>What is wrong with a command line, in one sentence that names the thing and, where one is near, what was probably meant.</summary>
internal static class UsageErrors
{
    /// <summary>At most so many signs apart, two names are taken for one and a slip.</summary>
    private const int Near = 2;

    /// <summary>Null where nothing is wrong.</summary>
    public static string? Sentence(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;

        // The parser takes an option that it doesn't know for an argument.
        if (parsed.Tokens.TakeWhile(t => t.Type is not TokenType.DoubleDash).FirstOrDefault(t => t.Type is TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal)) is { } option)
            return Unknown("option", option.Value.Split('=')[0], command.Options.SelectMany(o => o.Aliases.Prepend(o.Name)));
        if (parsed.Errors.Count == 0) return null;
        if (parsed.UnmatchedTokens is [var unknown, ..]) return Unknown(command.Subcommands.Count > 0 ? "command" : "argument", unknown, command.Subcommands.Select(c => c.Name));

        var missing = command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is null or { Tokens.Count: 0 });
        return missing is null ? parsed.Errors[0].Message : $"'{Path(parsed)}' needs {missing.Name}";
    }

    /// <summary>The command that was meant, as it is typed: <c>vidimus advisories show</c>.</summary>
    public static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } found; at = at.Parent) names.Push(found.Command.Name);
        return string.Join(' ', names.Prepend("vidimus"));
    }

    private static string Unknown(string kind, string typed, IEnumerable<string> known)
    {
        var near = known.Select(n => (Name: n, Distance: Distance(n, typed))).Where(n => n.Distance <= Near).OrderBy(n => n.Distance).FirstOrDefault().Name;
        return near is null ? $"there is no {kind} '{typed}'" : $"there is no {kind} '{typed}'; did you mean '{near}'?";
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > Near) return int.MaxValue;
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
