using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Databases;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Nix;

/// <summary>Reads Nix's database of valid store paths: each is <c>/nix/store/HASH-NAME-VERSION</c>, perhaps with an output behind it.</summary>
/// <remarks>
/// Format: Nix's <c>schema.sql</c>, the table <c>ValidPaths</c> with the path as its second column; <c>builtins.parseDrvName</c>: the version begins at the first hyphen that no letter follows.
/// Derivations and sources are recipes, not what was built, and are left out; so is what has no version.
/// </remarks>
public sealed class NixStore : ICollector
{
    private const int HashLength = 32;
    private static readonly string[] Outputs = ["bin", "dev", "lib", "man", "doc", "info", "devdoc", "debug", "static", "data", "dist", "py", "out"];

    public string Name => "nix/store";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["nix/var/nix/db/db.sqlite"];

    public IReadOnlyList<FileGlob> Companions { get; } = ["nix/var/nix/db/db.sqlite-wal"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var found = new PackageList(file);
        foreach (var path in Paths(file, cancel))
        {
            if (Parse(path) is { } package) found.Add(package);
        }

        return found.Packages;
    }

    /// <summary>The package of a store path; null for what is none.</summary>
    public static Package? Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (name.Length <= HashLength + 1 || name[HashLength] != '-' || name.EndsWith(".drv", StringComparison.Ordinal)) return null;
        name = name[(HashLength + 1)..];
        for (var dash = name.IndexOf('-', StringComparison.Ordinal); dash > 0; dash = name.IndexOf('-', dash + 1))
        {
            if (dash + 1 >= name.Length || !char.IsAsciiDigit(name[dash + 1])) continue;
            var version = name[(dash + 1)..];
            if (version.LastIndexOf('-') is > 0 and var last && Outputs.Contains(version[(last + 1)..])) version = version[..last];
            return new() { Type = "nix", Name = name[..dash], Version = version };
        }

        return null;
    }

    private static IEnumerable<string> Paths(SourceFile file, CancellationToken cancel)
    {
        using var database = file.OpenRead();
        using var log = file.Companion("db.sqlite-wal") is { Length: > 0 } beside ? beside.OpenRead() : null;
        foreach (var row in new SqliteFile(database, log).Rows("ValidPaths"))
        {
            cancel.ThrowIfCancellationRequested();
            if (row.Text(1) is { } path) yield return path;
        }
    }
}
