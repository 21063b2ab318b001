using System.CommandLine;
using System.CommandLine.Parsing;

namespace Vidimus.Cli.CommandLine;

/// <summary>Takes options that the command line leaves out from variables: <c>--fail-on</c> from <c>VIDIMUS_FAIL_ON</c>. A repeatable one is parted by commas, a switch is on for <c>1</c> or <c>true</c>.</summary>
internal static class EnvironmentOptions
{
    /// <summary>The variable that stands for an option.</summary>
    public static string VariableOf(Option option) => "VIDIMUS_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    /// <summary>Parses, with the values of variables put in as if they had been typed, so that they are checked and refused in the same way.</summary>
    public static ParseResult Parse(RootCommand root, string[] arguments, Func<string, string?> environment)
    {
        var parsed = root.Parse(arguments);
        if (parsed.Action != parsed.CommandResult.Command.Action) return parsed; // --help and --version look at nothing else

        var more = new List<string>();
        foreach (var option in parsed.CommandResult.Command.Options)
        {
            if (parsed.GetResult(option) is { Implicit: false } || environment(VariableOf(option)) is not { Length: > 0 } value) continue;
            more.AddRange(Tokens(option, value));
        }

        if (more.Count == 0) return parsed;
        var depth = Depth(parsed.CommandResult, arguments);
        return root.Parse([.. arguments[..depth], .. more, .. arguments[depth..]]);
    }

    private static IEnumerable<string> Tokens(Option option, string value)
    {
        if (option.ValueType == typeof(bool)) return value is "1" or "true" or "yes" ? [option.Name] : [];
        return option.Arity.MaximumNumberOfValues > 1 ? value.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(v => new[] { option.Name, v }) : [option.Name, value];
    }

    /// <summary>How many arguments name the command.</summary>
    private static int Depth(CommandResult command, string[] arguments)
    {
        var depth = 0;
        for (SymbolResult? at = command; at is CommandResult { Command: not RootCommand }; at = at.Parent) depth++;
        return Math.Min(depth, arguments.Length);
    }
}
