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

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/composer/installed.json"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        HashSet<string> dev = new(StringComparer.OrdinalIgnoreCase);
        JsonText.Read(file, (ref reader) =>
        {
            if (reader.TokenType is JsonTokenType.StartArray) ComposerPackages.Take(ref reader, null, found);
            else if (reader.TokenType is JsonTokenType.StartObject)
            {
                while (reader.NextMember())
                {
                    if (reader.Is("dev-package-names"u8)) dev.UnionWith(reader.TakeTexts(most: 100_000));
                    else if (!reader.Is("packages"u8)) reader.PassValue();
                    else if (reader.EnterArray()) ComposerPackages.Take(ref reader, null, found);
                }
            }
            else file.Note("the JSON is neither an array nor an object");
        });

        return found.Packages.Select(p => dev.Contains(PhpEcosystem.Ecosystem.AdvisoryName(p)) ? p with { Scope = "dev" } : p);
    }
}
