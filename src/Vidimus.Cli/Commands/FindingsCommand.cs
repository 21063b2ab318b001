using System.CommandLine;
using System.Globalization;
using Vidimus.Cli.CommandLine;
using Vidimus.Cli.Push;
using Vidimus.Model.Files;
using Vidimus.Model.Push;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus findings history ARN</c>: what became of a server's finding.</summary>
internal static class FindingsCommand
{
    public static Command Create() => new("findings", "Findings that a server keeps") { History() };

    private static Command History()
    {
        var arn = new Argument<string>("ARN") { Description = "The finding's ARN, or the 32 digits at its end" };
        var servers = new ServerOptions();
        var command = HelpWithExamples.Of(
            new Command("history", "All that became of a finding, oldest first, also after it closed and was deleted") { arn },
            "vidimus findings history arn:aws:inspector2:eu-central-1:111122223333:finding/0123456789abcdef0123456789abcdef --server https://vidimus.example:8900");
        servers.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var text = parsed.GetRequiredValue(arn);
            var id = text[(text.LastIndexOf('/') + 1)..];
            if (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower)) throw new UsageException($"'{text}' is not a finding's ARN");
            using var client = servers.Connect(parsed);
            Write(await client.HistoryAsync(id, cancel), parsed.InvocationConfiguration.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(FindingLife life, TextWriter output)
    {
        output.WriteLine(PathText.Display(life.FindingArn));
        output.WriteLine($"{PathText.Display(life.Title)}{(life.Resource.Length > 0 ? $"  on {PathText.Display(life.Resource)}" : "")}");
        output.WriteLine();
        output.WriteLine($"{"TIME (UTC)",-20} {"WHAT",-13} {"STATUS",-11} {"SEVERITY",-13} {"SCORE",5}  {"FIX",-8} {"ID",-18} WHY");
        foreach (var entry in life.Entries)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {PathText.Display(entry.Cause),-13} {PathText.Display(entry.Status),-11} {PathText.Display(entry.Severity),-13} {(entry.Score is { } score ? score.ToString("0.0", CultureInfo.InvariantCulture) : "-"),5}  {PathText.Display(entry.Fix),-8} {PathText.Display(entry.Vulnerability ?? ""),-18} {PathText.Display(entry.Closing ?? (entry.SourceSeverity is { } source ? $"a rule displays it; the source says {source}" : ""))}").TrimEnd());
        }
    }
}
