using System.Text.Json;
using Vidimus.Hostile.Tests.Mutation;
using Vidimus.Testing;

namespace Vidimus.Hostile.Tests.Whole;

/// <summary>Damaged copies of every kind of target, every file of them damaged at once.</summary>
public sealed class DamageTests(Corpus corpus) : IClassFixture<Corpus>, IDisposable
{
    private readonly BoundedTool tool = new();

    public void Dispose() => tool.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ARootWithEveryFileDamagedGivesAReport(int seed)
    {
        var mutator = new Mutator(seed);
        foreach (var file in corpus.Files)
        {
            var copy = Path.Combine(tool["tree"], file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.WriteAllBytes(copy, mutator.Mutate(File.ReadAllBytes(Path.Combine(corpus.Root, file))));
        }

        tool.Make($"chmod -R a+rx tree; tar -cf tree.tar -C tree .; tar -cf layer -C tree .\n{LayoutScript.Functions}\nlayer=$(add layer); image '' $layer $layer");
        var found = new List<int>();
        foreach (var target in new[] { "root:tree", "tar:tree.tar", "oci:layout" })
        {
            var answer = tool.Scan(target, more: ["-f", "json"]);
            Assert.Equal(0, answer.Exit);
            JsonJudges.ScanReport(answer.Output);
            using var report = JsonDocument.Parse(answer.Output);
            Assert.False(report.RootElement.GetProperty("complete").GetBoolean());
            found.Add(report.RootElement.GetProperty("packages").GetArrayLength());
        }

        // The same bytes say the same, wherever they lie.
        Assert.Single(found.Distinct());
    }

    [Fact]
    public void ACutArchiveIsRefusedOrNoted()
    {
        foreach (var (prefix, path) in corpus.Archives)
        {
            var bytes = File.ReadAllBytes(path);
            foreach (var length in new[] { 0, 1, 511, 512, 513, bytes.Length / 3, bytes.Length / 2, bytes.Length - 1 })
            {
                File.WriteAllBytes(tool["cut"], bytes[..Math.Min(length, bytes.Length)]);
                tool.Scan($"{prefix}:cut");
            }
        }
    }

    [Fact]
    public void ADamagedBillOfMaterialsIsRefusedOrRead()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(Corpus.Sbom);
        for (var seed = 0; seed < 20; seed++)
        {
            File.WriteAllBytes(tool["bom.json"], new Mutator(seed).Mutate(bytes));
            tool.Scan("sbom:bom.json", more: ["-f", "json"]);
        }
    }
}
