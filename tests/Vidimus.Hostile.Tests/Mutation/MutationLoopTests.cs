using System.Globalization;

namespace Vidimus.Hostile.Tests.Mutation;

/// <summary>No mutated input ends a scan otherwise than by an inventory or one clear sentence.</summary>
/// <remarks><c>VIDIMUS_FUZZ_SEED</c> and <c>VIDIMUS_FUZZ_MINUTES</c> choose other seeds and a longer run of the long loop.</remarks>
public sealed class MutationLoopTests(Corpus corpus, ITestOutputHelper output) : IClassFixture<Corpus>
{
    /// <summary>What is never read could never break.</summary>
    [Fact]
    public void EveryFileOfTheCorpusIsReadAndEveryArchive()
    {
        var whole = MutationLoop.ScanArchive("tar", corpus.Tar);
        var silent = corpus.Files.Where(f => !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith(".md5sums", StringComparison.Ordinal) && f is not "etc/os-release")
            .Except(whole.Packages.SelectMany(p => p.Locations).Select(l => l.Path));

        Assert.Empty(silent);
        Assert.Empty(whole.Notes);
        Assert.Equal("debian", whole.Os?.Id);
        Assert.All(corpus.Archives, a => Assert.Contains(MutationLoop.ScanArchive(a.Prefix, a.Path).Packages, p => p.Package.Name is "serde"));
    }

    [Fact]
    public void NoMutatedInputBreaksAScan() => Run(firstSeed: 1, TimeSpan.FromSeconds(30));

    [Fact]
    [Trait("Long", "true")]
    public void NoneOfManyMutatedInputsBreaksAScan() =>
        Run(Number("VIDIMUS_FUZZ_SEED") ?? 1_000_000 * DateTime.UtcNow.DayOfYear, TimeSpan.FromMinutes(Number("VIDIMUS_FUZZ_MINUTES") ?? 5));

    private void Run(int firstSeed, TimeSpan time)
    {
        var (inputs, faults) = new MutationLoop(corpus).Run(firstSeed, time, TestContext.Current.CancellationToken);
        output.WriteLine($"{inputs} inputs from seed {firstSeed} on");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(inputs > 100, $"only {inputs} inputs in {time}");
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
