using System.Text;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>What every order keeps, over valid and invalid texts alike: it can sort anything, and costs nothing.</summary>
public sealed class VersionPropertyTests
{
    [Theory]
    [MemberData(nameof(VersionSchemes.All), MemberType = typeof(VersionSchemes))]
    public void IsAntisymmetric(string name)
    {
        var scheme = VersionSchemes.Of(name);
        foreach (var (left, right) in Texts(name).Zip(Texts(name).Skip(1)))
        {
            Assert.Equal(0, scheme.Compare(left, left));
            Assert.Equal(Math.Sign(scheme.Compare(left, right)), -Math.Sign(scheme.Compare(right, left)));
        }
    }

    /// <summary>Maven's own order is not transitive (see its remarks), so it is left out here.</summary>
    [Theory]
    [MemberData(nameof(VersionSchemes.All), MemberType = typeof(VersionSchemes))]
    public void IsTransitive(string name)
    {
        if (!VersionSchemes.Of(name).IsTransitive) return;

        var scheme = VersionSchemes.Of(name);
        var texts = Texts(name).ToList();
        texts.Sort((a, b) => scheme.Compare(a, b));
        for (var i = 1; i < texts.Count; i++) Assert.True(scheme.Compare(texts[i - 1], texts[i]) <= 0, $"'{texts[i - 1]}' stands before '{texts[i]}'");

        var random = new Random(7);
        for (var i = 0; i < VersionSchemes.Count(100_000); i++)
        {
            var at = random.Next(texts.Count - 40);
            var (a, b, c) = (texts[at + random.Next(40)], texts[at + random.Next(40)], texts[at + random.Next(40)]);
            if (scheme.Compare(a, b) <= 0 && scheme.Compare(b, c) <= 0) Assert.True(scheme.Compare(a, c) <= 0, $"'{a}' <= '{b}' <= '{c}', but '{a}' > '{c}'");
            if (scheme.Compare(a, b) == 0 && scheme.Compare(b, c) == 0) Assert.True(scheme.Compare(a, c) == 0, $"'{a}' = '{b}' = '{c}', but '{a}' <> '{c}'");
        }
    }

    /// <summary>The cycle that Maven's ComparableVersion 3.8.7 has; ours is the same order, so it has it too.</summary>
    [Fact]
    public void MavensOrderHasTheCycleOfComparableVersion()
    {
        (string, string)[] pairs = [("1.0.alpha.1", "1"), ("1", "1.sp.1"), ("1.sp.1", "1.0.alpha.1")];
        Assert.Equal(['<', '<', '<'], VersionJudge.Answers("maven", pairs));
        Assert.All(pairs, pair => Assert.True(VersionSchemes.Of("maven").Compare(pair.Item1, pair.Item2) < 0));
    }

    [Theory]
    [MemberData(nameof(VersionSchemes.All), MemberType = typeof(VersionSchemes))]
    public void AllocatesNothing(string name)
    {
        var scheme = VersionSchemes.Of(name);
        var texts = Texts(name).Take(2_000).ToArray();
        var sum = Run();
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++) // the runtime itself allocates on this thread now and then, while it compiles
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var again = Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(sum, again);
        }

        Assert.Equal(0, least);

        int Run()
        {
            var result = 0;
            for (var i = 1; i < texts.Length; i++)
            {
                result += Math.Sign(scheme.Compare(texts[i - 1], texts[i]));
                if (scheme.IsValid(texts[i])) result++;
            }

            return result;
        }
    }

    /// <summary>A version of a million signs takes time in proportion, not its square, and no exception.</summary>
    [Theory]
    [MemberData(nameof(VersionSchemes.All), MemberType = typeof(VersionSchemes))]
    public void BearsVersionsOfAMillionSigns(string name)
    {
        var scheme = VersionSchemes.Of(name);
        foreach (var part in (string[])["0.", "0-", "1", "a", "a1", "0.a", "-", ".", "~", "^", "1.x", "00", "_p", "-0.1", ":", "!", " ", "+", "rc."])
        {
            var text = new StringBuilder().Insert(0, part, 1_000_000 / part.Length).ToString();
            scheme.IsValid(text);
            Assert.Equal(0, scheme.Compare(text, text + ""));
            Assert.Equal(-Math.Sign(scheme.Compare(text + "1", text + "2")), Math.Sign(scheme.Compare(text + "2", text + "1")));
        }
    }

    private static IEnumerable<string> Texts(string name)
    {
        string[] odd = ["", " ", ".", "-", "+", "~", "v", "0", "é", "\ud800", "\0", "1..2", "1.-", "latest", "v1", "=1.0", "1.0.0.0.0", "1,2", "99999999999999999999999999", "99999999999999999999999999.1-99999999999999999999999998", "1-1:1", ":1", "@dev", "1.0 as 2"];
        return odd.Concat(new VersionSource(name, 11).Pairs(2_500).SelectMany(pair => (string[])[pair.Left, pair.Right]));
    }
}
