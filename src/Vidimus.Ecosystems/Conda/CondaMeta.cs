using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Conda;

/// <summary>Reads what conda keeps of each installed package: <c>conda-meta/NAME-VERSION-BUILD.json</c> of an environment.</summary>
/// <remarks>Format: conda's <c>PrefixRecord</c>. A Python package has its own metadata beside it, which <c>python/metadata</c> reads, and which advisories of PyPI speak of.</remarks>
public sealed class CondaMeta : ICollector
{
    public string Name => "conda/meta";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/conda-meta/*.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return JsonTree.Read(file, (document, found) =>
        {
            System.Text.Json.JsonElement? root = document;
            if (root.Text("name") is not { } name || root.Text("version") is not { } version) found.Note("no name or no version");
            else found.Add(new() { Type = "conda", Name = name, Version = version, Architecture = root.Text("subdir"), Licenses = root.Text("license") is { Length: > 0 and < 256 } license ? [license] : [] });
        });
    }
}
