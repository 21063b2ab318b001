using Vidimus.Model.Inventory;

namespace Vidimus.Files.Formats.Archives;

/// <summary>The bytes that the entries of a directory lie on, to find those that share some.</summary>
/// <remarks>An extent is at least header, name and packed bytes; the local extra field may make it longer, which an honest archive's next entry respects anyway.</remarks>
internal sealed class ZipExtents
{
    private readonly List<(long Start, long End, ZipEntry? Entry)> extents = [];
    private bool ordered = true;

    public void Add(long start, long length, ZipEntry? entry)
    {
        ordered &= extents.Count == 0 || extents[^1].Start <= start;
        extents.Add((start, start + length, entry));
    }

    /// <summary>Marks each entry that begins before one in front of it ended, and those that reach into the directory.</summary>
    public void MarkOverlaps(long directory, Action<string, string> note)
    {
        if (!ordered) extents.Sort((a, b) => a.Start.CompareTo(b.Start));

        var reached = long.MinValue;
        var count = 0;
        foreach (var (start, end, entry) in extents)
        {
            if (start < reached || end > directory)
            {
                count++;
                entry?.Overlaps = true;
            }

            reached = Math.Max(reached, end);
        }

        if (count > 0) note($"{count} zip entries overlap others or the directory (a zip bomb or a damaged archive) and are not opened", Notes.Malformed);
    }
}
