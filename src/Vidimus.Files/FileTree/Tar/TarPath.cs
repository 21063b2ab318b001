namespace Vidimus.Files.FileTree.Tar;

/// <summary>Paths as archives write them, made into a tree's.</summary>
internal static class TarPath
{
    /// <summary>Takes out what says nothing (<c>/</c> in front and behind, <c>//</c>, <c>.</c>) in place.</summary>
    /// <returns>The new length, or -1 for a path with <c>..</c> in it, which no archive of a tree has.</returns>
    public static int Normalise(Span<char> path)
    {
        var length = 0;
        for (var at = 0; at < path.Length;)
        {
            var slash = path[at..].IndexOf('/');
            var end = slash < 0 ? path.Length : at + slash;
            var segment = path[at..end];
            if (segment is "..") return -1;
            if (segment is not ("" or "."))
            {
                if (length > 0) path[length++] = '/';
                segment.CopyTo(path[length..]);
                length += segment.Length;
            }

            at = end + 1;
        }

        return length;
    }
}
