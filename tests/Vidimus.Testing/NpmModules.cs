namespace Vidimus.Testing;

/// <summary>Judges that npm serves, installed once into the cache outside the tree.</summary>
public static class NpmModules
{
    /// <summary>A folder whose <c>node_modules</c> holds these packages, each with its exact version (<c>semver@7.8.6</c>).</summary>
    public static string Of(string name, params IReadOnlyList<string> packages)
    {
        RealTool.Require("node", "npm");
        var folder = Places.Cache(Path.Combine("npm", name));
        var wanted = string.Join('\n', packages);
        var mark = Path.Combine(folder, "made");
        using var turn = DebianRoot.Turn(folder + ".lock");
        if (File.Exists(mark) && File.ReadAllText(mark) == wanted) return folder;

        File.WriteAllText(Path.Combine(folder, "package.json"), "{}");
        RealTool.Run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", .. packages], folder: folder);
        File.WriteAllText(mark, wanted);
        return folder;
    }
}
