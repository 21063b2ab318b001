using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>Every order against its ecosystem's own tool, over random pairs. VIDIMUS_TEST_LONG multiplies their number and seeds anew.</summary>
public sealed class JudgedVersionsTests
{
    [Theory]
    [MemberData(nameof(VersionSchemes.Judged), MemberType = typeof(VersionSchemes))]
    public void OrdersAndRefusesAsTheRealToolDoes(string name)
    {
        var scheme = VersionSchemes.Of(name);
        var pairs = new VersionSource(name, seed: VersionSchemes.Count(20261124)).Pairs(VersionSchemes.Count(20_000)).ToList();
        var answers = VersionJudge.Answers(name, pairs);

        var differences = new List<string>();
        for (var i = 0; i < pairs.Count; i++)
        {
            var (left, right) = pairs[i];
            var ours = Accepts(scheme, left) && Accepts(scheme, right) ? "<=>"[Math.Sign(scheme.Compare(left, right)) + 1] : '!';
            var agrees = answers[i] == '?' ? ours is '<' or '>' : ours == answers[i];
            if (!agrees) differences.Add($"'{left}' '{right}': {name} says {answers[i]}, we say {ours}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {pairs.Count} pairs, {answers.Count(a => a == '!')} refused, {answers.Count(a => a == '=')} equal");
        Assert.True(differences.Count == 0, $"{differences.Count} differences of {pairs.Count}:\n{string.Join('\n', differences.Take(25))}");
        Assert.InRange(answers.Count(a => a == '!'), 0, pairs.Count * 6 / 10);
    }

    /// <summary>x/mod knows neither a version without its <c>v</c>, as advisories write it, nor a toolchain's; those have tests of their own.</summary>
    private static bool Accepts(IVersionScheme scheme, string version) => scheme.IsValid(version) && (scheme.Name != "golang" || version.StartsWith('v'));
}
