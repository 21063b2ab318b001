using System.Text;

namespace Vidimus.Model.Files;

/// <summary>A path as 64 bits, for sets of paths that would be too large as text: FNV-1a over the UTF-16 code units, mixed once more.</summary>
/// <remarks>Not secret and not secure: whoever can make two paths collide could as well write the file itself. Never the only evidence for anything.</remarks>
public static class PathHash
{
    public static ulong Of(ReadOnlySpan<char> path)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in path) hash = (hash ^ c) * 1099511628211UL;
        return Mix(hash);
    }

    /// <summary>The hash of a path's bytes: that of its text (<see cref="PathText"/>), without making the text where all signs are ASCII.</summary>
    public static ulong Of(ReadOnlySpan<byte> path)
    {
        if (!Ascii.IsValid(path)) return Of(PathText.Decode(path));

        var hash = 14695981039346656037UL;
        foreach (var b in path) hash = (hash ^ b) * 1099511628211UL;
        return Mix(hash);
    }

    private static ulong Mix(ulong hash)
    {
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }
}
