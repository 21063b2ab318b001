using System.Text;
using Vidimus.Advisories;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>The docs that list things are made from the code. <c>VIDIMUS_DOCS=write</c> writes them anew.</summary>
public class GeneratedDocsTests
{
    private static readonly string[][] Commands =
    [
        [], ["scan"], ["inventory"], ["explain"], ["advisories"], ["advisories", "update"], ["advisories", "status"], ["advisories", "show"], ["advisories", "search"], ["advisories", "export"], ["advisories", "import"], ["versions", "compare"],
    ];

    [Fact]
    public void FeedsAreCurrent()
    {
        var text = Head("Feeds", "Each feed is a folder of a mirror (`--feeds`), with the paths of its public address inside. Where a folder is asked for, one zip in its place stands for its content. A feed that a mirror lacks is absent, not an error.");
        text.Append("| feed | what it is | public address | files, below the feed's folder | terms |\n|---|---|---|---|---|\n");
        foreach (var feed in ((IEnumerable<IFeed>)[.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds]).OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var files = feed.Files(["PART"]).Concat(feed.Files([])).Select(f => f.Path.Length == 0 ? "all that is there" : f.Index is not null ? $"what `{f.Path}` names" : f.Increments is null ? $"`{f.Path}`" : $"`{f.Path}`, changes by `{f.Increments}`").Distinct().Take(4);
            text.Append($"| {feed.Name} | {feed.Title} | {feed.PublicAddress} | {string.Join("<br>", files)} | {feed.Terms} |\n");
        }

        text.Append("\nWhich feeds a scan asks for, by what it finds: `kev`, `epss`, `cve5` and `eol` always; a language's from `osv/NAME`; a distribution's own:\n\n| distribution (os-release ID) | feeds | advisories name |\n|---|---|---|\n");
        foreach (var distribution in EcosystemList.Distributions) text.Append($"| {distribution.Family} ({string.Join(", ", distribution.Ids)}) | {string.Join(", ", distribution.Feeds)} | {(distribution.BySource ? "the source package" : "the binary package")} |\n");
        Compare("docs/feeds.md", text);
    }

    [Fact]
    public void CollectorsAreCurrent()
    {
        var text = Head("Collectors", "What Vidimus reads in a target. A path is from the root of the target; `**/` stands for any folders, `*` for any signs within a name, `{executables}` for files with an execute bit (and `.exe`, `.dll`) that are ELF, PE or Mach-O.");
        using var folder = Places.Temporary();
        var (exit, output, _) = Tool.Run(folder, ["inventory", "--list-collectors"]);
        Assert.Equal(0, exit);
        text.Append(output);

        Compare("docs/collectors.md", text);
    }

    [Fact]
    public void TheCommandLineIsCurrent()
    {
        using var folder = Places.Temporary();
        var text = Head("Command line", "What `--help` says of each command.");
        foreach (var command in Commands)
        {
            var (exit, output, _) = Tool.Run(folder, [.. command, "--help"]);
            Assert.Equal(0, exit);
            text.Append($"## vidimus {string.Join(' ', command)}".TrimEnd()).Append("\n\n```\n").Append(output.TrimEnd()).Append("\n```\n\n");
        }

        Compare("docs/command-line.md", text);
    }

    private static StringBuilder Head(string title, string what) => new StringBuilder("# ").Append(title).Append("\n\n").Append(what).Append(" This page is made from the code by a test.\n\n");

    private static void Compare(string name, StringBuilder text)
    {
        var file = Path.Combine(Places.Repository, name);
        var made = text.ToString().TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("VIDIMUS_DOCS") is "write") File.WriteAllText(file, made);
        Assert.True(File.Exists(file) && File.ReadAllText(file) == made, $"{name} is not what the code says; make it anew with VIDIMUS_DOCS=write ./test Cli");
    }
}
