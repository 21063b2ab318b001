using System.Text.Json;
using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary><c>--all-platforms</c> and images of local stores, as users type them. Indexes are made of umoci's images by hand, as the OCI specification has them.</summary>
public class PlatformsTests
{
    private const string Make = """
        mkdir a b; for d in a b; do mkdir -p $d/app; echo '{"lockfileVersion":3,"packages":{"node_modules/of-'$d'":{"version":"1.0.0"}}}' > $d/app/package-lock.json; done
        umoci init --layout lay; for d in a b; do umoci new --image lay:$d; umoci insert --image lay:$d $d /; done
        umoci config --image lay:a --architecture amd64 --os linux; umoci config --image lay:b --architecture arm64 --os linux
        part() { jq -c --arg t $1 --arg p $2 '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $t) | {mediaType, digest, size, platform: {os: "linux", architecture: $p}}' lay/index.json; }
        jq -nc --argjson a "$(part a amd64)" --argjson b "$(part b arm64)" '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [$a, $b]}' > index
        digest=$(sha256sum index | cut -c1-64); cp index lay/blobs/sha256/$digest
        jq --arg d sha256:$digest --argjson s $(stat -c %s index) '.manifests += [{mediaType: "application/vnd.oci.image.index.v1+json", digest: $d, size: $s, annotations: {"org.opencontainers.image.ref.name": "multi"}}]' lay/index.json > new; mv new lay/index.json
        """;

    [Fact]
    public void ReadsEveryImageOfAnIndexIntoADocumentEach()
    {
        RealTool.Require("umoci", "skopeo", "jq");
        using var folder = Places.Temporary();
        RealTool.Bash(Make, folder.Path);
        using var registry = new DockerRegistry(folder);
        RealTool.Bash($"skopeo copy -q --all --dest-tls-verify=false oci:lay:multi docker://{registry.Host}/team/app:1", folder.Path);

        foreach (var target in new[] { "oci:lay:multi", $"image:{registry.Host}/team/app:1" })
        {
            var (exit, output, error) = Tool.Run(folder, "inventory", target, "--all-platforms");
            Assert.True(exit == 0, error);
            Assert.Equal("pkg:npm/of-a@1.0.0\npkg:npm/of-b@1.0.0", RealTool.Bash("jq -r '.components[] | select(.purl) | .purl'", folder.Path, output).Trim());
            Assert.Contains("platform: linux/arm64", error, StringComparison.Ordinal);
        }

        var (status, nothing, _) = Tool.Run(folder, "inventory", "oci:lay:multi", "--all-platforms", "-q", "-f", "spdx=report.spdx.json");
        Assert.Equal((0, ""), (status, nothing));
        Assert.Contains("of-b", File.ReadAllText(folder["report.spdx.linux-arm64.json"]), StringComparison.Ordinal);

        var (scanned, reports, why) = Tool.Run(folder, "scan", "oci:lay:multi", "--all-platforms", "--feeds", Places.Shared("advisories"), "-f", "json");
        Assert.True(scanned == 0, why);
        Assert.Equal(RealTool.Bash("jq -r '.manifests[].digest' index", folder.Path), RealTool.Bash("jq -r .target.digest", folder.Path, reports));
    }

    [Fact]
    public void APlatformThatCantBeReadDoesNotHideTheOthers()
    {
        RealTool.Require("umoci", "jq");
        using var folder = Places.Temporary();
        RealTool.Bash(Make + """

            rm lay/blobs/sha256/$(jq -r .manifests[0].digest index | cut -c8-)
            """, folder.Path);
        var (exit, output, error) = Tool.Run(folder, "inventory", "oci:lay:multi", "--all-platforms");
        Assert.Equal(3, exit);
        Assert.Contains("of-b", output, StringComparison.Ordinal);
        Assert.Contains("linux/amd64", error, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesWhatHasNoPlatforms()
    {
        using var folder = Places.Temporary();
        Assert.Equal(2, Tool.Run(folder, "inventory", "dir:.", "--all-platforms").Exit);
        Assert.Equal(2, Tool.Run(folder, "inventory", "oci:.", "--all-platforms", "--platform", "linux/amd64").Exit);
        Assert.Equal(2, Tool.Run(folder, "push", "host", "--all-platforms").Exit);
    }

    [Fact]
    public void ABareReferenceIsLookedForInTheMachinesStores()
    {
        RealTool.Require("umoci", "skopeo", "jq");
        using var folder = Places.Temporary();
        RealTool.Bash(Make + "\nskopeo copy -q oci:lay:a 'containers-storage:[vfs@'$PWD/st'+'$PWD/run]localhost/mine:1", folder.Path);
        foreach (var target in new[] { "mine:1", "podman:mine:1" })
        {
            var (exit, output, error) = Tool.Run(folder, "inventory", target, "--image-store", folder["st"]);
            Assert.True(exit == 0, error);
            using var document = JsonDocument.Parse(output);
            Assert.Contains("of-a", output, StringComparison.Ordinal);
            Assert.Equal(target is "mine:1", error.Contains("the image is podman's on this machine", StringComparison.Ordinal));
        }

        var (missing, _, sentence) = Tool.Run(folder, "inventory", "podman:other", "--image-store", folder["st"]);
        Assert.Equal(3, missing);
        Assert.Contains("has no image other", sentence, StringComparison.Ordinal);
    }
}
