using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Fetch;

/// <summary>A folder with one folder a feed. Nothing is copied from it.</summary>
public sealed class FolderMirror(string root) : IMirror
{
    public async Task<IReadOnlyList<string>> PartsAsync(IFeed feed, CancellationToken cancel)
    {
        if (feed.PartsFile is null) return feed.Parts;

        var list = Path.Combine(root, feed.Name, feed.PartsFile);
        return File.Exists(list) ? PartList.Read(await File.ReadAllTextAsync(list, cancel)) : feed.Parts;
    }

    public Task<SavedSnapshot?> SnapshotAsync(IFeed feed, string part, CancellationToken cancel)
    {
        var folder = Path.Combine(root, feed.Name);
        if (!Directory.Exists(root)) throw new FetchException($"The feeds folder {root} does not exist.");
        if (!Directory.Exists(folder) || (part.Length > 0 && !FeedBounds.IsSafeName(part))) return Task.FromResult<SavedSnapshot?>(null);

        try
        {
            var files = new List<SavedFile>();
            foreach (var wanted in feed.Files(part.Length == 0 ? null : [part])) files.AddRange(Find(feed, folder, wanted, 0));
            return Task.FromResult(files.Count == 0 ? null : new SavedSnapshot(part, files));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"The feed {feed.Name} in {root} can't be read: {e.Message}", e);
        }
    }

    /// <summary>All that lies in a folder of one feed; null when it is empty.</summary>
    /// <exception cref="FetchException">It can't be read.</exception>
    internal static SavedSnapshot? Whole(string folder)
    {
        try
        {
            var files = All(folder, folder).ToList();
            return files.Count == 0 ? null : new("", files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"The folder {folder} can't be read: {e.Message}", e);
        }
    }

    private static IEnumerable<SavedFile> Find(IFeed feed, string folder, FeedFile wanted, int depth)
    {
        if (wanted.Index is null) return Find(folder, wanted.Path);

        var path = Path.Combine(folder, wanted.Path);
        if (!File.Exists(path)) return depth == 0 ? Find(folder, "") : [];
        return depth == FeedIndexes.Depth ? [] : FeedIndexes.Follow(feed, wanted, path).SelectMany(next => Find(feed, folder, next, depth + 1));
    }

    private static IEnumerable<SavedFile> Find(string folder, string wanted)
    {
        if (wanted.Length == 0) return All(folder, folder);

        var path = Path.Combine(folder, wanted);
        if (File.Exists(path)) return [new(wanted, path, wanted.EndsWith(".zip", StringComparison.Ordinal) ? new("") : null)];
        if (wanted.EndsWith('/') && Directory.Exists(path))
        {
            return All(folder, path);
        }

        return Directory.EnumerateFiles(folder, "*.zip").Order(StringComparer.Ordinal).Where(zip => ZipFilter.Holds(zip, wanted)).Select(zip => new SavedFile(Path.GetFileName(zip), zip, new(wanted)));
    }

    /// <summary>All files below a folder, those of a zip that lies there as if it were unpacked.</summary>
    private static IEnumerable<SavedFile> All(string folder, string path) =>
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => new SavedFile(Path.GetRelativePath(folder, file), file, path == folder && file.EndsWith(".zip", StringComparison.Ordinal) ? new("") : null))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
}

/// <summary>A source's list of its parts: one a line.</summary>
internal static class PartList
{
    public static IReadOnlyList<string> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(FeedBounds.IsSafeName).Take(10_000).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
