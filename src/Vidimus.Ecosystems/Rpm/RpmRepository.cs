using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>The metadata of a repository of rpm packages, as far as it leads to the notices of updates.</summary>
/// <remarks>Format: <c>repodata/repomd.xml</c> of createrepo_c, whose <c>data type="updateinfo"</c> names the file by its digest.</remarks>
internal static class RpmRepository
{
    /// <summary>Tells <see cref="Follow"/> that an index is a repomd.xml.</summary>
    public const string Index = "repomd";

    /// <summary>The architectures whose repositories are asked for where notices differ by them.</summary>
    public static IReadOnlyList<string> Architectures { get; } = ["x86_64", "aarch64"];

    /// <summary>The index of the repository in a folder.</summary>
    public static FeedFile In(string folder) => new($"{folder}/repodata/repomd.xml", Index: Index);

    /// <summary>The file of notices; none where the repository has none.</summary>
    public static IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body)
    {
        var root = index.Path[..^"repodata/repomd.xml".Length];
        foreach (var data in XmlElements.Read(body).All("data").Where(d => d["type"] is "updateinfo"))
        {
            if (data.Child("location")?["href"] is { Length: > 0 } location) yield return new(root + location);
        }
    }
}
