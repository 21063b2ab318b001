using System.Diagnostics;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Registry.Local;
using Vidimus.Testing;

namespace Vidimus.Registry.Tests;

/// <summary>Stores are filled by the real engines (skopeo as podman's library does it, containerd, dockerd); the judge is the same image read from its OCI layout.</summary>
public sealed class LocalImagesTests
{
    private const string Make = """
        mkdir -p root/etc root/opt/old root/opt/del more
        printf 'ID=debian\n' > root/etc/os-release; printf one > root/opt/old/one; ln root/opt/old/one root/opt/again; ln -s ../etc/os-release root/opt/link
        printf del > root/opt/del/x; printf 'more' > more/file; head -c 300000 /dev/urandom > root/opt/big; printf odd > "root/opt/$(printf 'n\377me')"
        umoci init --layout lay; umoci new --image lay:base; tar -C root -cf base.tar .; umoci raw add-layer --image lay:base base.tar
        umoci insert --image lay:base --tag l2 --whiteout /opt/del; umoci insert --image lay:l2 --tag l3 --opaque more /opt/old; umoci config --image lay:l3 --architecture amd64 --os linux
        """;

    [Theory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void ReadsPodmansStoreAsTheLayout(string driver)
    {
        using var folder = Layout();
        RealTool.Bash($"skopeo copy -q oci:lay:l3 'containers-storage:[{driver}@'$PWD/st'+'$PWD/run]localhost/app:1; if mountpoint -q st/overlay; then umount st/overlay; fi", folder.Path);
        foreach (var name in new[] { "app:1", "localhost/app:1", IdOf(folder), IdOf(folder)[..12] }) Same(folder, TargetKind.Podman, name, folder["st"], "sha256:" + ManifestOf(folder));
        Assert.Contains("has no image other", Assert.Throws<TargetException>(() => Open(TargetKind.Podman, "other", folder["st"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsDockersStoreAsTheLayout()
    {
        RealTool.Require("dockerd", "docker", "containerd");
        if (!Environment.IsPrivilegedProcess) RealTool.Missing("dockerd needs root");
        using var folder = Layout();
        RealTool.Bash("skopeo copy -q oci:lay:l3 docker-archive:saved.tar:team/app:1", folder.Path);
        var daemon = Start(folder, "dockerd", "--data-root", folder["dk"], "--exec-root", folder["ex"], "--pidfile", folder["pid"], "-H", "unix://" + folder["d.sock"], "--iptables=false", "--bridge=none", "--storage-driver=overlay2");
        try
        {
            RealTool.Bash("for i in $(seq 200); do docker -H unix://$PWD/d.sock version >/dev/null 2>&1 && break; sleep .2; done; docker -H unix://$PWD/d.sock load -q -i saved.tar", folder.Path);
        }
        finally
        {
            Stop(daemon);
        }

        foreach (var name in new[] { "team/app:1", "docker.io/team/app:1", IdOf(folder)[..12] }) Same(folder, TargetKind.Docker, name, folder["dk"], "sha256:" + IdOf(folder), byManifest: false);
    }

    [Fact]
    public void ReadsContainerdsStoreAsTheLayout()
    {
        RealTool.Require("containerd", "ctr");
        if (!Environment.IsPrivilegedProcess) RealTool.Missing("containerd needs root");
        using var folder = Layout();
        RealTool.Bash("skopeo copy -q oci:lay:l3 oci-archive:saved.tar:1", folder.Path);
        File.WriteAllText(folder["c.toml"], $"version = 2\nroot = '{folder["cd"]}'\nstate = '{folder["state"]}'\ndisabled_plugins = ['io.containerd.grpc.v1.cri']\n[grpc]\n  address = '{folder["c.sock"]}'\n");
        var daemon = Start(folder, "containerd", "-c", folder["c.toml"]);
        try
        {
            RealTool.Bash("for i in $(seq 200); do [ -S c.sock ] && break; sleep .1; done; ctr -a $PWD/c.sock -n k8s.io images import --base-name docker.io/library/app saved.tar", folder.Path);
        }
        finally
        {
            Stop(daemon);
        }

        foreach (var name in new[] { "app:1", "library/app:1", "docker.io/library/app:1", "app@sha256:" + ManifestOf(folder) }) Same(folder, TargetKind.Containerd, name, folder["cd"], "sha256:" + ManifestOf(folder));
    }

    [Fact]
    public void SaysWhenAFileOfTheStoreIsNotWhatItsLayerHad()
    {
        using var folder = Layout();
        RealTool.Bash("skopeo copy -q oci:lay:l3 'containers-storage:[vfs@'$PWD/st'+'$PWD/run]localhost/app:1; for f in st/vfs/dir/*/opt/big; do printf x | dd of=$f conv=notrunc bs=1 seek=1000 status=none; done", folder.Path);
        using (var image = Open(TargetKind.Podman, "app:1", folder["st"])) Assert.Contains("diff id", Assert.Throws<InvalidDataException>(() => List(image)).Message, StringComparison.Ordinal);

        RealTool.Bash("rm st/vfs/dir/*/opt/big", folder.Path);
        using (var image = Open(TargetKind.Podman, "app:1", folder["st"])) Assert.Contains("lacks the file", Assert.Throws<InvalidDataException>(() => List(image)).Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever is torn in a store, it is said in an exception that we name; nothing else comes out.</summary>
    [Fact]
    public void ATornStoreIsRefused()
    {
        using var folder = Layout();
        RealTool.Bash("skopeo copy -q oci:lay:l3 'containers-storage:[vfs@'$PWD/st'+'$PWD/run]localhost/app:1", folder.Path);
        var random = new Random(36);
        foreach (var path in Directory.EnumerateFiles(folder["st"], "*", SearchOption.AllDirectories).Where(path => path.EndsWith(".json", StringComparison.Ordinal) || path.EndsWith(".gz", StringComparison.Ordinal) || path.EndsWith("manifest", StringComparison.Ordinal)).ToList())
        {
            var whole = File.ReadAllBytes(path);
            for (var round = 0; round < 40; round++)
            {
                var torn = round % 2 == 0 ? whole[..random.Next(whole.Length + 1)] : (byte[])whole.Clone();
                if (round % 2 == 1) torn[random.Next(torn.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, torn);
                try
                {
                    using var image = Open(TargetKind.Podman, "app:1", folder["st"]);
                    List(image);
                }
                catch (Exception e) when (e is TargetException or InvalidDataException)
                {
                    Assert.NotEmpty(e.Message);
                }
            }

            File.WriteAllBytes(path, whole);
        }
    }

    private static TemporaryFolder Layout()
    {
        RealTool.Require("umoci", "skopeo", "jq");
        var folder = Places.Temporary();
        RealTool.Bash(Make, folder.Path);
        return folder;
    }

    private static string ManifestOf(TemporaryFolder folder) => RealTool.Bash("""jq -r '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == "l3") | .digest' lay/index.json""", folder.Path).Trim()[7..];

    private static string IdOf(TemporaryFolder folder) => RealTool.Bash($"jq -r .config.digest lay/blobs/sha256/{ManifestOf(folder)}", folder.Path).Trim()[7..];

    private static IImage Open(TargetKind kind, string name, string store) => new LocalImages(_ => null, [store]).Open(kind, name, new("linux", "amd64"));

    private static void Same(TemporaryFolder folder, TargetKind kind, string name, string store, string digest, bool byManifest = true)
    {
        using var layout = Targets.OpenImage(TargetKind.Oci, folder["lay:l3"]);
        using var image = Open(kind, name, store);
        Assert.Equal(digest, image.Digest);
        if (byManifest) Assert.Equal(layout.Layers, image.Layers);
        else Assert.Equal(layout.Layers.Select(layer => layer with { Digest = layer.DiffId }), image.Layers);
        Assert.Equal((layout.Architecture, layout.OperatingSystem), (image.Architecture, image.OperatingSystem));
        Assert.Equal(List(layout), List(image));
    }

    /// <summary>All entries of all layers with their bytes, which the walk also verifies by their digests.</summary>
    private static List<string> List(IImage image)
    {
        var recorder = new Recorder();
        for (var i = 0; i < image.Layers.Count; i++)
        {
            using var layer = image.OpenLayer(i);
            recorder.Found.Add($"layer {i}");
            layer.Walk(recorder, TestContext.Current.CancellationToken);
        }

        return recorder.Found;
    }

    private static Process Start(TemporaryFolder folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit(500);
        return process;
    }

    /// <summary>As a service manager would: by its terminating signal, so that it takes its mounts and its own containerd with it.</summary>
    private static void Stop(Process process)
    {
        if (!process.HasExited) RealTool.Run("kill", [process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        if (!process.WaitForExit(30_000)) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private sealed class Recorder : IFileVisitor
    {
        public List<string> Found { get; } = [];

        public bool Enters(string folder) => true;

        public Interest InterestIn(ReadOnlySpan<char> path, FileKind kind) => Interest.Content;

        public void Visit(FileEntry entry, Stream? content)
        {
            var digest = content is null ? "" : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
            Found.Add($"{PathText.Display(entry.Path)} {entry.Kind} {entry.Size} {entry.LinkTarget} {digest}");
        }

        public void Note(Note note) => Found.Add(note.ToString());
    }
}
