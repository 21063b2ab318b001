using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.CocoaPods;

/// <summary>Reads CocoaPods' <c>Podfile.lock</c>: <c>PODS</c>, each <c>Name (1.2.3)</c> or <c>Name/Subspec (1.2.3)</c>.</summary>
/// <remarks>Format: YAML. A subspec is a part of its pod, which is listed once. A pod from a folder (<c>EXTERNAL SOURCES</c> with <c>:path</c>) is the user's own.</remarks>
public sealed class PodfileLock : ICollector
{
    public string Name => "cocoapods/podfile-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Podfile.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var root in YamlDocuments.Read(file))
        {
            var own = root.Member("EXTERNAL SOURCES").Members().Where(s => s.Value.Text(":path") is not null || s.Value.Text(":podspec") is ['.' or '/', ..]).Select(s => s.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var pod in root.Member("PODS").Items())
            {
                var text = pod.Text() ?? pod.Members().Select(m => m.Key).FirstOrDefault() ?? "";
                if (text.IndexOf(" (", StringComparison.Ordinal) is not (> 0 and var open) || !text.EndsWith(')'))
                {
                    found.Note($"not a pod: {PackageList.Shown(text)}");
                    continue;
                }

                var name = text[..open].Split('/')[0];
                if (own.Contains(name)) continue;
                found.Add(new() { Type = "cocoapods", Name = name, Version = text[(open + 2)..^1].TrimStart('=', ' ') }, name);
                foreach (var needed in pod.Members().SelectMany(m => m.Value.Items())) found.Graph.AddEdge(name, (needed.Text() ?? "").Split('/', ' ')[0]);
            }
        }

        return found.Packages;
    }
}
