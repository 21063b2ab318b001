using System.CommandLine;
using System.Text;
using Vidimus.Cli.CommandLine;
using Vidimus.Ecosystems;
using Vidimus.Model.Files;
using Vidimus.Model.Matching;
using Vidimus.Model.Versions;

namespace Vidimus.Cli.Commands;

/// <summary><c>vidimus versions compare SCHEME A B</c>, or <c>--pairs FILE</c> for many.</summary>
internal static class VersionsCommand
{
    private static IEnumerable<Ecosystem> Ordered => EcosystemList.All.Where(e => e.Versions is not UnorderedVersions);

    public static Command Create()
    {
        var scheme = new Argument<string>("SCHEME") { Description = $"Whose order: {string.Join(", ", Ordered.Select(e => e.Type))}" };
        var versions = new Argument<string[]>("VERSION") { Description = "Two versions", Arity = new(0, 2) };
        var pairs = new Option<string?>("--pairs") { Description = "A file of pairs, one 'A<TAB>B' a line; '-' for standard input", HelpName = "FILE" };
        var compare = HelpWithExamples.Of(
            new Command("compare", "Compares two versions in an ecosystem's own order: prints <, = or >, or ! for a version that the scheme refuses") { scheme, versions, pairs },
            "vidimus versions compare deb 1.0~rc1-1 1.0-1",
            "vidimus versions compare pypi --pairs pairs.tsv");
        compare.SetAction((parsed, cancel) =>
        {
            var type = parsed.GetRequiredValue(scheme);
            var order = Ordered.FirstOrDefault(e => e.Type == type)?.Versions
                ?? throw new UsageException($"there is no version scheme '{type}'; known are {string.Join(", ", Ordered.Select(e => e.Type))}");
            return (parsed.GetValue(versions) ?? [], parsed.GetValue(pairs)) switch
            {
                ([var a, var b], null) => OneAsync(order, a, b, parsed.InvocationConfiguration),
                ([], { } file) => ManyAsync(order, file, cancel),
                _ => throw new UsageException("give either two versions or --pairs FILE"),
            };
        });
        return new Command("versions", "Version orders") { compare };
    }

    private static async Task<int> OneAsync(IVersionScheme order, string a, string b, InvocationConfiguration streams)
    {
        await streams.Output.WriteLineAsync(Sign(order, a, b));
        foreach (var refused in new[] { a, b }.Distinct(StringComparer.Ordinal).Where(v => !order.IsValid(v))) await streams.Error.WriteLineAsync($"note: '{PathText.Display(refused)}' is no version of this scheme");
        return ExitCode.Done;
    }

    /// <summary>Lines are bytes to us: a pair that isn't text in UTF-8 is compared as it decodes, never the end of the run.</summary>
    private static async Task<int> ManyAsync(IVersionScheme order, string file, CancellationToken cancel)
    {
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 << 10);
        using var lines = file is "-" ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(file);
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            await output.WriteLineAsync(tab < 0 ? "!" : Sign(order, line.AsSpan(0, tab), line.AsSpan(tab + 1)));
        }

        return ExitCode.Done;
    }

    private static string Sign(IVersionScheme order, ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        !order.IsValid(a) || !order.IsValid(b) ? "!" : order.Compare(a, b) switch
        {
            < 0 => "<",
            0 => "=",
            _ => ">",
        };
}
