using System.CommandLine;
using Vidimus.Cli.Commands;

namespace Vidimus.Cli.CommandLine;

/// <summary>All commands: adding one is a file in Commands and a line here.</summary>
internal static class VidimusCommand
{
    public static RootCommand Create()
    {
        var root = HelpWithExamples.Of(
            new RootCommand("Vidimus scans machines, images, folders and SBOMs for packages with known vulnerabilities. Without a command it scans this machine."),
            "vidimus                                   what is vulnerable on this machine",
            "vidimus scan alpine.tar --fail-on high    an image archive, as a gate in CI",
            "vidimus inventory dir:. -o sbom.json      an SBOM of a folder",
            "vidimus explain CVE-2021-44228 app.tar    why something is affected, or why not");
        root.Subcommands.Add(ScanCommand.Create());
        root.Subcommands.Add(ExplainCommand.Create());
        root.Subcommands.Add(InventoryCommand.Create());
        root.Subcommands.Add(AdvisoriesCommand.Create());
        root.Subcommands.Add(VersionsCommand.Create());
        ServerProgram.AddTo(root);
        root.Subcommands.Add(PushCommand.Create());
        root.Subcommands.Add(FindingsCommand.Create());
        HostSummary.Install(root);
        HelpWithExamples.Install(root);
        return root;
    }
}
