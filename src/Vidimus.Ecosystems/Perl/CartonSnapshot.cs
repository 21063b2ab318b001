using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Perl;

/// <summary>Reads Carton's <c>cpanfile.snapshot</c>: below <c>DISTRIBUTIONS</c> a block for each, <c>Name-1.23</c> with its <c>pathname</c> on CPAN.</summary>
/// <remarks>Format: Carton's documentation, version 1.0. A distribution is known by its author and name; the author is in the pathname, <c>A/AU/AUTHOR/Name-1.23.tar.gz</c>.</remarks>
public sealed class CartonSnapshot : ICollector
{
    public string Name => "perl/cpanfile-snapshot";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/cpanfile.snapshot"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        string? distribution = null;
        foreach (var line in TextLines.Of(file, cancel))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 2 && line[2] is not ' ')
            {
                distribution = line.Trim();
            }
            else if (distribution is not null && line.StartsWith("    pathname: ", StringComparison.Ordinal))
            {
                if (CpanName.TryParse(distribution, out var name, out var version)) found.Add(new() { Type = "cpan", Namespace = CpanName.Author(line[14..].Trim()), Name = name, Version = version });
                else found.Note($"not a distribution's name and version: {PackageList.Shown(distribution)}");
                distribution = null;
            }
        }

        return found.Packages;
    }
}
