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

    public int Version => 2;

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

        var specifiers = version is "3" ? root.Member("packages").Member("specifiers") : root.Member("specifiers");
        foreach (var package in npm.Members()) Add("npm:", package, name => name);
        foreach (var package in jsr.Members()) Add("jsr:", package, name => $"@jsr/{name.TrimStart('@').Replace("/", "__", StringComparison.Ordinal)}");

        void Add(string registry, JsonProperty package, Func<string, string> spelled)
        {
            if (!NpmEntries.TrySplit(package.Name, out var name, out var rest))
            {
                found.Note($"not a package's key: {PackageList.Shown(package.Name)}");
                return;
            }

            found.Add(spelled(name), NpmEntries.VersionOrNone(rest.IndexOf('_', StringComparison.Ordinal) is > 0 and var peers ? rest[..peers] : rest), scope: null, registry + package.Name, registry + name);
            foreach (var needed in Needs(package.Value)) found.Graph.AddEdge(registry + package.Name, needed.Contains(':', StringComparison.Ordinal) ? Locked(needed) : registry + needed);
        }

        // A specifier's version stands apart: "jsr:@std/path@1" is "1.0.8", in version 3 "jsr:@std/path@1.0.8".
        string Locked(string specifier)
        {
            if (specifiers.Text(specifier) is not { } locked) return specifier;
            return locked.Contains(':', StringComparison.Ordinal) ? locked : $"{specifier[..4]}{(NpmEntries.TrySplit(specifier[4..], out var name, out _) ? name : specifier[4..])}@{locked}";
        }
    }

    /// <summary>An array of keys, of names where there is one version only, or of specifiers; up to version 3 an object with keys as values.</summary>
    private static IEnumerable<string> Needs(JsonElement package)
    {
        foreach (var member in (string[])["dependencies", "optionalDependencies"])
        {
            foreach (var needed in JsonTree.Texts(package, member)) yield return needed;
            foreach (var needed in JsonTree.Member(package, member).Members()) if (JsonTree.Text(needed.Value) is { } key) yield return key;
        }
    }
}
