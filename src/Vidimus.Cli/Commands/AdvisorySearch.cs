using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Matching;
using Vidimus.Model.Files;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus advisories search</c>: by ids, package, product, text, severity, exploitation and day; for a person or as JSON.</summary>
internal static partial class AdvisorySearch
{
    private const int Few = 5;

    private static readonly string[] Formats = ["table", "json"];

    public static Command Create()
    {
        var books = new BookReading();
        var words = new Argument<string[]>("WORDS") { Description = "Ids or aliases, any number; else part of an id, a title, a description or a package's name", Arity = ArgumentArity.ZeroOrMore };
        var package = new Option<string?>("--package") { Description = "A package of this name", HelpName = "NAME" };
        var product = new Option<string?>("--product") { Description = "Part of a product's name: a package or what it is filed under (Debian:12, Microsoft)", HelpName = "NAME" };
        var severity = new Option<string?>("--severity") { Description = "Only these severities: critical,high,…", HelpName = "LIST" };
        var kev = new Option<bool>("--kev") { Description = "Only what is known to be exploited" };
        var since = new Option<string?>("--since") { Description = "Published on this day or later", HelpName = "YYYY-MM-DD" };
        var until = new Option<string?>("--until") { Description = "Published on this day or before", HelpName = "YYYY-MM-DD" };
        var details = new Option<bool>("--details") { Description = "What each source says of each package, also for more than a few" };
        var limit = new Option<int>("--limit") { Description = "At most so many", HelpName = "N", DefaultValueFactory = _ => 200 };
        var format = new Option<string>("--format", "-f") { Description = "table or json", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        var command = HelpWithExamples.Of(
            new Command("search", "Finds vulnerabilities, and tells what each source says of them and whether a scan can find them") { words, package, product, severity, kev, since, until, details, limit, format },
            "vidimus advisories search CVE-2021-44228 GHSA-jfh8-c2jp-5v3q", "vidimus advisories search --package openssl --product Debian:12 --severity critical,high", "vidimus advisories search 'prototype pollution' --since 2024-01-01 --format json");
        books.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            if (!Formats.Contains(parsed.GetValue(format))) throw new UsageException($"--format is table or json, not '{parsed.GetValue(format)}'");
            if (parsed.GetValue(limit) < 1) throw new UsageException("--limit is a number above 0");
            using var progress = new ProgressLine(quiet: false);
            using var open = await books.OpenAsync(parsed, [], progress, cancel);
            progress.Dispose();
            var error = parsed.InvocationConfiguration.Error;
            if (open.Note is { } note) await error.WriteLineAsync($"note: {PathText.Display(note)}");

            var said = parsed.GetValue(words) ?? [];
            var ids = said.Length > 0 && said.All(word => open.Book.Find(word) is not null || open.Book.FindAdvisories(word).Count > 0 || Id().IsMatch(word));
            var query = new AdvisoryQuery
            {
                Ids = ids ? said : [],
                Text = ids || said.Length == 0 ? null : string.Join(' ', said),
                Package = parsed.GetValue(package),
                Product = parsed.GetValue(product),
                Severities = parsed.GetValue(severity) is { } list ? SeverityNames(list) : null,
                Exploited = parsed.GetValue(kev),
                Since = Day(parsed.GetValue(since), "--since"),
                Until = Day(parsed.GetValue(until), "--until"),
            };
            if (query == new AdvisoryQuery()) throw new UsageException("say what to look for: ids, words, --package, --product, --severity, --kev, --since or --until");

            var found = query.In(open.Book, EcosystemList.Keys).Take(parsed.GetValue(limit) + 1).ToList();
            cancel.ThrowIfCancellationRequested();
            foreach (var id in query.Unknown(open.Book)) await error.WriteLineAsync($"note: no source in the book knows {PathText.Display(id)}");
            if (found.Count > parsed.GetValue(limit))
            {
                found.RemoveAt(found.Count - 1);
                await error.WriteLineAsync($"note: only the first {found.Count} are shown; look for something narrower, or raise --limit");
            }

            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(format) is "json") await output.WriteLineAsync(Json(found));
            else Table(found, parsed.GetValue(details) || (ids && found.Count <= Few), output);
            return ids && found.Count == 0 ? ExitCode.Unfinished : ExitCode.Done;
        });
        return command;
    }

    private static string[] SeverityNames(string list)
    {
        var names = list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => name.ToUpperInvariant()).ToArray();
        var known = Enum.GetValues<Severity>().Select(Severities.Name).ToList();
        return names.FirstOrDefault(name => !known.Contains(name)) is { } wrong ? throw new UsageException($"'{wrong}' is no severity; known are {string.Join(", ", known)}") : names;
    }

    private static DateOnly? Day(string? text, string option) =>
        text is null ? null : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw new UsageException($"{option} is a day as 2026-11-24, not '{text}'");

    private static void Table(List<FoundVulnerability> found, bool details, TextWriter output)
    {
        if (found.Count == 0)
        {
            output.WriteLine("nothing found");
            return;
        }

        output.WriteLine($"{"ID",-20} {"SEVERITY",-13} {"SCORE",5}  {"KEV",-3} {"EPSS",6}  {"PUBLISHED",-10}  {"SCAN FINDS",-10}  TITLE");
        foreach (var one in found)
        {
            var (id, vulnerability) = (one.Vulnerability.Id, one.Vulnerability);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{PathText.Display(id),-20} {one.Severity,-13} {one.Rating?.Score,5:0.0}  {(vulnerability.Exploited is null ? "" : "yes"),-3} {vulnerability.ExploitScore?.Score,6:0.0000}  {one.Published,-10:yyyy-MM-dd}  {(one.Detectable ? "yes" : "no"),-10}  {PathText.Display(AdvisoryText.TitleOf(vulnerability))}").TrimEnd());
            if (!details) continue;
            if (vulnerability.Aliases.Count > 0) output.WriteLine($"  also {PathText.Display(string.Join(", ", vulnerability.Aliases))}");
            foreach (var record in one.Records.OrderBy(r => r.Ecosystem, StringComparer.Ordinal).ThenBy(r => r.Package, StringComparer.Ordinal).ThenBy(r => r.Source, StringComparer.Ordinal))
            {
                output.WriteLine(PathText.Display($"  {record.Ecosystem,-24} {record.Package,-24} {record.Status,-19} {record.Range}  [{record.Source} {record.Advisory}]{(record.Undetected is { } why ? $" no scan finds it: {why}" : "")}"));
            }

            if (one.Records.Count == 0) output.WriteLine("  no source names a package: no scan finds it");
        }
    }

    private static string Json(List<FoundVulnerability> found)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var one in found) Write(writer, one);
            writer.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, FoundVulnerability one)
    {
        var vulnerability = one.Vulnerability;
        writer.WriteStartObject();
        writer.WriteString("id", vulnerability.Id);
        writer.WriteStartArray("aliases");
        foreach (var alias in vulnerability.Aliases) writer.WriteStringValue(alias);
        writer.WriteEndArray();
        writer.WriteString("title", AdvisoryText.TitleOf(vulnerability));
        writer.WriteString("severity", one.Severity);
        writer.WriteString("severitySource", one.SeveritySource);
        if (one.Rating is { } rating) writer.WriteNumber("score", rating.Score);
        else writer.WriteNull("score");
        writer.WriteString("vector", one.Rating?.Vector);
        if (vulnerability.ExploitScore is { } epss) writer.WriteNumber("epss", epss.Score);
        else writer.WriteNull("epss");
        writer.WriteString("exploitedSince", vulnerability.Exploited?.Added.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        writer.WriteString("published", one.Published?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        writer.WriteBoolean("rejected", vulnerability.Rejected);
        writer.WriteBoolean("detectable", one.Detectable);
        writer.WriteStartArray("records");
        foreach (var record in one.Records)
        {
            writer.WriteStartObject();
            writer.WriteString("source", record.Source);
            writer.WriteString("advisory", record.Advisory);
            writer.WriteString("ecosystem", record.Ecosystem);
            writer.WriteString("package", record.Package);
            writer.WriteString("status", record.Status);
            writer.WriteString("range", record.Range);
            writer.WriteString("undetected", record.Undetected);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>What is surely meant as an id: a list's name in capitals, or a CVE or GHSA in any case.</summary>
    [GeneratedRegex("^(?:(?i:CVE|GHSA)|[A-Z]{2,}[A-Z0-9]*)-[0-9A-Za-z].*$", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
