using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Java;

/// <summary>Reads Gradle's <c>gradle.lockfile</c>, <c>buildscript-gradle.lockfile</c> and the older <c>gradle/dependency-locks/*.lockfile</c>.</summary>
/// <remarks>
/// Format: Gradle's manual, "Locking versions": <c>group:artifact:version=configuration,configuration</c>, in the older form without configurations. What only the build script
/// needs has the scope <c>dev</c>; what stands in configurations named <c>test…</c> alone, <c>test</c>.
/// </remarks>
public sealed class GradleLockfile : ICollector
{
    public string Name => "java/gradle-lockfile";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/gradle.lockfile", "**/buildscript-gradle.lockfile", "**/gradle/dependency-locks/*.lockfile"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var isBuild = file.Name.StartsWith("buildscript-", StringComparison.Ordinal);
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.Length == 0 || line[0] is '#' || line.StartsWith("empty=", StringComparison.Ordinal)) continue;
            var sign = line.IndexOf('=', StringComparison.Ordinal);
            var parts = (sign < 0 ? line : line[..sign]).Split(':');
            if (parts is not [{ Length: > 0 } group, { Length: > 0 } artifact, { Length: > 0 } version])
            {
                found.Note($"not understood: {PackageList.Shown(line)}");
                continue;
            }

            var configurations = sign < 0 ? [] : line[(sign + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
            found.Add(new() { Type = "maven", Namespace = group, Name = artifact, Version = version, Scope = isBuild ? "dev" : configurations.Length > 0 && configurations.All(c => c.StartsWith("test", StringComparison.Ordinal)) ? "test" : null });
        }

        return found.Packages;
    }
}
