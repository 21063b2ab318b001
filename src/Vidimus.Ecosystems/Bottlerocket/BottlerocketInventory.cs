using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Bottlerocket;

/// <summary>Reads the list of packages that Bottlerocket's image carries: rpm packages that were put into it when it was built.</summary>
/// <remarks>Format: Bottlerocket's <c>application-inventory.json</c>, in the fields of AWS Systems Manager's <c>AWS:Application</c>.</remarks>
public sealed class BottlerocketInventory : ICollector
{
    public string Name => "bottlerocket/inventory";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["usr/share/bottlerocket/application-inventory.json", "**/usr/share/bottlerocket/application-inventory.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var item in root.Member("Content").Items())
            {
                JsonElement? entry = item;
                var release = entry.Text("Release");
                if (entry.Text("Name") is not { } name || entry.Text("Version") is not { } version) found.Note("a package without a name or a version");
                else found.Add(new()
                {
                    Type = "rpm",
                    Name = name,
                    Version = (entry.Text("Epoch") is { Length: > 0 } epoch && epoch is not ("0" or "(none)") ? epoch + ":" : "") + (string.IsNullOrEmpty(release) ? version : $"{version}-{release}"),
                    Architecture = entry.Text("Architecture"),
                    Vendor = entry.Text("Publisher"),
                });
            }
        });
    }
}
