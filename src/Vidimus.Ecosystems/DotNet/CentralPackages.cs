using System.Buffers;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads <c>Directory.Packages.props</c>, NuGet's central package management: the versions that the projects below it use.</summary>
/// <remarks>
/// It tells of packages that a project names itself; what those need is in lock files. A version may be one of the file's own properties (<c>$(X)</c>); what the build would have to
/// compute, a range or a floating version is no version. A <c>GlobalPackageReference</c> is there for the build.
/// </remarks>
public sealed class CentralPackages : ICollector
{
    private static readonly SearchValues<char> NoVersion = SearchValues.Create("*,$()[]");

    public string Name => "dotnet/central-packages";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/Directory.Packages.props", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var root = XmlElements.Read(file);
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in root.All("PropertyGroup").SelectMany(group => group.Children)) properties[property.Name] = property.Text.Trim();

        var found = new PackageList(file);
        foreach (var item in root.All("ItemGroup").SelectMany(group => group.Children))
        {
            if (item.Name is not ("PackageVersion" or "GlobalPackageReference") || (item["Include"] ?? item["Update"]) is not { Length: > 0 } names) continue;
            var version = Exact(item["Version"] ?? item.TextOf("Version") ?? "", properties);
            foreach (var name in names.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) found.Add(new() { Type = "nuget", Name = name, Version = version, Scope = item.Name is "GlobalPackageReference" ? "dev" : null });
        }

        return found.Packages;
    }

    private static string Exact(string text, Dictionary<string, string> properties)
    {
        text = text.Trim();
        for (var depth = 0; depth < 8 && text.StartsWith("$(", StringComparison.Ordinal) && text.EndsWith(')'); depth++) text = properties.GetValueOrDefault(text[2..^1], "");
        if (text is ['[', .., ']'] && !text.Contains(',', StringComparison.Ordinal)) text = text[1..^1].Trim();
        return text is [>= '0' and <= '9', ..] && !text.AsSpan().ContainsAny(NoVersion) ? text : "";
    }
}
