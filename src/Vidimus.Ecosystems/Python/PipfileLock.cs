using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads pipenv's <c>Pipfile.lock</c>: groups of packages, <c>default</c>, <c>develop</c> and those that the user named.</summary>
/// <remarks>An entry from a version control or a path has no version; it is listed without one, unless it is editable or a path: then it is the user's own code and left out.</remarks>
public sealed class PipfileLock : ICollector
{
    public string Name => "python/pipfile-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/Pipfile.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        JsonText.ReadObject(file, (ref reader) =>
        {
            while (reader.NextMember())
            {
                var group = reader.Text();
                if (group == "_meta") reader.PassValue();
                else if (reader.EnterObject()) TakeGroup(ref reader, group switch { "default" => null, "develop" => "dev", _ => group }, found);
            }
        });

        return found.Packages;
    }

    private static void TakeGroup(ref Utf8JsonReader reader, string? scope, PackageList found)
    {
        while (reader.NextMember())
        {
            var name = reader.Text();
            if (!reader.EnterObject()) continue;

            var version = "";
            var isOwn = false;
            while (reader.NextMember())
            {
                if (reader.Is("version"u8)) version = reader.TakeText() ?? "";
                else if (reader.Is("path"u8)) isOwn |= reader.TakeText() is not null;
                else if (reader.Is("editable"u8)) isOwn |= reader.TakeTrue();
                else reader.PassValue();
            }

            if (!isOwn) found.Add(new() { Type = "pypi", Name = name, Version = version.StartsWith("==", StringComparison.Ordinal) ? version.TrimStart('=').Trim() : "", Scope = scope });
        }
    }
}
