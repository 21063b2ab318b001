using System.Globalization;
using System.Text;
using Vidimus.Model.Reports;

namespace Vidimus.Reports;

/// <summary>What a person reads: the target, the findings grouped by package, the worst first, and one line that sums up.</summary>
/// <remarks>Drawn here and not by a library: the layout is one indented list, and loading a terminal library costs more time than a whole SBOM scan may take.</remarks>
public sealed class TableReport : IReportFormat
{
    /// <summary>Below this width the title of a finding goes to a line of its own.</summary>
    private const int Narrow = 80;

    private const int Least = 40;
    private const int NotesShown = 5;

    public string Name => "table";

    public void Write(ScanReport report, Stream output, ReportStyle style)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(style);
        using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var page = new Page(writer, style.Colour, Math.Max(Least, style.Width));
        Head(page, report);
        Findings(page, report.Findings);
        Foot(page, report);
    }

    private static void Head(Page page, ScanReport report)
    {
        var target = report.Target;
        var system = target.Os is { } os ? os.Name : null;
        page.Line(Colour.Bold, TextWidth.Show(target.Name.Length > 0 ? target.Name : target.Kind));
        page.Words(Colour.Dim, "  ", [target.Kind, system, target.Arch, Count(report.Packages.Count, "package", "packages"), target.Layers.Count > 0 ? Count(target.Layers.Count, "layer", "layers") : null]);
        page.Blank();
    }

    private static void Findings(Page page, IReadOnlyList<ReportFinding> findings)
    {
        if (findings.Count == 0) return;
        var layout = Layout.Of(findings, page.Width);
        foreach (var group in Groups(findings))
        {
            var first = group[0];
            page.Words(Colour.Bold, "", [first.Package is null ? "the system" : $"{first.Package} {first.Version}", first.Purl is { } purl ? TypeOf(purl) : null, first.Path]);
            foreach (var finding in group) Row(page, layout, finding);
            page.Blank();
        }
    }

    /// <summary>The findings of one package in one place; groups with the worst finding first, then by name.</summary>
    private static IEnumerable<List<ReportFinding>> Groups(IReadOnlyList<ReportFinding> findings) => findings
        .GroupBy(f => new Place(f.Package, f.Version, f.Purl, f.Path))
        .Select(g => g.OrderBy(Order).ThenBy(f => f.Id, StringComparer.Ordinal).ThenBy(f => f.Key, StringComparer.Ordinal).ToList())
        .OrderBy(g => Order(g[0])).ThenBy(g => g[0].Package, StringComparer.Ordinal).ThenBy(g => g[0].Version, StringComparer.Ordinal).ThenBy(g => g[0].Path, StringComparer.Ordinal);

    /// <summary>Shown before hidden, exploited before the rest, then by severity; what nobody rated stands with medium, neither on top nor out of sight.</summary>
    private static int Order(ReportFinding finding) =>
        (finding.Hidden is null ? 0 : 100) + (finding.Kev is null ? 10 : 0) + (finding.Severity is "UNTRIAGED" ? 3 : 6 - Severities.Rank(finding.Severity));

    private static string TypeOf(string purl) => purl.StartsWith("pkg:", StringComparison.Ordinal) && purl.IndexOf('/', StringComparison.Ordinal) is > 4 and var slash ? purl[4..slash] : "";

    private static void Row(Page page, Layout layout, ReportFinding finding)
    {
        var severity = TextWidth.Fit(Label(finding.Severity), layout.Severity);
        var id = TextWidth.Fit(TextWidth.Show(finding.Id), layout.Id);
        var fix = Fix(finding);
        var title = TextWidth.Show(string.Join(" · ", Flags(finding).Append(finding.Title == finding.Id ? "" : finding.Title).Where(t => t.Length > 0)));
        var left = page.Width - 2 - layout.Severity - 2 - layout.Id - 2;
        var colour = finding.Hidden is null ? ColourOf(finding.Severity) : Colour.Dim;
        if (page.Width < Narrow)
        {
            page.Line((Colour.None, "  "), (colour, severity), (Colour.None, "  "), (Colour.None, id), (Colour.None, "  "), (Colour.None, TextWidth.Cut(fix, left)));
            if (title.Length > 0) page.Line((Colour.None, "    "), (Colour.Dim, TextWidth.Cut(title, page.Width - 4)));
            return;
        }

        page.Line((Colour.None, "  "), (colour, severity), (Colour.None, "  "), (Colour.None, id), (Colour.None, "  "), (Colour.None, TextWidth.Fit(fix, layout.Fix)), (Colour.None, "  "), (Colour.Dim, TextWidth.Cut(title, left - layout.Fix - 2)));
    }

    private static string Label(string severity) => severity is "INFORMATIONAL" ? "INFO" : severity;

    private static string Fix(ReportFinding finding) => TextWidth.Show(finding switch
    {
        { FixedVersion: { } version } => $"→ {version}",
        { Status: "will-not-fix" } => "won't be fixed",
        { Status: "deferred" } => "deferred",
        { Status: "end-of-life" } => "end of life",
        { Status: "under-investigation" } => "being looked into",
        { Status: "fixed" } => "fixed",
        { Status: "not-affected" } => "not affected",
        _ => "no fix yet",
    });

    private static IEnumerable<string> Flags(ReportFinding finding)
    {
        if (finding.Hidden is { } hidden) yield return $"hidden by {hidden.By}{(hidden.Reason.Length > 0 ? ": " + hidden.Reason : "")}";
        if (finding.Kind is "malicious") yield return "MALICIOUS";
        if (finding.Kev is { } kev) yield return kev.Ransomware ? "EXPLOITED (ransomware)" : "EXPLOITED";
        if (finding.Epss is { Score: >= 0.01 } epss) yield return string.Create(CultureInfo.InvariantCulture, $"EPSS {epss.Score * 100:0} %");
    }

    private static Colour ColourOf(string severity) => severity switch
    {
        "CRITICAL" => Colour.Magenta,
        "HIGH" => Colour.Red,
        "MEDIUM" => Colour.Yellow,
        "LOW" => Colour.Cyan,
        "UNTRIAGED" => Colour.Blue,
        _ => Colour.Dim,
    };

    private static void Foot(Page page, ScanReport report)
    {
        var summary = report.Summary;
        var total = summary.Critical + summary.High + summary.Medium + summary.Low + summary.Informational + summary.Untriaged;
        IEnumerable<(int Count, string Word)> parts =
        [
            (summary.Critical, "critical"), (summary.High, "high"), (summary.Medium, "medium"), (summary.Low, "low"), (summary.Informational, "informational"), (summary.Untriaged, "untriaged"),
        ];
        var bySeverity = string.Join(", ", parts.Where(p => p.Count > 0).Select(p => $"{p.Count} {p.Word}"));
        page.Words(Colour.Bold, "",
        [
            total == 0 ? "no findings" : $"{Count(total, "finding", "findings")}: {bySeverity}",
            summary.Kev > 0 ? $"{summary.Kev} known to be exploited" : null,
            summary.Fixable > 0 ? $"{summary.Fixable} fixable" : null,
            summary.Hidden > 0 ? $"{summary.Hidden} hidden (--all shows them)" : null,
        ]);
        Book(page, report.Book);
        Notes(page, report);
        if (report.Gate is not { } gate) return;
        var rules = string.Join(", ", gate.Rules.Select(TextWidth.Show));
        page.Words(gate.Failed ? Colour.Red : report.Book.Starter || !report.Complete ? Colour.None : Colour.Green, "",
        [
            gate.Failed ? $"gate failed: {Count(gate.Count, "finding crosses", "findings cross")} {rules}"
                : report.Book.Starter ? $"gate not judged, by the starter advisories alone: {rules}"
                : report.Complete ? $"gate holds: {rules}"
                : $"nothing crosses the gate, but not everything could be read: {rules}",
        ]);
    }

    private static void Book(Page page, ReportBook book)
    {
        if (book.Starter) page.Words(Colour.Yellow, "", ["only the starter advisories answered: run 'vidimus advisories update --all', or a scan where the feeds can be reached"]);
        else if (book.Stale) page.Words(Colour.Yellow, "", [$"the advisories are old ({book.Built?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "no date"}) and could not be refreshed"]);
    }

    private static void Notes(Page page, ScanReport report)
    {
        if (report.Notes.Count > 0)
        {
            var kinds = report.Notes.CountBy(n => n.Kind).OrderByDescending(k => k.Value).ThenBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Value} {k.Key}");
            page.Words(Colour.None, "", [$"{Count(report.Notes.Count, "note", "notes")}: {string.Join(", ", kinds)}"]);
            foreach (var note in report.Notes.Take(NotesShown)) page.Words(Colour.Dim, "  ", [note.Path.Length > 0 ? $"{note.Path}: {note.Message}" : note.Message]);
            if (report.Notes.Count > NotesShown) page.Words(Colour.Dim, "  ", [$"{report.Notes.Count - NotesShown} more stand in --format json"]);
        }

        if (!report.Complete) page.Words(Colour.Yellow, "", ["incomplete: something could not be read, so more may be there"]);
    }

    private static string Count(int count, string one, string many) => $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    private sealed record Place(string? Package, string? Version, string? Purl, string? Path);

    /// <summary>The columns' widths: as wide as the widest value, within bounds, the same in every group.</summary>
    private sealed record Layout(int Severity, int Id, int Fix)
    {
        public static Layout Of(IReadOnlyList<ReportFinding> findings, int width) => new(
            findings.Max(f => Label(f.Severity).Length),
            Math.Min(findings.Max(f => TextWidth.Of(TextWidth.Show(f.Id))), Math.Max(16, width / 5)),
            Math.Min(findings.Max(f => TextWidth.Of(TableReport.Fix(f))), Math.Max(14, width / 4)));
    }

    private enum Colour
    {
        None = 0,
        Bold = 1,
        Dim = 2,
        Red = 31,
        Green = 32,
        Yellow = 33,
        Blue = 34,
        Magenta = 35,
        Cyan = 36,
    }

    /// <summary>Lines of a bounded width; colours are the only escape sequences that leave.</summary>
    private sealed class Page(TextWriter writer, bool colour, int width)
    {
        public int Width => width;

        public void Blank() => writer.WriteLine();

        public void Line(Colour style, string text) => Line((style, TextWidth.Cut(text, width)));

        public void Line(params ReadOnlySpan<(Colour Colour, string Text)> parts)
        {
            var line = new StringBuilder();
            var last = parts.Length;
            while (last > 0 && string.IsNullOrWhiteSpace(parts[last - 1].Text)) last--;
            for (var i = 0; i < last; i++)
            {
                var text = i == last - 1 ? parts[i].Text.TrimEnd() : parts[i].Text;
                if (colour && parts[i].Colour is not Colour.None) line.Append(CultureInfo.InvariantCulture, $"\e[{(int)parts[i].Colour}m{text}\e[0m");
                else line.Append(text);
            }

            writer.WriteLine(line);
        }

        /// <summary>Parts joined by a dot, on as many lines as their words need; a word that is wider than a line is cut.</summary>
        public void Words(Colour style, string indent, IEnumerable<string?> parts)
        {
            var line = "";
            foreach (var word in string.Join(" · ", parts.Select(TextWidth.Show).Where(p => p.Length > 0)).Split(' ').Select(w => TextWidth.Cut(w, width - indent.Length)))
            {
                if (line.Length > 0 && TextWidth.Of(line) + 1 + TextWidth.Of(word) > width - indent.Length)
                {
                    Line((Colour.None, indent), (style, line));
                    line = "";
                }

                line = line.Length == 0 ? word : $"{line} {word}";
            }

            if (line.Length > 0) Line((Colour.None, indent), (style, line));
        }
    }
}
