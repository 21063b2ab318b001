using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Php;

/// <summary>Reads what Composer keeps of an installed tree, <c>vendor/composer/installed.json</c> (the vendor folder may be called otherwise).</summary>
/// <remarks>Composer 1 writes an array of packages, Composer 2 an object with <c>packages</c> and the names of those that are for development.</remarks>
public sealed class ComposerInstalled : ICollector
{
    public string Name => "php/composer-installed";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/composer/installed.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        List<Package> packages = [];
        HashSet<string> dev = new(StringComparer.OrdinalIgnoreCase);
        JsonText.Read(file, (ref reader) =>
        {
            if (reader.TokenType is JsonTokenType.StartArray) packages = ComposerPackages.Take(ref reader, null, file);
            else if (reader.TokenType is JsonTokenType.StartObject)
            {
                while (reader.NextMember())
                {
                    if (reader.Is("dev-package-names"u8)) dev.UnionWith(reader.TakeTexts());
                    else if (!reader.Is("packages"u8)) reader.PassValue();
                    else if (reader.EnterArray()) packages = ComposerPackages.Take(ref reader, null, file);
                }
            }
            else file.Note("the JSON is neither an array nor an object");
        });

        var found = new PackageList(file);
        foreach (var package in packages) found.Add(dev.Contains(PhpEcosystem.FullName(package)) ? package with { Scope = "dev" } : package);
        return found.Packages;
    }
}
