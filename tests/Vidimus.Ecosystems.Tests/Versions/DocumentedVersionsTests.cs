namespace Vidimus.Ecosystems.Tests.Versions;

/// <summary>Orders whose own tools can't be asked here: the examples of their documents.</summary>
public sealed class DocumentedVersionsTests
{
    // opam's manual, "Version ordering".
    [Theory]
    [InlineData("opam", "~~ ~ ~beta2 ~beta10 0.1 1.0~beta 1.0 1.0-test 1.0.1 1.0.10 dev trunk")]
    // semver.org, section 11; and that build metadata counts: pub_semver's README, Julia's manual on VersionNumber.
    [InlineData("pub", "1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.0+1 1.0.0+2 1.0.0+10 1.0.1")]
    // Package Manager Specification 8, section 3.3: the suffixes, the letter, components with leading zeros as fractions, the revision.
    [InlineData("ebuild", "1 1.01 1.010.1 1.1_alpha 1.1_alpha2 1.1_beta 1.1_pre 1.1_rc 1.1_rc_p 1.1 1.1-r1 1.1_p 1.1_p1 1.1a 1.1b 1.1.0 1.2 1.10 2")]
    [InlineData("julia", "0.2.0-rc1 0.2.0-rc1+win64 0.2.0 0.2.0+1 0.2.0+win64 0.2.1")]
    public void OrdersAsItsDocumentDoes(string name, string ordered)
    {
        var scheme = VersionSchemes.Of(name);
        var versions = ordered.Split(' ');
        Assert.All(versions, version => Assert.True(scheme.IsValid(version), version));
        for (var i = 0; i < versions.Length; i++)
        {
            for (var j = 0; j < versions.Length; j++) Assert.Equal(Math.Sign(i.CompareTo(j)), Math.Sign(scheme.Compare(versions[i], versions[j])));
        }
    }
}
