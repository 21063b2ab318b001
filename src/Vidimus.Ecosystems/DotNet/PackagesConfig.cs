using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads <c>packages.config</c>, the list of packages of projects in .NET Framework's older form: all that a project has, each with its exact version.</summary>
public sealed class PackagesConfig : ICollector
{
    public string Name => "dotnet/packages-config";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/packages.config", ignoreCase: true), FileGlob.Of("**/packages.*.config", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var package in XmlElements.Read(file).All("package"))
        {
            if (package["id"] is not { Length: > 0 } id || package["version"] is not { Length: > 0 } version) found.Note("a package without an id or a version");
            else found.Add(new() { Type = "nuget", Name = id, Version = version, Scope = string.Equals(package["developmentDependency"], "true", StringComparison.OrdinalIgnoreCase) ? "dev" : null });
        }

        return found.Packages;
    }
}
