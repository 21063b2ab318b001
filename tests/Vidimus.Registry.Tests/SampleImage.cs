using System.Security.Cryptography;
using System.Text.Json;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Registry.Tests;

/// <summary>A small image of two layers, made by umoci once: <c>lay:one</c> with gzip, <c>zst</c> with zstd, <c>multi</c> an index of amd64 and arm64 (whose image has a third layer).</summary>
internal static class SampleImage
{
    private static readonly Lazy<TemporaryFolder> Made = new(() =>
    {
        RealTool.Require("umoci", "skopeo", "zstd", "jq");
        var folder = Places.Temporary();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        RealTool.Bash("""
            mkdir base add; head -c 3000000 /dev/urandom > base/big; printf a > base/a; printf b > add/b
            umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base base /base
            umoci config --image lay:base --architecture amd64 --os linux
            umoci insert --image lay:base --tag one add /add
            umoci insert --image lay:one --tag arm add /arm; umoci config --image lay:arm --architecture arm64
            skopeo copy -q --dest-compress-format zstd oci:lay:one oci:zst:one
            cp -r lay multi; cd multi
            of() { jq -c --arg n "$1" '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $n) | del(.annotations)' index.json; }
            printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s,%s]}' \
              "$(of one | jq -c '.platform = {"architecture":"amd64","os":"linux"}')" "$(of arm | jq -c '.platform = {"architecture":"arm64","os":"linux","variant":"v8"}')" > index
            i=$(sha256sum index | cut -c1-64); size=$(stat -c %s index); mv index blobs/sha256/$i
            printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:%s","size":%s,"annotations":{"org.opencontainers.image.ref.name":"all"}}]}' $i $size > index.json
            """, folder.Path);
        return folder;
    });

    public static TemporaryFolder Folder => Made.Value;

    /// <summary>The blobs of <c>lay</c> by digest.</summary>
    public static byte[] Blob(string digest) => File.ReadAllBytes(Folder[$"multi/blobs/sha256/{digest[7..]}"]);

    /// <summary>The manifest of a tag of <c>lay</c>.</summary>
    public static string ManifestOf(string tag)
    {
        using var index = JsonDocument.Parse(File.ReadAllText(Folder["lay/index.json"]));
        return index.RootElement.GetProperty("manifests").EnumerateArray()
            .First(m => m.GetProperty("annotations").GetProperty("org.opencontainers.image.ref.name").GetString() == tag).GetProperty("digest").GetString()!;
    }

    /// <summary>Everything an image's layers hold: a line a file, with its digest.</summary>
    public static List<string> Content(IImage image)
    {
        var lines = new List<string>();
        for (var i = 0; i < image.Layers.Count; i++)
        {
            using var tree = image.OpenLayer(i);
            var reader = new Reader();
            tree.Walk(reader, TestContext.Current.CancellationToken);
            lines.AddRange(reader.Lines.Select(line => $"{i} {line}"));
        }

        return lines;
    }

    /// <summary>The same image from the layout.</summary>
    public static List<string> Expected(string name = "lay:one")
    {
        using var image = Targets.OpenImage(TargetKind.Oci, Folder[name]);
        return Content(image);
    }

    private sealed class Reader : IFileVisitor
    {
        public List<string> Lines { get; } = [];

        public bool Enters(string folder) => true;

        public Interest InterestIn(ReadOnlySpan<char> path, FileKind kind) => Interest.Content;

        public void Visit(FileEntry entry, Stream? content) => Lines.Add($"{entry.Path} {entry.Kind} {(content is null ? "" : Convert.ToHexStringLower(SHA256.HashData(content)))}");

        public void Note(Note note) => Lines.Add($"{note.Kind}: {note.Message}");
    }
}
