using System.Globalization;
using Vidimus.Advisories;
using Vidimus.Matching;
using Vidimus.Model.Advisories;
using Vidimus.Model.Files;

namespace Vidimus.Cli.Commands;

/// <summary>A vulnerability and what each source says of it, for a person.</summary>
internal static class AdvisoryText
{
    private const int MostPackages = 40;

    /// <summary>The first title that a source has, else how its description begins; empty when none says anything.</summary>
    public static string TitleOf(BookVulnerability vulnerability) => Titles.Of(vulnerability.Statements) ?? "";

    public static void Write(BookVulnerability vulnerability, TextWriter output)
    {
        output.WriteLine($"{vulnerability.Id}  {PathText.Display(TitleOf(vulnerability))}".TrimEnd());
        if (vulnerability.Aliases.Count > 0) output.WriteLine($"  also       {string.Join(", ", vulnerability.Aliases)}");
        if (vulnerability.Rejected) output.WriteLine("  rejected   the CVE list has withdrawn it: it matches nothing");
        if (vulnerability.Exploited is { } kev) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  exploited  known since {kev.Added:yyyy-MM-dd}{(kev.Ransomware ? ", by ransomware too" : "")}"));
        if (vulnerability.ExploitScore is { } epss) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  EPSS       {epss.Score:0.0000}{(epss.Percentile is { } percentile ? $" (higher than {percentile:P0} of all)" : "")}"));
        foreach (var statement in vulnerability.Statements) Write(statement, output);
        foreach (var notice in vulnerability.Notices) Write(notice, output);
    }

    public static void Write(BookAdvisory advisory, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"  {advisory.Source}: {PathText.Display(advisory.Id)}{(advisory.Published is { } day ? string.Create(CultureInfo.InvariantCulture, $", {day:yyyy-MM-dd}") : "")}{(advisory.Withdrawn is null ? "" : ", withdrawn")}{(advisory.Kind is AdvisoryKind.Malicious ? ", malicious package" : "")}");
        if (advisory.Title is { Length: > 0 } title) output.WriteLine($"    {PathText.Display(title)}");
        foreach (var rating in advisory.Severities) output.WriteLine($"    {PathText.Display(rating.Source)} {rating.Type}: {PathText.Display(rating.Value)}{(rating.Score is { } score ? string.Create(CultureInfo.InvariantCulture, $" ({score:0.0})") : "")}");
        if (advisory.Cwes.Count > 0) output.WriteLine($"    {string.Join(", ", advisory.Cwes)}");
        if (advisory.Ssvc.Count > 0) output.WriteLine($"    SSVC {string.Join(", ", advisory.Ssvc.Select(s => $"{s.Key}: {s.Value}"))}");
        foreach (var affected in advisory.Affected.Take(MostPackages)) output.WriteLine($"    {affected.Key.Ecosystem}  {PathText.Display(affected.Key.Name)}  {Range(affected)}");
        if (advisory.Affected.Count > MostPackages) output.WriteLine($"    … and {advisory.Affected.Count - MostPackages} more packages");
        if (advisory.Url is { } url) output.WriteLine($"    {PathText.Display(url)}");
    }

    private static string Range(BookAffected affected)
    {
        if (affected.Status is AffectedStatus.NotAffected) return "not affected";
        var ranges = affected.Ranges.Select(r => string.Join(", ", r.Events.Select(e => e.Kind switch
        {
            RangeEventKind.Introduced => e.Version is "0" ? "any" : $">= {e.Version}",
            RangeEventKind.IntroducedAfter => $"> {e.Version}",
            RangeEventKind.Fixed => $"< {e.Version}",
            RangeEventKind.LastAffected => $"<= {e.Version}",
            _ => $"limit {e.Version}",
        })));
        var text = PathText.Display(string.Join("; ", ranges.Concat(affected.Versions.Count > 0 ? [$"{affected.Versions.Count} versions by name"] : [])));
        return affected.Status is AffectedStatus.Affected ? text : $"{text} ({affected.Status})";
    }
}
