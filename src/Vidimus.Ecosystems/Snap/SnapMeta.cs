using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Snap;

/// <summary>Reads <c>meta/snap.yaml</c> of a snap that is mounted or unpacked.</summary>
public sealed class SnapMeta : ICollector
{
    public string Name => "snap/meta";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["snap/*/*/meta/snap.yaml", "**/squashfs-root/meta/snap.yaml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var root in YamlDocuments.Read(file))
        {
            if (root.Text("name") is not { } name) found.Note("a snap without a name");
            else found.Add(new() { Type = "snap", Name = name, Version = root.Text("version") ?? "", Architecture = root.Member("architectures").Items() is [var only] ? only.Text() : null, Licenses = root.Text("license") is { } license ? [license] : [] });
        }

        return found.Packages;
    }
}
