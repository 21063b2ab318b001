using System.CommandLine;
using System.Globalization;
using Vidimus.Cli.CommandLine;
using Vidimus.Files.FileTree;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Reports;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus</c> alone: what is vulnerable on this machine, the worst of it and the counts; then the server, where it lies beside.</summary>
internal static class HostSummary
{
    private const int Shown = 20;

    public static void Install(RootCommand root)
    {
        var books = new BookReading();
        books.AddTo(root);
        root.SetAction(async (parsed, cancel) =>
        {
            ScanReport report;
            Inventory inventory;
            var host = new TargetName(TargetKind.Host, "host", Environment.MachineName);
            using (var progress = new ProgressLine(quiet: false))
            {
                inventory = InventoryReading.Read(host, [], images: null, progress, cancel);
                using var book = await books.OpenAsync(parsed, BookReading.PartsFor(inventory), progress, cancel);
                report = ScanCommand.Assemble(inventory, book, all: false, Decisions.None);
            }

            NoteLines.Write([.. report.Notes.Select(n => new Note(n.Kind, n.Path, n.Message))], parsed.InvocationConfiguration.Error);
            var output = parsed.InvocationConfiguration.Output;
            var worst = report.Findings.OrderBy(f => f.Kev is null).ThenByDescending(f => Severities.Rank(f.Severity)).ThenByDescending(f => f.Epss?.Score ?? 0).Take(Shown).ToHashSet();
            OutputFile.Write(null, stream => new TableReport().Write(report with { Findings = [.. report.Findings.Where(worst.Contains)] }, stream, new(Surroundings.Colour, Surroundings.Width)));
            if (report.Findings.Count > Shown) await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"These are the {Shown} that matter most of {report.Findings.Count:n0}; 'vidimus scan host' shows them all."));
            if (!EmbeddedServer.IsHere) return ExitCode.Done;

            await output.FlushAsync(cancel);
            using var server = EmbeddedServer.Start(books.FeedsOf(parsed), books.IsOffline(parsed));
            return await server.RunAsync(stopped => server.PushAsync(host, inventory, output, stopped), cancel);
        });
    }
}
