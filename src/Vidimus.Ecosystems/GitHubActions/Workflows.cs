using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.GitHubActions;

/// <summary>Reads GitHub's workflows and actions: every <c>uses: OWNER/REPOSITORY[/PATH]@REF</c> of a step or a job.</summary>
/// <remarks>
/// Format: docs.github.com, workflow syntax. An action of the same repository (<c>./…</c>) is the user's own, a <c>docker://</c> image no action. A ref that is a branch, a commit or a moving tag (<c>v4</c>)
/// is kept as written; only a whole version can be judged.
/// </remarks>
public sealed class Workflows : ICollector
{
    public string Name => "github-actions/workflow";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/.github/workflows/*.yml", "**/.github/workflows/*.yaml", "**/action.yml", "**/action.yaml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var root in YamlDocuments.Read(file))
        {
            foreach (var (_, job) in root.Member("jobs").Members())
            {
                Add(job);
                foreach (var step in job.Member("steps").Items()) Add(step);
            }

            foreach (var step in root.Member("runs").Member("steps").Items()) Add(step);
        }

        return found.Packages;

        void Add(YamlNode at)
        {
            if (at.Text("uses") is not { } uses || uses[0] is '.' || uses.StartsWith("docker://", StringComparison.Ordinal)) return;
            var sign = uses.LastIndexOf('@');
            if (sign > 0 && uses[..sign].Split('/') is [{ Length: > 0 } owner, { Length: > 0 } repository, ..]) found.Add(new() { Type = "github", Namespace = owner, Name = repository, Version = uses[(sign + 1)..] });
            else found.Note($"not an action: {PackageList.Shown(uses)}");
        }
    }
}
