using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Fetch;

/// <summary>The files that an index names, within bounds: a list is text from elsewhere, and what it names becomes paths and requests.</summary>
internal static class FeedIndexes
{
    /// <summary>Bytes of one index.</summary>
    public const int Bytes = 64 << 20;

    /// <summary>How deep indexes may name indexes.</summary>
    public const int Depth = 4;

    /// <summary>Files that one index may name.</summary>
    private const int Files = 20_000;

    private const int PathParts = 16;

    /// <exception cref="FetchException">It is no index, or names more than is taken, or a path that leads elsewhere.</exception>
    public static IReadOnlyList<FeedFile> Follow(IFeed feed, FeedFile index, string path)
    {
        try
        {
            if (new FileInfo(path).Length > Bytes) throw new InvalidDataException($"it is larger than {Bytes >> 20} MiB");
            var files = new List<FeedFile>();
            foreach (var file in feed.Follow(index, File.ReadAllBytes(path)))
            {
                if (files.Count == Files) throw new InvalidDataException($"it names more than {Files} files");
                if (!IsSafe(file.Path)) throw new InvalidDataException("it names a path that leads out of the feed");
                files.Add(file);
            }

            return files;
        }
        catch (Exception e) when (FeedJson.IsBadRecord(e))
        {
            throw new FetchException($"The index {index.Path} of the feed {feed.Name} can't be followed: {e.Message}.", e);
        }
    }

    private static bool IsSafe(string path)
    {
        var parts = path.Split('/');
        return parts.Length <= PathParts && parts.All(FeedBounds.IsSafeName);
    }
}
