namespace Vidimus.Hostile.Tests.Whole;

/// <summary>OCI layouts that lie: about counts, about themselves, about where their files are.</summary>
public sealed class ImageTests : IDisposable
{
    private const string Zeros = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private readonly BoundedTool tool = new();

    public void Dispose() => tool.Dispose();

    [Fact]
    public void AManifestWith100000LayersIsReadWithinBounds()
    {
        tool.Make($$"""
            {{LayoutScript.Functions}}
            diffs=$(seq 100000 | sed 's/.*/"{{Zeros}}"/' | paste -sd,)
            printf '{"rootfs":{"type":"layers","diff_ids":[%s]} }' "$diffs" > config; config=$(add config)
            { printf '{"config":{"digest":"%s"},"layers":[' $config; seq 100000 | sed 's/.*/{"mediaType":"application\/vnd.oci.image.layer.v1.tar","digest":"{{Zeros}}"}/' | paste -sd,; printf ']}'; } > manifest
            index $(add manifest)
            """);
        Assert.Equal(3, tool.Scan("oci:layout").Exit);
    }

    [Fact]
    public void ManyEmptyLayersAreMergedWithinBounds()
    {
        tool.Make($$"""
            {{LayoutScript.Functions}}
            tar -cf layer -T /dev/null; layer=$(add layer)
            printf '{"rootfs":{"type":"layers","diff_ids":[%s]} }' "$(seq 10000 | sed "s/.*/\"$layer\"/" | paste -sd,)" > config; config=$(add config)
            { printf '{"config":{"digest":"%s"},"layers":[' $config; seq 10000 | sed "s/.*/{\"mediaType\":\"application\/vnd.oci.image.layer.v1.tar\",\"digest\":\"$layer\"}/" | paste -sd,; printf ']}'; } > manifest
            index $(add manifest)
            """);
        tool.Scan("oci:layout");
    }

    [Fact]
    public void AnIndexThatNamesItselfOrGoesDeepIsRefused()
    {
        tool.Make($$"""
            {{LayoutScript.Functions}}
            index '{{Zeros}}'; printf '{"manifests":[{"digest":"{{Zeros}}"}]}' > layout/blobs/sha256/{{Zeros[7..]}}
            cp -a layout itself
            digest='{{Zeros}}'
            for n in $(seq 20); do printf '{"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"%s"}]}' $digest > next; digest=$(add next); done
            index $digest
            """);
        Assert.Equal(3, tool.Scan("oci:itself").Exit);
        Assert.Contains("nested", tool.Scan("oci:layout").Error);
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("ln -s /etc/passwd")]
    [InlineData("ln -s ../../../outside")]
    [InlineData("ln -s .")]
    [InlineData("mkdir")]
    public void ABlobThatIsNoFileOfTheLayoutIsNotOpened(string make)
    {
        tool.Make($$"""
            {{LayoutScript.Functions}}
            mkdir tree && echo '{"name":"outside","version":"1.0.0"}' > outside && tar -cf layer -C tree .
            layer=$(add layer); image "" $layer $layer
            rm layout/blobs/sha256/${layer#sha256:}; {{make}} layout/blobs/sha256/${layer#sha256:}
            """);
        Assert.Equal(3, tool.Scan("oci:layout").Exit);
    }

    [Theory]
    [InlineData("mkfifo index.json")]
    [InlineData("ln -s /etc/passwd index.json")]
    [InlineData("ln -s /dev/zero index.json")]
    [InlineData("truncate -s 8G index.json")]
    [InlineData("printf '{\"manifests\":[{\"digest\":\"sha256:../../../../etc/passwd\"}]}' > index.json")]
    [InlineData("printf '{\"manifests\":[null,{},{\"digest\":null},{\"digest\":\"\"}]}' > index.json")]
    [InlineData("printf '{\"manifests\":[{\"digest\":\"sha512:00\"}]}' > index.json")]
    [InlineData("printf '[' > index.json")]
    [InlineData(": > index.json")]
    public void AnIndexThatIsNoneIsRefused(string make)
    {
        tool.Make($$"""
            {{LayoutScript.Functions}}
            cd layout; {{make}}
            """);
        Assert.Equal(3, tool.Scan("oci:layout").Exit);
    }

    [Theory]
    [InlineData("[{\"Config\":\"/etc/passwd\",\"Layers\":[\"../../etc/passwd\"]}]")]
    [InlineData("[{\"Config\":\"config.json\",\"Layers\":[\"link/layer.tar\"]}]")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("{}")]
    [InlineData("[{\"Config\":null,\"Layers\":[null]}]")]
    public void ASavedImageThatNamesWhatIsNotInItIsRefused(string manifest)
    {
        tool.Write("image/manifest.json", manifest);
        tool.Write("image/config.json", """{"rootfs":{"diff_ids":["sha256:0000000000000000000000000000000000000000000000000000000000000000"]}}""");
        tool.Make("mkdir image/link && ln -s ../link/layer.tar image/link/layer.tar && tar -cf image.tar -C image .");
        Assert.Equal(3, tool.Scan("docker-archive:image.tar").Exit);
    }
}
