using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Flatpak;

/// <summary>Reads the AppStream metainfo that a deployed Flatpak application exports: its id and its newest release.</summary>
/// <remarks>Formats: Flatpak's deploy folders <c>app/ID/ARCH/BRANCH/COMMIT/files</c>; AppStream 1.0's metainfo, in which the first release is the newest.</remarks>
public sealed class FlatpakApps : ICollector
{
    public string Name => "flatpak/metainfo";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } =
    [
        "**/flatpak/app/*/*/*/*/files/share/metainfo/*.xml", "**/flatpak/app/*/*/*/*/files/share/appdata/*.xml", "**/flatpak/runtime/*/*/*/*/files/share/metainfo/*.xml",
    ];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var root = XmlElements.Read(file);
        var folders = file.Path.Split('/');
        var at = Math.Max(Array.LastIndexOf(folders, "app"), Array.LastIndexOf(folders, "runtime"));
        if (at < 0 || at + 2 >= folders.Length) return [];

        // An application may carry metainfo of its parts: the one of the folder's own id is meant.
        var id = root.TextOf("id");
        if (id != folders[at + 1] && id != folders[at + 1] + ".desktop") return [];
        found.Add(new()
        {
            Type = "flatpak",
            Name = folders[at + 1],
            Version = root.All("releases", "release").FirstOrDefault()?["version"] ?? "",
            Architecture = folders[at + 2],
            Licenses = root.TextOf("project_license") is { } license ? [license] : [],
        });
        return found.Packages;
    }
}
