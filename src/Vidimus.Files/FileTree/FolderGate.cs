using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree;

/// <summary>Asks a visitor of an archive about the folders above an entry, once for each run of entries in the same folder.</summary>
internal sealed class FolderGate(IFileVisitor visitor)
{
    private string folder = "";
    private bool enters = true;

    /// <summary>Whether all folders above a path are entered.</summary>
    public bool Enters(ReadOnlySpan<char> path)
    {
        var slash = path.LastIndexOf('/');
        var parent = slash < 0 ? default : path[..slash];
        if (parent.SequenceEqual(folder)) return enters;

        // What was entered and is still above needs no second question.
        var known = enters ? folder : "";
        folder = parent.ToString();
        enters = true;
        for (var at = 0; at < folder.Length && enters;)
        {
            var next = folder.IndexOf('/', at);
            var end = next < 0 ? folder.Length : next;
            var above = known.Length >= end && known.AsSpan(0, end).SequenceEqual(folder.AsSpan(0, end)) && (known.Length == end || known[end] == '/');
            enters = above || visitor.Enters(folder[..end]);
            at = end + 1;
        }

        return enters;
    }
}
