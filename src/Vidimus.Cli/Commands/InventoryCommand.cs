using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus inventory TARGET</c>: the SBOM alone, without a book.</summary>
internal static class InventoryCommand
{
    public static Command Create()
    {
        var reading = new InventoryReading();
        var output = new Option<string?>("--output", "-o") { Description = "Write to a file instead of standard output", HelpName = "FILE" };
        var command = HelpWithExamples.Of(
            new Command("inventory", "Lists the packages of a target as a CycloneDX 1.5 SBOM, without looking for vulnerabilities"),
            "vidimus inventory host -o machine.cdx.json",
            "vidimus inventory oci:layout | jq -r '.components[].purl'");
        reading.AddTo(command);
        command.Options.Add(output);
        command.Options.Add(CollectorTable.Option);
        command.SetAction((parsed, cancel) =>
        {
            using var progress = new ProgressLine(reading.IsQuiet(parsed));
            var inventory = reading.Read(parsed, progress, cancel);
            progress.Dispose();
            if (!reading.IsQuiet(parsed)) NoteLines.Write(inventory.Notes, parsed.InvocationConfiguration.Error);
            OutputFile.Write(parsed.GetValue(output), stream => CycloneDxWriter.Write(inventory, new ReportTool("vidimus", Surroundings.Version), stream));
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
