using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Php;

/// <summary>Reads <c>composer.lock</c>: <c>packages</c> and <c>packages-dev</c>.</summary>
/// <remarks>Packages of <c>path</c> repositories are listed as Composer lists them; a branch (<c>dev-main</c>) is kept as their version, by which nothing is matched.</remarks>
public sealed class ComposerLock : ICollector
{
    public string Name => "php/composer-lock";

    public int Version => 2;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/composer.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var found = new PackageList(file);
        JsonText.ReadObject(file, (ref reader) =>
        {
            while (reader.NextMember())
            {
                var isDev = reader.Is("packages-dev"u8);
                if (!isDev && !reader.Is("packages"u8)) reader.PassValue();
                else if (reader.EnterArray()) ComposerPackages.Take(ref reader, isDev ? "dev" : null, found);
            }
        });

        return found.Packages;
    }
}
