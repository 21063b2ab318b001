using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads Deno's <c>deno.lock</c>, versions 2 to 5: its npm packages, and those of JSR under the name that they have on npm (<c>@std/path</c> is <c>@jsr/std__path</c>).</summary>
/// <remarks>
/// Keys are <c>name@version</c>, behind which peers stand after an underscore (<c>a@1.0.0_b@2.0.0</c>). Version 2 has them in <c>npm.packages</c>, 3 in <c>packages.npm</c>, later ones in
/// <c>npm</c>. Modules loaded by address (<c>remote</c>) have no registry and no version and are left out. What is for development is not told.
/// </remarks>
public sealed class DenoLock : ICollector
{
    public string Name => "npm/deno-lock";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/deno.lock"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Folder.Split('/').Contains("node_modules") ? [] : JsonTree.Read(file, (root, found) => Take(root, found));
    }

    private static void Take(JsonElement? root, PackageList found)
    {
        var version = root.Text("version");
        var (npm, jsr) = version switch
        {
            "2" => (root.Member("npm").Member("packages"), null),
            "3" => (root.Member("packages").Member("npm"), root.Member("packages").Member("jsr")),
            "4" or "5" => (root.Member("npm"), root.Member("jsr")),
            _ => ((JsonElement?)null, (JsonElement?)null),
        };
        if (version is not ("2" or "3" or "4" or "5")) found.Note($"a Deno lock file of version '{PackageList.Shown(version ?? "")}', which is not known");

        foreach (var package in npm.Members()) Add(package.Name, name => name);
        foreach (var package in jsr.Members()) Add(package.Name, name => $"@jsr/{name.TrimStart('@').Replace("/", "__", StringComparison.Ordinal)}");

        void Add(string key, Func<string, string> spelled)
        {
            if (!NpmEntries.TrySplit(key, out var name, out var rest)) found.Note($"not a package's key: {PackageList.Shown(key)}");
            else found.Add(spelled(name), NpmEntries.VersionOrNone(rest.IndexOf('_', StringComparison.Ordinal) is > 0 and var peers ? rest[..peers] : rest));
        }
    }
}
