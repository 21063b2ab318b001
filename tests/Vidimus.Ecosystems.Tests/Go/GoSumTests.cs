using Vidimus.Ecosystems.Go;
using Vidimus.Ecosystems.Tests.Reading;
using Vidimus.Testing;

namespace Vidimus.Ecosystems.Tests.Go;

public sealed class GoSumTests
{
    private const string Sum = """
        example.com/direct v1.0.0 h1:00=
        example.com/direct v1.0.0/go.mod h1:00=
        golang.org/x/text v0.3.0 h1:00=
        golang.org/x/text v0.3.7 h1:00=
        golang.org/x/text v0.3.7/go.mod h1:00=
        example.com/considered v2.0.0/go.mod h1:00=
        """;

    // By go.dev/ref/mod: from 1.17 on go.mod has all that is needed; without a go line 1.16 is meant.
    [Theory]
    [InlineData("module m\ngo 1.16\nrequire example.com/direct v1.0.0\n", "golang.org/x/text@v0.3.7")]
    [InlineData("module m\nrequire example.com/direct v1.0.0\n", "golang.org/x/text@v0.3.7")]
    [InlineData("module m\ngo 1.17\nrequire example.com/direct v1.0.0\n")]
    [InlineData("module m\ngo 1.21.3\nrequire example.com/direct v1.0.0\n")]
    public void TellsWhatAnOldGoModLeavesOut(string mod, params string[] packages)
    {
        var file = new TestFile("app/go.sum", Sum).With(new("app/go.mod", mod));
        Assert.Equal(packages, CollectorRun.Names(file.Packages(new GoSum())));
        Assert.Empty(file.Notes);
    }

    [Fact]
    public void SaysNothingWithoutAGoMod() => Assert.Empty(new TestFile("go.sum", Sum).Packages(new GoSum()));

    [Fact]
    public void SurvivesDamage()
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(Sum);
        foreach (var damaged in Mutations.Of(bytes, 5, 1500)) new TestFile("go.sum", damaged).With(new("go.mod", "module m\n")).Collect(new GoSum());
    }
}
