using System.Diagnostics;
using Vidimus.Api.Protocol;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>What build/ShapeGenerator made of the service models.</summary>
public class GeneratedShapesTests
{
    /// <summary>The judge is the generator itself, run anew over the models beside the repository.</summary>
    [Fact]
    public void TheCheckedInShapesAreFresh()
    {
        using var fresh = Places.Temporary();
        RealTool.Run(Path.Combine(AppContext.BaseDirectory, "ShapeGenerator"), [Places.Shared("api-models/botocore-1.43.67"), fresh.Path]);
        var project = Path.Combine(Places.Repository, "src", "Vidimus.Api");
        var made = Files(fresh.Path);
        Assert.Equal(made, Files(project));
        Assert.All(made, file => Assert.True(File.ReadAllText(Path.Combine(fresh.Path, file)) == File.ReadAllText(Path.Combine(project, file)), $"{file} is not fresh; run build/ShapeGenerator"));
    }

    /// <summary>Counts of the models' README.</summary>
    [Fact]
    public void EveryOperationOfTheModelsIsInTheTables()
    {
        Assert.Equal(81, Inspector2.Shapes.Operations.All.Length);
        Assert.Single(InspectorScan.Shapes.Operations.All);
        Assert.Equal(37, InspectorClassic.Shapes.Operations.All.Length);
    }

    [Fact]
    public void EveryPatternCompiles()
    {
        var patterns = new[] { typeof(Inspector2.Shapes.Patterns), typeof(InspectorClassic.Shapes.Patterns) }.SelectMany(t => t.GetFields()).Select(f => (WirePattern)f.GetValue(null)!).ToList();
        Assert.True(patterns.Count > 30);
        foreach (var pattern in patterns) pattern.Matches("");
    }

    /// <summary>Texts that make an engine with backtracking run for ever: one request must not hold a processor.</summary>
    [Fact]
    public void HostileTextsAreMatchedInTime()
    {
        var clock = Stopwatch.StartNew();
        string[] texts = [new string('a', 100_000), "/" + string.Concat(Enumerable.Repeat("a.a ", 25_000)), "arn:" + new string(':', 100_000), new string('1', 99_999) + "!"];
        foreach (var field in typeof(Inspector2.Shapes.Patterns).GetFields())
        {
            foreach (var text in texts) ((WirePattern)field.GetValue(null)!).Matches(text);
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"took {clock.Elapsed}");
    }

    private static List<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.g.cs", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Where(f => f.Contains("Shapes", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
