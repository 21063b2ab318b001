using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Reading;

public sealed class FixtureTests
{
    public static TheoryData<int, string> All => new(Fixture.All.Select((fixture, index) => (index, $"{fixture.Collector.Name} {fixture.Path}")));

    [Theory]
    [MemberData(nameof(All))]
    public void FindsWhatTheFormatSays(int index, string name)
    {
        var fixture = Fixture.All[index];
        var file = new TestFile(fixture.Path, fixture.Text);

        Assert.Contains(fixture.Collector.Wants, wanted => wanted.Matches(fixture.Path));
        Assert.Equal(fixture.Packages, file.Packages(fixture.Collector).Select(Fixture.Shown));
        Assert.True(file.Notes.Count == 0, $"{name}: {string.Join("; ", file.Notes)}");
    }

    /// <summary>A format that the table of collectors names without a file that shows it would be a claim and no more.</summary>
    [Fact]
    public void EveryCollectorHasAFixture()
    {
        var shown = Fixture.All.Select(f => f.Collector.Name).Concat(Fixture.Elsewhere.Keys).ToHashSet();
        Assert.Equal([], EcosystemList.Collectors.Select(c => c.Name).Where(name => !shown.Contains(name)));
        Assert.Equal([], shown.Except(EcosystemList.Collectors.Select(c => c.Name)));
    }

    [Fact]
    public void EveryCollectorHasANameOfItsOwn() => Assert.Equal(EcosystemList.Collectors.Count, EcosystemList.Collectors.Select(c => c.Name).Distinct().Count());
}
