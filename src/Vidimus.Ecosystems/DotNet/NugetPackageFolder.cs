using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.DotNet;

/// <summary>Reads the <c>NAME.nuspec</c> of a package that NuGet unpacked (<c>NAME/VERSION/</c> in its package folder), and the <c>data/FrameworkList.xml</c> of an SDK's targeting packs, which lie in such folders too.</summary>
/// <remarks>Either accounts for all assemblies below: they are the package's. A nuspec elsewhere is what a package would be made from, and tells of nothing that is there.</remarks>
public sealed class NugetPackageFolder : ICollector
{
    public string Name => "dotnet/package-folder";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/*.nuspec", "**/packs/**/data/FrameworkList.xml"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var isPack = file.Name is "FrameworkList.xml";
        if ((isPack ? Parent(file.Folder) : file.Folder) is not { Length: > 0 } folder || folder.Split('/') is not [.., var name, var version]) return [];
        if (isPack) return Facts(folder, name, version);

        var metadata = XmlElements.Read(file).All("metadata").FirstOrDefault();
        if (metadata?.TextOf("id")?.Trim() is not { Length: > 0 } id || metadata.TextOf("version")?.Trim() is not { Length: > 0 } stated) return [];
        var written = stated.IndexOf('+', StringComparison.Ordinal) is > 0 and var plus ? stated[..plus] : stated;
        return id.Equals(name, StringComparison.OrdinalIgnoreCase) && new NugetVersions().Compare(version, written) == 0 ? Facts(folder, id, written) : [];
    }

    private static Fact[] Facts(string folder, string name, string version) =>
        new NugetVersions().IsValid(version) ? [new Package { Type = "nuget", Name = name, Version = version }, new Accounts(folder, Below: true)] : [];

    private static string Parent(string folder) => folder.LastIndexOf('/') is > 0 and var slash ? folder[..slash] : "";
}
