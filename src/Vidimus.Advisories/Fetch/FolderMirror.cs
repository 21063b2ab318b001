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
            foreach (var wanted in feed.Files(part.Length == 0 ? null : [part])) files.AddRange(Find(folder, wanted.Path));
            return Task.FromResult(files.Count == 0 ? null : new SavedSnapshot(part, files));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException($"The feed {feed.Name} in {root} can't be read: {e.Message}", e);
        }
    }

    private static IEnumerable<SavedFile> Find(string folder, string wanted)
    {
        var path = Path.Combine(folder, wanted);
        if (File.Exists(path)) return [new(wanted, path, wanted.EndsWith(".zip", StringComparison.Ordinal) ? new("") : null)];
        if (wanted.EndsWith('/') && Directory.Exists(path))
        {
            return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(file => new SavedFile(Path.GetRelativePath(folder, file), file)).OrderBy(file => file.Name, StringComparer.Ordinal);
        }

        return Directory.EnumerateFiles(folder, "*.zip").Order(StringComparer.Ordinal).Where(zip => ZipFilter.Holds(zip, wanted)).Select(zip => new SavedFile(Path.GetFileName(zip), zip, new(wanted)));
    }
}

/// <summary>A source's list of its parts: one a line.</summary>
internal static class PartList
{
    public static IReadOnlyList<string> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(FeedBounds.IsSafeName).Take(10_000).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
