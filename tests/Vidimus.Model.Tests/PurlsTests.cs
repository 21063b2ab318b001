using Vidimus.Model.Inventory;

namespace Vidimus.Model.Tests;

/// <summary>Expected values are written by hand from the purl types' definitions and from how Syft and Trivy write their qualifiers.</summary>
public sealed class PurlsTests
{
    private static readonly OsRelease Debian = new("debian", "12", "Debian GNU/Linux 12 (bookworm)");

    [Fact]
    public void ADebianPackageNamesItsDistribution() =>
        Assert.Equal("pkg:deb/debian/bash@5.2.15-2%2Bb7?arch=amd64&distro=debian-12&upstream=bash%405.2.15-2",
            Purls.Of(new() { Type = "deb", Name = "bash", Version = "5.2.15-2+b7", Architecture = "amd64", Source = new("bash", "5.2.15-2") }, Debian).ToString());

    [Fact]
    public void ASourceOfTheSameVersionIsItsNameAlone() =>
        Assert.Equal("pkg:deb/debian/login@1:4.13%2Bdfsg1-1?arch=amd64&distro=debian-12&upstream=shadow",
            Purls.Of(new() { Type = "deb", Name = "login", Version = "1:4.13+dfsg1-1", Architecture = "amd64", Source = new("shadow", "1:4.13+dfsg1-1") }, Debian).ToString());

    [Fact]
    public void AnRpmsEpochIsAQualifier() =>
        Assert.Equal("pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm",
            Purls.Of(new() { Type = "rpm", Name = "openssl-libs", Version = "1:3.0.7-27.el9", Architecture = "x86_64", Source = new("openssl", "3.0.7-27.el9") }, new("rhel", "9.4", null)).ToString());

    [Fact]
    public void AnRpmsModuleIsAQualifier() =>
        Assert.Equal("pkg:rpm/rocky/nodejs@18.1-1?distro=rocky-9.3&rpmmod=nodejs:18:9030020231019152822:rhel9",
            Purls.Of(new() { Type = "rpm", Name = "nodejs", Version = "18.1-1", Module = "nodejs:18:9030020231019152822:rhel9" }, new("rocky", "9.3", null)).ToString());

    [Theory]
    [InlineData("npm", "@babel", "core", "7.24.0", "pkg:npm/%40babel/core@7.24.0")]
    [InlineData("npm", null, "JSONStream", "1.3.5", "pkg:npm/JSONStream@1.3.5")]
    [InlineData("maven", "org.apache.logging.log4j", "log4j-core", "2.14.1", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1")]
    [InlineData("golang", "github.com/Masterminds", "semver", "v3.2.0+incompatible", "pkg:golang/github.com/Masterminds/semver@v3.2.0%2Bincompatible")]
    [InlineData("golang", null, "stdlib", "1.21.3", "pkg:golang/stdlib@1.21.3")]
    [InlineData("composer", "Symfony", "Console", "v6.1.0", "pkg:composer/symfony/console@v6.1.0")]
    [InlineData("pypi", null, "Zope_Interface", "5.4", "pkg:pypi/zope-interface@5.4")]
    [InlineData("cargo", null, "serde", "", "pkg:cargo/serde")]
    public void ALanguagesPackageHasItsOwnNamespace(string type, string? space, string name, string version, string purl) =>
        Assert.Equal(purl, Purls.Of(new() { Type = type, Namespace = space, Name = name, Version = version, Architecture = "amd64" }, Debian).ToString());

    [Fact]
    public void WithoutASystemThereIsNoNamespace() =>
        Assert.Equal("pkg:deb/bash@5.2", Purls.Of(new() { Type = "deb", Name = "bash", Version = "5.2", Source = new("bash", "5.2") }, null).ToString());
}
