using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Matching;
using Vidimus.Model.Inventory;
using Vidimus.Model.Reports;
using Vidimus.Reports;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus scan TARGET</c>: inventory, match, report, gate.</summary>
internal static class ScanCommand
{
    public static Command Create()
    {
        var reading = new InventoryReading();
        var books = new BookReading();
        var deciding = new DecisionReading();
        var format = new Option<string[]>("--format", "-f") { Description = $"{string.Join(", ", ReportFormats.All.Select(f => f.Name))}; with =FILE into a file (repeatable)", HelpName = "FORMAT[=FILE]" };
        var output = new Option<string?>("--output", "-o") { Description = "The file for the format that names none", HelpName = "FILE" };
        var failOn = new Option<string?>("--fail-on") { Description = "Exit 1 when something shown is this or worse: critical, high, medium, low, informational, untriaged, kev, eol, malicious, epss=0.NN; high:5 means more than five (comma list)", HelpName = "LIST" };
        var severity = new Option<string?>("--severity") { Description = "Show only these severities (comma list)", HelpName = "LIST" };
        var onlyFixed = new Option<bool>("--only-fixed") { Description = "Show only what a newer version fixes" };
        var all = new Option<bool>("--all") { Description = "Show hidden findings too, with why they are hidden" };
        var asOf = AsOfOption();
        var allowPartial = new Option<bool>("--allow-partial") { Description = "Let the gate pass although something could not be read" };

        var command = HelpWithExamples.Of(
            new Command("scan", "Finds the vulnerable packages of a target"),
            "vidimus scan host",
            "vidimus scan alpine.tar --fail-on high,kev",
            "vidimus scan oci:layout -f table -f sarif=report.sarif -f json=report.json",
            "vidimus scan app.tar --vex vendor.openvex.json --policy policy.yaml -f openvex=ours.json",
            "vidimus scan root:/mnt --feeds /srv/mirror --offline --only-fixed",
            "syft -o cyclonedx-json app | vidimus scan sbom:-");
        reading.AddTo(command, manyResults: true);
        foreach (var option in new Option[] { format, output, failOn, severity, onlyFixed, all, asOf, allowPartial }) command.Options.Add(option);
        deciding.AddTo(command);
        books.AddTo(command);

        command.SetAction(async (parsed, cancel) =>
        {
            var outputs = FormatChoice.Of(parsed.GetValue(format) ?? [], "table", parsed.GetValue(output), ReportFormats.Find, [.. ReportFormats.All.Select(f => f.Name)]);
            var decisions = deciding.Read(parsed);
            var gate = parsed.GetValue(failOn) is { } rules ? GateOf("--fail-on", rules) : decisions.Policy is { FailOn: { } own } ? GateOf($"'fail-on' of {decisions.Policy.Name}", own) : null;
            var day = DayOf(parsed.GetValue(asOf));
            var filter = FilterOf(parsed.GetValue(severity), parsed.GetValue(onlyFixed));

            return await reading.ForEachPlatformAsync(parsed, async (read, fileOf) =>
            {
                ScanReport report;
                using (var progress = new ProgressLine(reading.IsQuiet(parsed)))
                {
                    var inventory = read(progress, cancel);
                    using var book = await books.OpenAsync(parsed, BookReading.PartsFor(inventory), progress, cancel);
                    progress.Report("matching");
                    report = Assemble(inventory, book, parsed.GetValue(all) || outputs.Exists(o => o.Format.WantsHidden), reading.Attested(parsed, decisions, inventory, cancel), day);
                }

                if (filter is not null) report = filter.Apply(report);
                if (gate is not null) report = report with { Gate = gate.Judge(report) };
                if (!reading.IsQuiet(parsed)) NoteLines.Write([.. report.Notes.Select(n => new Note(n.Kind, n.Path, n.Message))], parsed.InvocationConfiguration.Error);
                var shown = parsed.GetValue(all) ? report : report with { Findings = [.. report.Findings.Where(f => f.Hidden is null)] };
                foreach (var (reportFormat, file) in outputs) OutputFile.Write(fileOf(file), stream => reportFormat.Write(reportFormat.WantsHidden ? report : shown, stream, file is null ? new(Surroundings.Colour, Surroundings.Width) : new()));
                return Verdict(report, parsed.GetValue(allowPartial), parsed.InvocationConfiguration.Error);
            }, keepsAll: false, cancel);
        });
        return command;
    }

    /// <summary>Puts inventory and book together.</summary>
    /// <param name="asOf">The day of whose end the answer is to be; null for now.</param>
    public static ScanReport Assemble(Inventory inventory, OpenBook book, bool all, Decisions decisions, DateOnly? asOf = null)
    {
        var report = ReportAssembly.Assemble(inventory, book.Book, EcosystemList.Keys, new()
        {
            Tool = new("vidimus", Surroundings.Version),
            Today = DateOnly.FromDateTime(Surroundings.Time.GetUtcNow().UtcDateTime),
            All = all,
            Vex = decisions.Vex,
            Policy = decisions.Policy,
            AsOf = asOf,
            Starter = book.IsStarter,
            Stale = book.IsStale,
        });
        return book.Note is null ? report : report with { Notes = [.. report.Notes, new(Notes.Information, "", book.Note)] };
    }

    /// <summary>What the process's exit says of a report: a gate that failed first, then whether the gate could be judged at all.</summary>
    private static int Verdict(ScanReport report, bool allowPartial, TextWriter error)
    {
        if (report.Gate is not { } gate) return ExitCode.Done;
        if (gate.Failed)
        {
            error.WriteLine($"vidimus: the gate failed: {gate.Count} crossed {string.Join(", ", gate.Rules)}");
            return ExitCode.GateFailed;
        }

        if (report.Book.Starter)
        {
            error.WriteLine("vidimus: the gate can't be judged by the starter advisories alone; give --feeds or --book, or let the feeds be fetched");
            return ExitCode.Unfinished;
        }

        if (report.Complete || allowPartial) return ExitCode.Done;
        error.WriteLine("vidimus: nothing crosses the gate, but not everything could be read (see the notes); --allow-partial accepts that");
        return ExitCode.Unfinished;
    }

    private static Gate GateOf(string where, string rules) => Gate.TryParse(rules, out var gate, out var error) ? gate : throw new UsageException($"{where}: {error}");

    internal static Option<string?> AsOfOption() => new("--as-of") { Description = "Answer as of the end of a day: with the records first published by then and not yet withdrawn then, in their present wording", HelpName = "DATE" };

    internal static DateOnly? DayOf(string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day) ? day
        : throw new UsageException($"--as-of: '{text}' is no day (2024-01-31)");

    private static ReportFilter? FilterOf(string? severities, bool onlyFixed)
    {
        if (severities is null && !onlyFixed) return null;
        return ReportFilter.TryParse(severities ?? "", onlyFixed, out var filter, out var error) ? filter : throw new UsageException($"--severity: {error}");
    }
}
