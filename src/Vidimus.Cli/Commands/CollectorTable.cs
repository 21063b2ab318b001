using System.CommandLine;
using System.CommandLine.Invocation;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus inventory --list-collectors</c>: what is read in a target, as a table in Markdown. It needs no target.</summary>
internal sealed class CollectorTable : SynchronousCommandLineAction
{
    public static Option<bool> Option => new("--list-collectors") { Description = "Print what is read in a target, as a table in Markdown, and end", Arity = ArgumentArity.Zero, Action = new CollectorTable() };

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("| collector | version | of | reads | together with |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var collector in EcosystemList.Collectors)
        {
            var of = EcosystemList.All.FirstOrDefault(e => e.Collectors.Contains(collector)) is { } ecosystem ? ecosystem.Type : "the system";
            output.WriteLine($"| {collector.Name} | {collector.Version} | {of} | {string.Join("<br>", collector.Wants.Select(w => $"`{w}`"))} | {string.Join("<br>", collector.Companions.Select(w => $"`{w}`"))} |");
        }

        return ExitCode.Done;
    }
}
