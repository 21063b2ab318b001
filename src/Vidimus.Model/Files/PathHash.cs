namespace Vidimus.Model.Files;

/// <summary>A path as 64 bits, for sets of paths that would be too large as text: FNV-1a over the UTF-16 code units, mixed once more.</summary>
/// <remarks>Not secret and not secure: whoever can make two paths collide could as well write the file itself. Never the only evidence for anything.</remarks>
public static class PathHash
{
    public static ulong Of(ReadOnlySpan<char> path)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in path) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 32);
    }
}
