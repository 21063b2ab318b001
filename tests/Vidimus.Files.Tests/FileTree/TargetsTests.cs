using Vidimus.Files.FileTree;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

public sealed class TargetsTests
{
    [Theory]
    [InlineData("folder", TargetKind.Directory)]
    [InlineData("layout", TargetKind.Oci)]
    [InlineData("plain.tar", TargetKind.Tar)]
    [InlineData("plain.tar.gz", TargetKind.Tar)]
    [InlineData("plain.tar.zst", TargetKind.Tar)]
    [InlineData("no-image.tar", TargetKind.Tar)]
    [InlineData("torn.tar", TargetKind.Tar)]
    [InlineData("layout.tar", TargetKind.Oci)]
    [InlineData("layout.tar.gz", TargetKind.Oci)]
    [InlineData("layout.tar:tag", TargetKind.Oci)]
    [InlineData("layout:tag", TargetKind.Oci)]
    [InlineData("saved.tar", TargetKind.DockerArchive)]
    [InlineData("saved.tar:a/b:1", TargetKind.DockerArchive)]
    [InlineData("bom.json", TargetKind.Sbom)]
    [InlineData("other.json", null)]
    [InlineData("empty", null)]
    [InlineData("nothing", null)]
    [InlineData("alpine:3.20", null)]
    public void RecognisesAPathByItsContent(string name, TargetKind? kind)
    {
        RealTool.Require("zstd");
        using var folder = Places.Temporary();
        RealTool.Bash("""
            mkdir -p folder layout/blobs/sha256 saved/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            printf x > folder/a; printf '[]' > folder/manifest.json; tar -C folder -cf plain.tar ./a; gzip -k plain.tar; zstd -q plain.tar
            tar -C folder -cf no-image.tar manifest.json a; head -c 1000 plain.tar > torn.tar
            printf '{"imageLayoutVersion":"1.0.0"}' > layout/oci-layout; printf '{}' > layout/index.json; tar -C layout -cf layout.tar blobs index.json oci-layout; gzip -k layout.tar
            printf x > saved/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/layer.tar; printf '[]' > saved/manifest.json; tar -C saved -cf saved.tar .
            printf '\xef\xbb\xbf\n {"$schema":"x","bomFormat":"CycloneDX"}' > bom.json; printf '{"name":"x"}' > other.json; : > empty
            """, folder.Path);
        Assert.Equal(kind, Targets.Recognise(folder[name]));
    }

    [Fact]
    public void WhatIsNotWhatItsPrefixSaysIsOneSentence()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("mkfifo pipe; mkdir folder; printf x > file; printf x > folder/x; tar -cf plain.tar file", folder.Path);
        foreach (var name in new[] { "file", "folder", "plain.tar", "nothing", "pipe" })
        {
            foreach (var kind in new[] { TargetKind.Oci, TargetKind.DockerArchive })
            {
                var error = Assert.Throws<TargetException>(() => Targets.OpenImage(kind, folder[name]));
                Assert.StartsWith(folder[name], error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', error.Message);
            }
        }

        Assert.Throws<TargetException>(() => Targets.OpenTree(TargetKind.Root, folder["file"]));
        Assert.Throws<TargetException>(() => Targets.OpenTree(TargetKind.Directory, folder["nothing"]));
    }
}
