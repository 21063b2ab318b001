using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Sbom.CycloneDx;
using Vidimus.Sbom.Spdx;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus inventory TARGET</c>: the SBOM alone, without a book.</summary>
internal static class InventoryCommand
{
    /// <summary>The formats. CycloneDX has no time, so that the same target gives the same bytes; SPDX demands one.</summary>
    private static readonly Dictionary<string, Action<Inventory, Stream>> Formats = new(StringComparer.Ordinal)
    {
        ["cyclonedx"] = (inventory, output) => CycloneDxWriter.Write(inventory, Tool, output),
        ["cyclonedx@1.4"] = (inventory, output) => CycloneDxWriter.Write(inventory, Tool, output, version: CycloneDxVersion.V14),
        ["cyclonedx@1.6"] = (inventory, output) => CycloneDxWriter.Write(inventory, Tool, output, version: CycloneDxVersion.V16),
        ["spdx"] = (inventory, output) => SpdxWriter.Write(inventory, Tool, output, Surroundings.Time.GetUtcNow()),
        ["unknown-programs"] = WriteUnknownPrograms,
    };

    private static ReportTool Tool => new("vidimus", Surroundings.Version);

    private static void WriteUnknownPrograms(Inventory inventory, Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true);
        foreach (var path in inventory.UnknownExecutables) writer.Write(PathText.Display(path) + "\n");
    }

    public static Command Create()
    {
        var reading = new InventoryReading();
        var format = new Option<string[]>("--format", "-f") { Description = $"{string.Join(", ", Formats.Keys)}; with =FILE into a file (repeatable). cyclonedx is 1.5, spdx is 2.3, both JSON; unknown-programs is a path a line of what no package owns and nothing explains", HelpName = "FORMAT[=FILE]" };
        var output = new Option<string?>("--output", "-o") { Description = "Write to a file instead of standard output", HelpName = "FILE" };
        var command = HelpWithExamples.Of(
            new Command("inventory", "Lists the packages of a target as an SBOM, without looking for vulnerabilities"),
            "vidimus inventory host -o machine.cdx.json",
            "vidimus inventory oci:layout | jq -r '.components[].purl'",
            "vidimus inventory dir:. --format spdx",
            "vidimus inventory sbom:app.spdx.json -f cyclonedx@1.6");
        reading.AddTo(command, manyResults: true);
        command.Options.Add(format);
        command.Options.Add(output);
        command.Options.Add(CollectorTable.Option);
        command.SetAction((parsed, cancel) =>
        {
            var outputs = FormatChoice.Of(parsed.GetValue(format) ?? [], "cyclonedx", parsed.GetValue(output), name => Formats.GetValueOrDefault(name), [.. Formats.Keys]);
            return reading.ForEachPlatformAsync(parsed, (read, fileOf) =>
            {
                using var progress = new ProgressLine(reading.IsQuiet(parsed));
                var inventory = read(progress, cancel);
                progress.Dispose();
                if (!reading.IsQuiet(parsed)) NoteLines.Write(inventory.Notes, parsed.InvocationConfiguration.Error);
                foreach (var (write, file) in outputs) OutputFile.Write(fileOf(file), stream => write(inventory, stream));
                return Task.FromResult(ExitCode.Done);
            }, keepsAll: true, cancel);
        });
        return command;
    }
}
