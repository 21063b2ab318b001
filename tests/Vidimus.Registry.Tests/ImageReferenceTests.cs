namespace Vidimus.Registry.Tests;

public class ImageReferenceTests
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Expected by the rules of the distribution project's reference grammar and docker's familiar names.</summary>
    [Theory]
    [InlineData("alpine", "docker.io", "library/alpine", "latest")]
    [InlineData("alpine:3.19", "docker.io", "library/alpine", "3.19")]
    [InlineData("grafana/grafana:1", "docker.io", "grafana/grafana", "1")]
    [InlineData("docker.io/alpine", "docker.io", "library/alpine", "latest")]
    [InlineData("index.docker.io/a/b", "docker.io", "a/b", "latest")]
    [InlineData("localhost/a", "localhost", "a", "latest")]
    [InlineData("localhost:5000/a/b/c:T_1.x-y", "localhost:5000", "a/b/c", "T_1.x-y")]
    [InlineData("127.0.0.1:5000/app", "127.0.0.1:5000", "app", "latest")]
    [InlineData("[::1]:5000/app:1", "[::1]:5000", "app", "1")]
    [InlineData("registry.example/a__b/c-_d", null, null, null)]
    [InlineData("registry.example/a__b/c--d.e", "registry.example", "a__b/c--d.e", "latest")]
    [InlineData("alpine@" + Digest, "docker.io", "library/alpine", Digest)]
    [InlineData("a.example/x:1@" + Digest, "a.example", "x", Digest)]
    [InlineData("Alpine", null, null, null)]
    [InlineData("", null, null, null)]
    [InlineData("a.example/", null, null, null)]
    [InlineData("a.example/../x", null, null, null)]
    [InlineData("a.example/x:", null, null, null)]
    [InlineData("a.example/x:y/z w", null, null, null)]
    [InlineData("a.example/x@sha256:12", null, null, null)]
    [InlineData("a.example/x@md5:d41d8cd98f00b204e9800998ecf8427e", null, null, null)]
    [InlineData("user@a.example/x", null, null, null)]
    [InlineData("a.example:port/x", null, null, null)]
    [InlineData("a.example:5000?/x", null, null, null)]
    [InlineData("https://a.example/x", null, null, null)]
    [InlineData("x\n", null, null, null)]
    public void ReadsAsDockerDoes(string text, string? host, string? repository, string? version)
    {
        var isOne = ImageReference.TryParse(text, out var reference);

        Assert.Equal(host is not null, isOne);
        Assert.Equal((host, repository, version), (reference?.Host, reference?.Repository, reference?.Version));
    }

    [Theory]
    [InlineData("mirror.example", "docker.io", "mirror.example", "")]
    [InlineData("quay.io=mirror.example:5000/quay/all", "quay.io", "mirror.example:5000", "quay/all/")]
    public void ReadsMirrors(string text, string of, string host, string folder) => Assert.Equal(new RegistryMirror(of, host, folder), RegistryMirror.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a=b=c")]
    [InlineData("http://a")]
    [InlineData("a/../b")]
    [InlineData("user:pw@a")]
    public void RefusesWhatIsNoMirror(string text) => Assert.Null(RegistryMirror.Parse(text));
}
