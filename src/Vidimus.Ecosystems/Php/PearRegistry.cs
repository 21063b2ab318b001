using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Php;

/// <summary>Reads the registry of PEAR and PECL: <c>.registry/NAME.reg</c> and, for other channels, <c>.registry/.channel.CHANNEL/NAME.reg</c>.</summary>
/// <remarks>Format: PHP's <c>serialize</c>. Packages of the format 1 have <c>package</c> and a text as <c>version</c>, those of 2 <c>name</c>, <c>channel</c> and <c>version.release</c>.</remarks>
public sealed class PearRegistry : ICollector
{
    public string Name => "php/pear-registry";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/.registry/*.reg", "**/.registry/.channel.*/*.reg"];

    private const int MostBytes = 32 << 20;

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        var root = PhpSerialized.Read(file.ReadAll(MostBytes).Span);
        var name = root.Text("name") ?? root.Text("package");
        var version = root.Member("version").Text("release") ?? root.Text("version");
        if (name is null || version is null) found.Note("no name or no version");
        else found.Add(new() { Type = "pear", Namespace = root.Text("channel") ?? "pear.php.net", Name = name, Version = version });
        return found.Packages;
    }
}
