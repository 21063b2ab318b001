using System.Buffers;
using System.Text;
using Vidimus.Model.Matching;

namespace Vidimus.Ecosystems.Python;

/// <summary>The registration of <c>pypi</c> packages.</summary>
public static class PythonEcosystem
{
    public static Ecosystem Ecosystem { get; } = new()
    {
        Type = "pypi",
        Versions = new PypiVersions(),
        AdvisoryEcosystem = "PyPI",
        NormalizeName = Normalized,
        NormalizeVersion = version => version.Trim() is { Length: > 0 } text ? text : null,
        Collectors =
        [
            new PythonMetadata(),
            new Requirements(),
            new PipfileLock(),
            new PoetryLock(),
            new UvLock(),
            new PdmLock(),
            new PylockToml(),
            new PythonArchive(),
        ],
    };

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>PEP 503: runs of <c>-</c>, <c>_</c> and <c>.</c> are one <c>-</c>, letters are small.</summary>
    internal static string Normalized(string name)
    {
        if (!name.AsSpan().ContainsAnyExcept(Plain)) return name;

        var normal = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is not ('-' or '_' or '.')) normal.Append(char.ToLowerInvariant(c));
            else if (normal.Length == 0 || normal[^1] != '-') normal.Append('-');
        }

        return normal.ToString();
    }
}
