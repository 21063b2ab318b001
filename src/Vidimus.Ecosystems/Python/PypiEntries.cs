using System.Buffers;
using Vidimus.Ecosystems.Reading;

namespace Vidimus.Ecosystems.Python;

/// <summary>How Python's lock files name packages to each other: by a name in any spelling, and by a version where the name alone is not enough.</summary>
internal static class PypiEntries
{
    private static readonly SearchValues<char> NameEnds = SearchValues.Create("[ <>=!~;@(");

    public static void AddPypi(this PackageList found, string name, string version, string? scope) =>
        found.Add(new() { Type = "pypi", Name = name, Version = version, Scope = scope }, Key(name, version), Key(name, null));

    /// <param name="needed">A name, or a requirement that begins with one (<c>name[extra]&gt;=1; marker</c>).</param>
    /// <param name="neededVersion">Null where the file names none: then it is the first package of that name.</param>
    public static void NeedPypi(this PackageList found, string name, string version, string needed, string? neededVersion = null) => found.Graph.AddEdge(Key(name, version), Key(needed, neededVersion));

    public static string Key(string name, string? version)
    {
        var end = name.AsSpan().IndexOfAny(NameEnds);
        var plain = PythonEcosystem.Normalized(end < 0 ? name : name[..end]);
        return version is null ? plain : $"{plain} {version}";
    }
}
