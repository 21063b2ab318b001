using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Vidimus.Cli.CommandLine;

/// <summary>The usual help, and after it examples and the variables that stand for the options.</summary>
internal sealed class HelpWithExamples(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    private static readonly Dictionary<Command, string[]> Examples = [];

    /// <summary>Gives a command its examples.</summary>
    public static T Of<T>(T command, params string[] examples)
        where T : Command
    {
        Examples[command] = examples;
        return command;
    }

    /// <summary>Puts it in the place of a root command's help.</summary>
    public static void Install(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        var usual = (HelpAction)help.Action!;
        if (Console.IsOutputRedirected) usual.MaxWidth = Surroundings.Width;
        help.Action = new HelpWithExamples(usual);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (Examples.TryGetValue(command, out var examples))
        {
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }

        if (command.Options.FirstOrDefault(o => o is not (HelpOption or VersionOption)) is { } option)
        {
            output.WriteLine($"Every option can stand in a variable: {option.Name} in {EnvironmentOptions.VariableOf(option)}.");
            output.WriteLine();
        }

        return code;
    }
}
