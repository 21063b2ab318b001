using System.CommandLine;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Matching;
using Vidimus.Model.Files;
using Vidimus.Model.Reports;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus explain ID TARGET</c>: why a package is affected, or why not.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var reading = new InventoryReading();
        var books = new BookReading();
        var deciding = new DecisionReading();
        var id = new Argument<string>("ID") { Description = "A CVE, GHSA or vendor's id, or any alias" };
        var package = new Option<string?>("--package") { Description = "Explain this package even where no source speaks of it", HelpName = "NAME" };
        var asOf = ScanCommand.AsOfOption();
        var command = HelpWithExamples.Of(
            new Command("explain", "Says why a target's packages are or are not affected by a vulnerability, and who says so") { id },
            "vidimus explain CVE-2024-6387 host", "vidimus explain CVE-2023-0286 app.tar --package openssl", "vidimus explain CVE-2023-0286 app.tar --as-of 2024-01-01");
        reading.AddTo(command);
        command.Options.Add(package);
        command.Options.Add(asOf);
        deciding.AddTo(command);
        books.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            Explanation explanation;
            var decisions = deciding.Read(parsed);
            var day = ScanCommand.DayOf(parsed.GetValue(asOf));
            IReadOnlyList<ReportFinding> decided = [];
            using (var progress = new ProgressLine(reading.IsQuiet(parsed)))
            {
                var inventory = reading.Read(parsed, progress, cancel);
                decisions = reading.Attested(parsed, decisions, inventory, cancel);
                using var book = await books.OpenAsync(parsed, BookReading.PartsFor(inventory), progress, cancel);
                explanation = new Explainer(inventory, book.Book, EcosystemList.Keys, day).Explain(parsed.GetRequiredValue(id).Trim(), parsed.GetValue(package));
                if (decisions.Any && explanation.Affected) decided = ScanCommand.Assemble(inventory, book, all: true, decisions, day).Findings;
                if (book.Note is { } note && !reading.IsQuiet(parsed)) await parsed.InvocationConfiguration.Error.WriteLineAsync($"note: {PathText.Display(note)}");
            }

            if (!explanation.Known) throw new UnfinishedException($"no source in the book knows {explanation.Asked}; 'vidimus advisories status' shows what it holds");
            Write(explanation, decided, parsed.InvocationConfiguration.Output);
            return ExitCode.Done;
        });
        return command;
    }

    /// <param name="decided">The findings as VEX documents and the policy leave them; empty without any.</param>
    private static void Write(Explanation explanation, IReadOnlyList<ReportFinding> decided, TextWriter output)
    {
        foreach (var vulnerability in explanation.Vulnerabilities)
        {
            output.WriteLine($"{vulnerability.Id}  {PathText.Display(vulnerability.Title ?? "")}".TrimEnd());
            if (vulnerability.Aliases.Count > 0) output.WriteLine($"  also {string.Join(", ", vulnerability.Aliases)}");
        }

        foreach (var sentence in explanation.Sentences) output.WriteLine(PathText.Display(sentence));
        foreach (var package in explanation.Packages.OrderByDescending(p => p.Affected).ThenBy(p => p.Package.Purl, StringComparer.Ordinal))
        {
            output.WriteLine();
            output.WriteLine($"{(package.Affected ? "AFFECTED    " : "not affected")}  {PathText.Display(package.Package.Package.Name)} {PathText.Display(package.Package.Package.Version)}{(explanation.Vulnerabilities.Count > 1 ? $"  ({package.Vulnerability})" : "")}");
            output.WriteLine($"  {PathText.Display(package.Package.Purl)}");
            foreach (var location in package.Package.Locations.Take(3)) output.WriteLine($"  in {PathText.Display(location.Path)}{(location.Entry is { } entry ? " " + PathText.Display(entry) : "")}{(location.Layer is { } layer ? $" (layer {layer})" : "")}");
            if (package.Package.Owner is { } owner) output.WriteLine($"  owned by {PathText.Display(owner)}: judged by that package's vendor");
            foreach (var sentence in package.Sentences) output.WriteLine($"  {PathText.Display(sentence)}");
            if (decided.FirstOrDefault(f => f.PackageId == package.Package.Id && f.Id == package.Vulnerability) is { } finding) WriteDecision(finding, output);
        }
    }

    private static void WriteDecision(ReportFinding finding, TextWriter output)
    {
        foreach (var said in finding.Evidence.Where(e => e.Source is "vex")) output.WriteLine($"  The VEX document {PathText.Display(said.Advisory)} says: {PathText.Display(said.Range)}.");
        if (finding.Hidden is { By: "vex" or "policy" } hidden) output.WriteLine($"  Hidden by {hidden.By}: {PathText.Display(hidden.Reason)}{(hidden.Until is { } until ? $" (until {until})" : "")}");
    }
}
