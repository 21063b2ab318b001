using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>What the lock files of npm's relatives share: names with versions behind an <c>@</c>, tarballs and folders in place of a registry's version.</summary>
internal static class NpmEntries
{
    /// <summary>Longer paths of packages below packages are not followed.</summary>
    public const int LongestPlace = 4096;

    /// <summary>Parts <c>name@rest</c> and <c>@scope/name@rest</c>; false where there is no such <c>@</c>.</summary>
    public static bool TrySplit(string text, out string name, out string rest)
    {
        var at = text.Length > 1 ? text.IndexOf('@', 1) : -1;
        (name, rest) = at > 0 ? (text[..at], text[(at + 1)..]) : (text, "");
        return at > 0;
    }

    /// <summary>Whether a specifier names a folder, which is the user's own code; a packed tarball is somebody's package.</summary>
    public static bool IsFolder(string specifier)
    {
        if (specifier.StartsWith("workspace:", StringComparison.Ordinal) || specifier.StartsWith("link:", StringComparison.Ordinal) || specifier.StartsWith("portal:", StringComparison.Ordinal) || specifier.StartsWith("root:", StringComparison.Ordinal)) return true;
        if (!specifier.StartsWith("file:", StringComparison.Ordinal)) return false;
        var path = specifier.AsSpan();
        if (path.IndexOf('#') is >= 0 and var hash) path = path[..hash];
        if (path.IndexOf("::", StringComparison.Ordinal) is >= 0 and var bindings) path = path[..bindings];
        return !path.EndsWith(".tgz", StringComparison.Ordinal) && !path.EndsWith(".tar.gz", StringComparison.Ordinal) && !path.EndsWith(".tar", StringComparison.Ordinal);
    }

    /// <summary>The text where it is a version, else nothing: an address, a commit or a path is no version of a registry's.</summary>
    public static string VersionOrNone(string text) => text is [>= '0' and <= '9', ..] && !text.AsSpan().ContainsAny("/:@ ") ? text : "";

    /// <summary>The nearest package of a name, from a place in a tree upwards, as Node.js looks it up; null for none.</summary>
    /// <param name="step">What stands between a place and a package there: <c>/</c> or <c>/node_modules/</c>.</param>
    public static string? Resolve(Func<string, bool> holds, string at, string step, string name)
    {
        if (at.Length > LongestPlace || name.Length > LongestPlace) return null;
        for (; at.Length > 0; at = at.LastIndexOf('/') is > 0 and var slash ? at[..slash] : "")
        {
            if ($"{at}{step}{name}" is var key && holds(key)) return key;
        }

        return holds($"{step.AsSpan(1)}{name}") ? $"{step.AsSpan(1)}{name}" : null;
    }

    /// <summary>Adds a package by its whole name; a name that npm never takes is noted.</summary>
    public static void Add(this PackageList found, string name, string version, string? scope, params ReadOnlySpan<string> keys)
    {
        if (NpmName.TryParse(name, out var space, out var last)) found.Add(new Package { Type = "npm", Namespace = space, Name = last, Version = version, Scope = scope }, keys);
        else found.Note($"an entry whose name is none that npm takes: {PackageList.Shown(name)}");
    }
}
