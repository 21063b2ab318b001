using System.Diagnostics;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

public sealed class ImageTests
{
    /// <summary>Makes layers as umoci and skopeo do in the real world and gives every form of the same image; the judge of the merged tree is <c>umoci unpack</c>.</summary>
    private const string Make = """
        mkdir base add; mkdir -p base/etc/apt/old base/usr/share/doc/bash base/usr/bin
        printf 1 > base/etc/apt/sources.list; printf 2 > base/etc/apt/old/x; printf 3 > base/usr/share/doc/bash/copyright
        printf 'NAME=x' > base/usr/lib-os-release; ln -s ../usr/lib-os-release base/etc/os-release; ln base/usr/lib-os-release base/usr/bin/again
        printf gone > base/gone; printf changed > base/changed; head -c 900000 /dev/urandom > base/usr/bin/big; head -c 3000000 /dev/zero > base/usr/bin/zeros
        printf new > add/new; mkdir add/deep; printf y > add/deep/y
        umoci init --layout lay; umoci new --image lay:base
        umoci insert --image lay:base base /
        umoci config --image lay:base --architecture amd64 --os linux --config.cmd /bin/sh
        umoci insert --image lay:base --tag l2 add /opt/app
        umoci insert --image lay:l2 --tag l3 --whiteout /usr/share/doc/bash
        umoci insert --image lay:l3 --tag l4 --opaque add /etc/apt
        printf more > base/changed; tar -C base -cf more.tar ./changed; umoci raw add-layer --image lay:l4 --tag l5 more.tar
        umoci unpack --image lay:l5 bundle; rm bundle/rootfs/gone; printf repacked > bundle/rootfs/usr/bin/tool; umoci repack --image lay:l6 bundle; rm -r bundle
        umoci unpack --image lay:l6 bundle
        skopeo copy -q oci:lay:l6 oci:one:l6
        skopeo copy -q oci:lay:l6 docker-archive:saved.tar:example/app:1
        skopeo copy -q oci:lay:l6 oci-archive:layout.tar:app:1
        skopeo copy -q --dest-compress-format zstd --dest-compress-level 3 oci:lay:l6 oci:zst:app
        gzip -c saved.tar > saved.tar.gz; zstd -q layout.tar
        """;

    private static readonly Lazy<TemporaryFolder> Made = new(() =>
    {
        RealTool.Require("umoci", "skopeo", "zstd");
        var folder = Places.Temporary();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        RealTool.Bash(Make, folder.Path);
        return folder;
    });

    [Theory]
    [InlineData(TargetKind.Oci, "lay:l6")]
    [InlineData(TargetKind.Oci, "one")]
    [InlineData(TargetKind.Oci, "layout.tar")]
    [InlineData(TargetKind.Oci, "layout.tar.zst")]
    [InlineData(TargetKind.Oci, "zst")]
    [InlineData(TargetKind.DockerArchive, "saved.tar")]
    [InlineData(TargetKind.DockerArchive, "saved.tar.gz")]
    [InlineData(TargetKind.DockerArchive, "saved.tar:example/app:1")]
    public void MergesToWhatUmociUnpacks(TargetKind kind, string name)
    {
        var folder = Made.Value;
        Assert.Equal(kind, Targets.Recognise(folder[name]));
        using var image = Targets.OpenImage(kind, folder[name]);

        Assert.Equal(("amd64", "linux"), (image.Architecture, image.OperatingSystem));
        Assert.Equal(6, image.Layers.Count);
        Assert.Equal(Judge.Find(folder["bundle/rootfs"]).Select(WithoutTime), Merge(image).Select(WithoutTime));
    }

    [Fact]
    public void TellsDigestsAndHistoryAsSkopeoDoes()
    {
        var folder = Made.Value;
        using var image = Targets.OpenImage(TargetKind.Oci, folder["one"]);
        var skopeo = RealTool.Bash("""skopeo inspect oci:one:l6 | jq -r '.Digest, .Layers[]'; skopeo inspect --config oci:one:l6 | jq -r '.rootfs.diff_ids[], (.history[] | select(.empty_layer | not) | .created_by)'""", folder.Path);
        IEnumerable<string> told = [image.Digest, .. image.Layers.Select(layer => layer.Digest), .. image.Layers.Select(layer => layer.DiffId), .. image.Layers.Select(layer => layer.CreatedBy ?? "")];
        Assert.Equal(skopeo.TrimEnd('\n').Split('\n'), told);

        // Docker's image id is the digest of the configuration's bytes.
        using var saved = Targets.OpenImage(TargetKind.DockerArchive, folder["saved.tar"]);
        Assert.Equal("sha256:" + RealTool.Bash("tar -xOf saved.tar $(tar -xOf saved.tar manifest.json | jq -r '.[0].Config') | sha256sum", folder.Path)[..64], saved.Digest);
    }

