using Vidimus.Ecosystems.Go;

namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>What x/mod/semver does not know: versions as the Go vulnerability database writes them, and toolchains as they name themselves.</summary>
public sealed class GoVersionsTests
{
    /// <summary>The database's rule for the standard library: <c>go1.21rc2</c> is <c>1.21.0-rc.2</c>; <c>1.21.0-0</c> is before all of 1.21.</summary>
    [Theory]
    [InlineData("go1.20.7", "1.21.0-0", "go1.21beta1", "go1.21rc2", "1.21.0-rc.3", "go1.21rc10", "go1.21", "go1.21.1", "1.21.3")]
    [InlineData("0.0.0-20190101000000-aaaaaaaaaaaa", "v0.0.0-20200101000000-aaaaaaaaaaaa", "0.1.0-rc.1", "v0.1.0-rc.1.0.20200101000000-aaaaaaaaaaaa", "0.1.0", "v0.1.1-0.20200101000000-aaaaaaaaaaaa", "0.1.1")]
    public void Orders(params string[] ascending)
    {
        var versions = new GoVersions();
        for (var i = 0; i < ascending.Length; i++)
        {
            Assert.True(versions.IsValid(ascending[i]), ascending[i]);
            for (var j = 0; j < ascending.Length; j++) Assert.True(Math.Sign(versions.Compare(ascending[i], ascending[j])) == i.CompareTo(j), $"{ascending[i]} against {ascending[j]}");
        }
    }

    [Theory]
    [InlineData("v1.2.3", "1.2.3")]
    [InlineData("go1.21", "1.21.0")]
    [InlineData("go1.21rc2", "1.21.0-rc.2")]
    [InlineData("go1.21.3-custom", "1.21.3")]
    [InlineData("go1.21.3 X:boringcrypto", "go1.21.3")]
    [InlineData("v2.0.0+incompatible", "2.0.0")]
    public void TakesAsEqual(string left, string right) => Assert.Equal(0, new GoVersions().Compare(left, right));

    [Theory]
    [InlineData("devel +abcdef")]
    [InlineData("(devel)")]
    [InlineData("go")]
    [InlineData("v")]
    [InlineData("1.2.3.4")]
    [InlineData("v01.2.3")]
    [InlineData("")]
    public void Refuses(string version) => Assert.False(new GoVersions().IsValid(version));
}
