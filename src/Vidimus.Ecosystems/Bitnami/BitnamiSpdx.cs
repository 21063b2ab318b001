using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Bitnami;

/// <summary>Reads the SPDX document that Bitnami's images keep beside each component: <c>opt/bitnami/NAME/.spdx-NAME.spdx</c>, JSON in spite of its name.</summary>
/// <remarks>Format: SPDX 2.3. The component itself has a purl of the type <c>bitnami</c>; the packages it contains have their own and are told too where they have a version.</remarks>
public sealed class BitnamiSpdx : ICollector
{
    public string Name => "bitnami/spdx";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["opt/bitnami/**/.spdx-*.spdx"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            foreach (var item in root.Member("packages").Items())
            {
                JsonElement? package = item;
                var text = package.Member("externalRefs").Items().Select(r => (JsonElement?)r).FirstOrDefault(r => r.Text("referenceType") is "purl").Text("referenceLocator");
                if (text is null || !PackageUrl.TryParse(text, out var purl) || Purls.IsOs(purl.Type)) continue;
                found.Add(new()
                {
                    Type = purl.Type,
                    Namespace = purl.Namespace,
                    Name = purl.Name,
                    Version = purl.Version ?? package.Text("versionInfo") ?? "",
                    Architecture = purl.Qualifiers.GetValueOrDefault("arch"),
                    Licenses = package.Text("licenseDeclared") is { Length: > 0 } license && license is not ("NOASSERTION" or "NONE") ? [license] : [],
                });
            }
        });
    }
}