    [Fact]
    public void AsksWhichOfSeveralImagesIsMeant()
    {
        var folder = Made.Value;
        var error = Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.Oci, folder["lay"]));
        Assert.Contains("l2@sha256:", error.Message, StringComparison.Ordinal);
        Assert.Contains("l7", Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.Oci, folder["lay:l7"])).Message, StringComparison.Ordinal);

        using var byTag = Targets.OpenImage(TargetKind.Oci, folder["lay:l3"]);
        using var byDigest = Targets.OpenImage(TargetKind.Oci, folder["lay@" + byTag.Digest]);
        Assert.Equal(byTag.Digest, byDigest.Digest);
        Assert.Equal(3, byDigest.Layers.Count);
    }

    [Fact]
    public void ChoosesThisMachinesPlatform()
    {
        using var folder = Places.Temporary();
        RealTool.Bash($$"""
            cp -r '{{Made.Value["one"]}}' multi; cd multi
            m=$(jq -c '.manifests[0] | del(.annotations)' index.json); d=$(jq -r .digest <<<"$m")
            other=$(jq -c '.annotations = {"other": "1"}' blobs/sha256/${d#sha256:}); o=$(printf %s "$other" | sha256sum | cut -c1-64); printf %s "$other" > blobs/sha256/$o
            printf '{"schemaVersion":2,"manifests":[%s,%s,%s]}' \
              "$(jq -c --arg d sha256:$o '.digest = $d | .platform = {"architecture":"s390x","os":"linux"}' <<<"$m")" \
              "$(jq -c '.platform = {"architecture":"amd64","os":"linux"}' <<<"$m")" \
              "$(jq -c --arg d sha256:$o '.digest = $d | .platform = {"architecture":"unknown","os":"unknown"}' <<<"$m")" > index
            i=$(sha256sum index | cut -c1-64); mv index blobs/sha256/$i
            printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:%s","size":1}]}' $i > index.json
            """, folder.Path);
        using var one = Targets.OpenImage(TargetKind.Oci, Made.Value["one"]);
        using var multi = Targets.OpenImage(TargetKind.Oci, folder["multi"]);
        Assert.Equal(one.Digest, multi.Digest);
    }

    /// <summary>Changes one byte of every kind of file of an image, in its place: each time the blob that was changed is named.</summary>
    [Theory]
    [InlineData("zst")]
    [InlineData("one")]
    public void NamesABlobThatWasChanged(string name)
    {
        using var folder = Places.Temporary();
        RealTool.Bash($"cp -r '{Made.Value[name]}' it", folder.Path);
        using (var image = Targets.OpenImage(TargetKind.Oci, folder["it"])) Merge(image);

        foreach (var blob in Directory.GetFiles(folder["it/blobs/sha256"]))
        {
            var bytes = File.ReadAllBytes(blob);
            foreach (var at in new[] { 0, bytes.Length / 2, bytes.Length - 1 })
            {
                bytes[at] ^= 0x10;
                File.WriteAllBytes(blob, bytes);
                var error = Assert.ThrowsAny<Exception>(() =>
                {
                    using var image = Targets.OpenImage(TargetKind.Oci, folder["it"]);
                    Merge(image);
                });
                Assert.True(error is InvalidDataException or TargetException, error.ToString());
                Assert.Contains(Path.GetFileName(blob), error.Message, StringComparison.Ordinal);
                bytes[at] ^= 0x10;
            }

            // Bytes behind the end belong to the digest as well.
            File.WriteAllBytes(blob, [.. bytes, 0]);
            Assert.ThrowsAny<Exception>(() =>
            {
                using var image = Targets.OpenImage(TargetKind.Oci, folder["it"]);
                Merge(image);
            });
            File.WriteAllBytes(blob, bytes);
        }
    }

    [Fact]
    public void ADiffIdThatDoesNotFitIsAMismatch()
    {
        using var folder = Places.Temporary();
        RealTool.Bash($$"""
            cp -r '{{Made.Value["one"]}}' it; cd it
            m=$(jq -r '.manifests[0].digest' index.json); m=${m#sha256:}; c=$(jq -r .config.digest blobs/sha256/$m); c=${c#sha256:}
            jq -c '.rootfs.diff_ids[1] = .rootfs.diff_ids[0]' blobs/sha256/$c > c; c2=$(sha256sum c | cut -c1-64); mv c blobs/sha256/$c2
            jq -c --arg c sha256:$c2 '.config.digest = $c' blobs/sha256/$m > m; m2=$(sha256sum m | cut -c1-64); mv m blobs/sha256/$m2
            sed -i s/$m/$m2/ index.json
            """, folder.Path);
        using var image = Targets.OpenImage(TargetKind.Oci, folder["it"]);
        var error = Assert.Throws<InvalidDataException>(() => Merge(image));
        Assert.Contains(image.Layers[1].Digest, error.Message, StringComparison.Ordinal);
        Assert.Contains("diff id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsLinkedLayersAndOneOfSeveralSavedImages()
    {
        using var folder = Places.Temporary();
        RealTool.Bash("""
            mkdir in; printf x > in/file; mkdir -p s/aa s/bb; tar -C in -cf s/aa/layer.tar .; ln -s ../aa/layer.tar s/bb/layer.tar; ln s/aa/layer.tar s/hard.tar
            d=$(sha256sum s/aa/layer.tar | cut -c1-64)
            printf '{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s","sha256:%s"]}}' $d $d $d > c; c=$(sha256sum c | cut -c1-64); mv c s/$c.json
            printf '[{"Config":"%s.json","RepoTags":["a:1","a:2"],"Layers":["aa/layer.tar","bb/layer.tar","./hard.tar"]},{"Config":"no.json","RepoTags":["b:1"],"Layers":[]}]' $c > s/manifest.json
            tar -C s -cf saved.tar .
            """, folder.Path);
        Assert.Contains("b:1", Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.DockerArchive, folder["saved.tar"])).Message, StringComparison.Ordinal);

        using var image = Targets.OpenImage(TargetKind.DockerArchive, folder["saved.tar:a:2"]);
        Assert.Equal("arm64", image.Architecture);
        for (var i = 0; i < 3; i++)
        {
            using var layer = image.OpenLayer(i);
            Assert.Equal("file", Assert.Single(Recorder.Of(layer).Digests).Key);
        }
    }

    /// <summary>Whoever stops in the middle of a layer waits for nobody.</summary>
    [Fact]
    public void AWalkCanBeLeftInTheMiddle()
    {
        using var image = Targets.OpenImage(TargetKind.Oci, Made.Value["one"]);
        using var layer = image.OpenLayer(0);
        for (var i = 0; i < 50; i++)
        {
            using var cancel = new CancellationTokenSource();
            var entries = i % 10;
            var recorder = new Recorder
            {
                Visiting = _ =>
                {
                    if (entries-- == 0) cancel.Cancel();
                },
            };
            Assert.Throws<OperationCanceledException>(() => layer.Walk(recorder, cancel.Token));
        }
    }

    [Fact]
    public void RefusesLayersOfUnknownTypes()
    {
        using var folder = Places.Temporary();
        RealTool.Bash($$"""
            cp -r '{{Made.Value["one"]}}' it; cd it
            m=$(jq -r '.manifests[0].digest' index.json); m=${m#sha256:}
            jq -c '.layers[1].mediaType = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"' blobs/sha256/$m > m; m2=$(sha256sum m | cut -c1-64); mv m blobs/sha256/$m2
            sed -i s/$m/$m2/ index.json
            """, folder.Path);
        Assert.Contains("tar+gzip+encrypted are not supported", Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.Oci, folder["it"])).Message, StringComparison.Ordinal);
    }

    /// <summary>Cut at many lengths and with bits turned: every form of archive is read, refused in one sentence, or found to be changed, and soon.</summary>
    [Theory]
    [InlineData("layout.tar", TargetKind.Oci)]
    [InlineData("layout.tar.zst", TargetKind.Oci)]
    [InlineData("saved.tar", TargetKind.DockerArchive)]
    [InlineData("saved.tar.gz", TargetKind.DockerArchive)]
    public void TornAndChangedArchivesEndSoon(string name, TargetKind kind)
    {
        using var folder = Places.Temporary();
        var whole = File.ReadAllBytes(Made.Value[name]);
        var random = new Random(12);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 60; i++)
        {
            var changed = i < 30 ? whole[..random.Next(whole.Length)] : whole.ToArray();
            for (var flips = i < 30 ? 0 : 1 << random.Next(8); flips > 0; flips--) changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder["it"], changed);
            try
            {
                _ = Targets.Recognise(folder["it"]);
                using var image = Targets.OpenImage(kind, folder["it"]);
                for (var layer = 0; layer < image.Layers.Count; layer++) Recorder.Of(image.OpenLayer(layer));
            }
            catch (Exception e) when (e is InvalidDataException or TargetException)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    /// <summary>JSON that is well formed and says nonsense.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""[{"Config":null}]""")]
    [InlineData("""[{"Config":"../../etc/passwd","Layers":[]}]""")]
    [InlineData("""[{"Config":"c.json","Layers":[null],"RepoTags":[null]}]""")]
    [InlineData("""[{"Config":"c.json","Layers":["a","b"]}]""")]
    [InlineData("""{"manifests":[null]}""")]
    [InlineData("""{"manifests":[{}]}""")]
    [InlineData("""{"manifests":[{"digest":"sha256:../../../etc/passwd"}]}""")]
    [InlineData("""{"manifests":[{"digest":"md5:d41d8cd98f00b204e9800998ecf8427e"}]}""")]
    [InlineData("""{"manifests":[{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}""")]
    [InlineData("DEEP")]
    public void NonsenseIsRefusedInOneSentence(string json)
    {
        using var folder = Places.Temporary();
        if (json is "DEEP") json = new string('[', 65_535);
        foreach (var name in new[] { "index.json", "manifest.json" }) File.WriteAllText(folder[name], json);
        File.WriteAllText(folder["c.json"], """{"rootfs":{"diff_ids":[null]},"history":[null]}""");
        File.WriteAllText(folder["oci-layout"], "{}");
        Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.Oci, folder.Path));
        Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.DockerArchive, folder.Path));
        Assert.Throws<TargetException>(() => Targets.OpenImage(TargetKind.DockerArchive, folder.Path + ":name"));
    }

    /// <summary>The smallest merge that follows the image specification (layer.md, "Whiteouts"): whiteouts first, then the layer's own entries.</summary>
    private static List<string> Merge(IImage image)
    {
        var merged = new Recorder();
        for (var i = 0; i < image.Layers.Count; i++)
        {
            using var layer = image.OpenLayer(i);
            var recorder = Recorder.Of(layer);
            Assert.Empty(recorder.Notes);
            foreach (var path in recorder.Entries.Keys)
            {
                var slash = path.LastIndexOf('/') + 1;
                if (path[slash..] is ".wh..wh..opq") Remove(path[..slash], below: true);
                else if (path[slash..].StartsWith(".wh.", StringComparison.Ordinal)) Remove(path[..slash] + path[(slash + 4)..], below: false);
            }

            foreach (var (path, entry) in recorder.Entries)
            {
                if (path[(path.LastIndexOf('/') + 1)..].StartsWith(".wh.", StringComparison.Ordinal)) continue;
                merged.Entries[path] = entry;
                if (recorder.Digests.TryGetValue(path, out var digest)) merged.Digests[path] = digest;
            }
        }

        foreach (var path in merged.Entries.Keys.ToList())
        {
            for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1)) merged.Entries.TryAdd(path[..slash], new(path[..slash], FileKind.Folder, Modified: default(DateTimeOffset)));
        }

        return merged.Lines();

        void Remove(string path, bool below)
        {
            foreach (var gone in merged.Entries.Keys.Where(key => (!below && key == path) || key.StartsWith(below ? path : path + "/", StringComparison.Ordinal)).ToList()) merged.Entries.Remove(gone);
        }
    }

    /// <summary>Folders that no layer's entry names get the time of the unpacking.</summary>
    private static string WithoutTime(string line) => line.Contains(" | Folder ", StringComparison.Ordinal) ? line[..line.IndexOf(" | ", StringComparison.Ordinal)] : line;
}
