using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Perl;

/// <summary>Reads what cpanm keeps of each installed distribution: <c>.meta/NAME-VERSION/install.json</c>.</summary>
/// <remarks>Format: App::cpanminus. <c>dist</c> is <c>Name-1.23</c>, <c>pathname</c> where on CPAN it came from. What other installers leave (<c>.packlist</c>) lists files and has no version.</remarks>
public sealed class CpanInstall : ICollector
{
    public string Name => "perl/cpan-install";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/.meta/*/install.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            JsonElement? root = document;
            if (root.Text("dist") is not { } distribution || !CpanName.TryParse(distribution, out var name, out var version)) found.Note("no distribution's name and version");
            else found.Add(new() { Type = "cpan", Namespace = CpanName.Author(root.Text("pathname") ?? ""), Name = name, Version = version });
        });
    }
}
