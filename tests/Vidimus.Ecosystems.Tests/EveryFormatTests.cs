using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests;

/// <summary>What holds for every format that we claim to read.</summary>
public sealed class EveryFormatTests
{
    private static readonly Lazy<string> Tests = new(() => string.Join('\n', Directory.EnumerateFiles(Path.Combine(Places.Repository, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.EndsWith(nameof(EveryFormatTests) + ".cs", StringComparison.Ordinal)).Select(File.ReadAllText)));

    public static TheoryData<string> Collectors => [.. EcosystemList.Collectors.Select(collector => collector.Name)];

    /// <summary>A reader of the folder must learn where the format's description is.</summary>
    [Fact]
    public void AFolderWithACollectorNamesTheFormatsSource()
    {
        var folders = EcosystemList.Collectors.Select(FolderOf).Distinct().ToList();
        Assert.True(folders.Count > 40);
        Assert.DoesNotContain(folders, folder => !File.Exists(Path.Combine(folder, "README.md")) || File.ReadAllText(Path.Combine(folder, "README.md")).Length < 60);
    }

    /// <summary>Fixtures are files in tests, most made in the test itself; they are found by the collector's class and by the name of the file that it wants.</summary>
    [Theory]
    [MemberData(nameof(Collectors))]
    public void ACollectorHasAFixture(string name)
    {
        var collector = EcosystemList.Collectors.Single(c => c.Name == name);
        Assert.True(Tests.Value.Contains(collector.GetType().Name, StringComparison.Ordinal) || Tests.Value.Contains(name, StringComparison.Ordinal), $"no test speaks of {collector.GetType().Name}");
        var wanted = collector.Wants.Where(glob => !glob.IsExecutables).Select(EndOf).Where(end => end.Length > 1).ToList();
        Assert.True(wanted.Count == 0 || wanted.Exists(end => Tests.Value.Contains(end, StringComparison.OrdinalIgnoreCase)), $"no test has a file like {string.Join(", ", wanted)}");
    }

    private static string EndOf(FileGlob glob) => glob.Name[(glob.Name.LastIndexOf('*') + 1)..];

    private static string FolderOf(ICollector collector) =>
        Path.Combine(Places.Repository, "src", "Vidimus.Ecosystems", collector.GetType().Namespace!.Split('.').Last());
}
