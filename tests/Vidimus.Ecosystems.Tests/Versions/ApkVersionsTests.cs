using Vidimus.Ecosystems.Apk;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>apk's order, whose tool can't be had here: the rules of apk-package(5), one by one, each written out as versions.</summary>
public sealed class ApkVersionsTests
{
    /// <summary>Each list is in ascending order; every pair of it is compared.</summary>
    [Theory]
    // Numbers by value, and one number more is later.
    [InlineData("1", "1.0", "1.0.0", "1.0.1", "1.1", "1.2", "1.9", "1.10", "1.10.1", "2", "10", "20230506")]
    // The first number by value whatever zeros it begins with; later ones with a leading zero as text.
    [InlineData("1.0", "1.00", "1.01", "1.02", "1.1", "1.2", "1.10")]
    [InlineData("3.09", "03.10", "4")]
    // A letter behind the last number comes after none and before a further number.
    [InlineData("1.0", "1.0a", "1.0b", "1.0z", "1.0.0")]
    [InlineData("1.1.1", "1.1.1a", "1.1.1k", "1.1.1w", "1.1.2")]
    [InlineData("8u372_p7-r0", "8u392_p9-r1", "8u402", "8v1")]
    // Suffixes: four before the version itself, five after.
    [InlineData("1.0_alpha", "1.0_beta", "1.0_pre", "1.0_rc", "1.0", "1.0_cvs", "1.0_svn", "1.0_git", "1.0_hg", "1.0_p")]
    [InlineData("1.0_alpha", "1.0_alpha1", "1.0_alpha2", "1.0_alpha10", "1.0_beta1", "1.0_rc2", "1.0", "1.0_p1", "1.0_p2", "1.0_p10", "1.0.0")]
    [InlineData("1.0_alpha_rc1", "1.0_alpha", "1.0_alpha_p1", "1.0_beta")]
    [InlineData("1.0_rc1_git20200101", "1.0_rc1_git20210101", "1.0_rc2", "1.0")]
    [InlineData("9.3_p1", "9.3_p2", "9.4_p1")]
    [InlineData("1.0_p", "1.0a", "1.0a_p1")]
    // Revisions count last, by value; none is before r0.
    [InlineData("1.0", "1.0-r0", "1.0-r1", "1.0-r2", "1.0-r10", "1.0_p1-r0", "1.0.1-r0")]
    [InlineData("1.0_rc1-r5", "1.0-r0", "1.0a-r0")]
    // A commit hash stands behind the suffixes: after none, before the revision is looked at.
    [InlineData("1.0-r0", "1.0~abc-r0", "1.0~abd-r0")]
    [InlineData("1.0_git1", "1.0_git1~0123abc", "1.0_git2")]
    // Numbers longer than any machine's.
    [InlineData("1.99999999999999999999998", "1.99999999999999999999999", "1.100000000000000000000000")]
    public void OrdersAsTheSpecificationSays(params string[] ascending)
    {
        var versions = new ApkVersions();
        for (var i = 0; i < ascending.Length; i++)
        {
            Assert.True(versions.IsValid(ascending[i]), ascending[i]);
            for (var j = 0; j < ascending.Length; j++)
            {
                Assert.True(Math.Sign(versions.Compare(ascending[i], ascending[j])) == i.CompareTo(j), $"{ascending[i]} against {ascending[j]}");
            }
        }
    }

    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData("01", "1")]
    [InlineData("1.0_p01", "1.0_p1")]
    [InlineData("1.0-r01", "1.0-r1")]
    public void TakesAsEqual(string left, string right) => Assert.Equal(0, new ApkVersions().Compare(left, right));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("1.a")]
    [InlineData("1ab")]
    [InlineData("1.0A")]
    [InlineData("1a.0")]
    [InlineData("1_foo")]
    [InlineData("1_p1a")]
    [InlineData("1-1")]
    [InlineData("1-r")]
    [InlineData("1-r1-r2")]
    [InlineData("1-r1_p1")]
    [InlineData("1~xyz")]
    [InlineData("1~abc~def")]
    [InlineData("1~abc_p1")]
    [InlineData("1:1.0")]
    [InlineData("1.0 ")]
    public void Refuses(string version) => Assert.False(new ApkVersions().IsValid(version));
}
