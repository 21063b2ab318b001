using Vidimus.Testing;

namespace Vidimus.Cli.Tests;

/// <summary>Images in Debian's docker-registry, read by the tool as its users run it.</summary>
public class RegistryTests
{
    [Fact]
    public void TheSameImageIsTheSameFromRegistryLayoutAndArchive()
    {
        using var folder = Places.Temporary();
        using var registry = new DockerRegistry(folder);
        var name = Push(folder, registry, DebianRoot.Of("bookworm"), "--dest-tls-verify=false");
        RealTool.Bash("skopeo copy -q oci:lay:base docker-archive:saved.tar:example/app:1", folder.Path);

        using var layout = Tool.Scan(folder, "oci:lay:base");
        var expected = DebianRootsTests.Essence(layout);
        Assert.True(layout.RootElement.GetProperty("packages").GetArrayLength() > 80);
        foreach (var target in new[] { $"image:{name}", name, "docker-archive:saved.tar" })
        {
            Directory.Delete(Path.Combine(folder["data"], "layers"), recursive: true);
            using var report = Tool.Scan(folder, target);
            Assert.True(expected == DebianRootsTests.Essence(report), $"{target} differs");
        }

        // A layer whose facts are kept is not fetched: the registry no longer has it.
        Directory.Delete(Path.Combine(folder["data"], "blobs"), recursive: true);
        var layer = new DirectoryInfo(folder["registry"]).EnumerateFiles("data", SearchOption.AllDirectories).MaxBy(f => f.Length)!;
        layer.Delete();
        using (var kept = Tool.Scan(folder, name)) Assert.Equal(expected, DebianRootsTests.Essence(kept));

        Directory.Delete(Path.Combine(folder["data"], "layers"), recursive: true);
        var (exit, _, error) = Tool.Run(folder, "inventory", name);
        Assert.Equal(3, exit);
        Assert.Contains(layer.Directory!.Name, error);
    }

    [Fact]
    public void TrustsAnAuthorityThatTheUserTrusts()
    {
        RealTool.Require("openssl");
        using var folder = Places.Temporary();
        RealTool.Bash("openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out ca.crt -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1 2>/dev/null; mkdir certs tree; cp ca.crt certs; echo a > tree/a", folder.Path);
        using var registry = new DockerRegistry(folder, tls: $"tls: {{certificate: '{folder["ca.crt"]}', key: '{folder["k.pem"]}'}}");
        var name = Push(folder, registry, folder["tree"], $"--dest-cert-dir {folder["certs"]}");

        var (exit, _, error) = Tool.Run(folder, new Dictionary<string, string> { ["SSL_CERT_FILE"] = folder["ca.crt"] }, "inventory", name);
        Assert.True(exit == 0, error);

        (exit, _, error) = Tool.Run(folder, "inventory", name);
        Assert.Equal(3, exit);
        Assert.Matches("certificate", error);
    }

    private static string Push(TemporaryFolder folder, DockerRegistry registry, string tree, string options)
    {
        RealTool.Bash($"""
            umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base '{tree}' / >/dev/null
            umoci config --image lay:base --architecture amd64 --os linux
            skopeo copy -q {options} oci:lay:base docker://{registry.Host}/team/app:1
            """, folder.Path);
        return $"{registry.Host}/team/app:1";
    }
}
