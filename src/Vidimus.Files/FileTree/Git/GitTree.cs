using Vidimus.Files.Formats.Git;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Git;

/// <summary>The files of a commit of a git repository, read from its objects: bare or not, loose or packed, SHA-1 or SHA-256.</summary>
/// <remarks>Not for several threads.</remarks>
public sealed class GitTree : IFileTree
{
    private const int Deepest = 1024;
    private const int MostEntries = 5_000_000;
    private const int MostTags = 10;

    private readonly GitRepository repository;
    private readonly string root;

    /// <param name="commit">A hash or the beginning of one, a branch, a tag, HEAD.</param>
    /// <exception cref="TargetException">There is no such repository or commit, or it cannot be read.</exception>
    public GitTree(string path, string commit)
    {
        repository = new(path);
        try
        {
            (Commit, root) = TreeOf(repository.Resolve(commit));
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            repository.Dispose();
            throw new TargetException($"{PathText.Display(path)} cannot be read at {PathText.Display(commit)}: {e.Message}", e);
        }
        catch (TargetException)
        {
            repository.Dispose();
            throw;
        }
    }

    /// <summary>The commit's hash.</summary>
    public string Commit { get; }

    /// <inheritdoc/>
    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        var notes = new NoteBook(visitor);
        var waiting = new Stack<(string Path, string Tree, int Depth)>([("", root, 0)]);
        var entries = 0;
        while (waiting.TryPop(out var folder))
        {
            if (Tree(folder.Path, folder.Tree, notes) is not { } tree) continue;
            var below = new List<(string, string, int)>();
            foreach (var (mode, name, id) in Entries(tree, folder.Path, notes))
            {
                cancel.ThrowIfCancellationRequested();
                if (++entries > MostEntries)
                {
                    notes.Add(Notes.Limit, folder.Path, $"the commit has more than {MostEntries} entries; the others are not read");
                    return;
                }

                var path = folder.Path.Length == 0 ? name : $"{folder.Path}/{name}";
                Offer(path, mode, id, visitor, notes);
                if (mode != FolderMode || !visitor.Enters(path)) continue;
                if (folder.Depth == Deepest) notes.Add(Notes.Limit, path, $"folders nested more than {Deepest} deep are not entered");
                else below.Add((path, id, folder.Depth + 1));
            }

            for (var i = below.Count - 1; i >= 0; i--) waiting.Push(below[i]);
        }
    }

    public void Dispose() => repository.Dispose();

    private const uint FolderMode = 0x4000;
    private const uint LinkMode = 0xA000;
    private const uint ModuleMode = 0xE000;

    /// <summary>A commit, or the one that a tag leads to, and its tree: the first line of either names the next object.</summary>
    private (string Commit, string Tree) TreeOf(string name)
    {
        for (var hops = 0; hops < MostTags; hops++)
        {
            var found = repository.Read(name) ?? throw new InvalidDataException($"the repository does not hold the object {name}");
            var word = found.Kind switch { GitKind.Commit => "tree ", GitKind.Tag => "object ", _ => throw new InvalidDataException($"{name} is no commit") };
            var text = System.Text.Encoding.ASCII.GetString(found.Bytes, 0, Math.Min(found.Bytes.Length, 100));
            var next = text.StartsWith(word, StringComparison.Ordinal) ? text[word.Length..].Split('\n')[0] : "";
            if (next.Length != repository.NameLength * 2 || !GitId.IsHex(next)) throw new InvalidDataException($"the object {name} is damaged");
            if (found.Kind is GitKind.Commit) return (name, next);
            name = next;
        }

        throw new InvalidDataException("a tag leads to tags without end");
    }

    private byte[]? Tree(string path, string name, NoteBook notes)
    {
        try
        {
            if (repository.Read(name) is not { } found) notes.Add(Notes.Unreadable, path, $"the repository does not hold the folder's object {name}");
            else if (found.Kind is GitKind.Tree) return found.Bytes;
            else notes.Add(Notes.Malformed, path, "should be a folder and is none");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            notes.Add(Notes.Malformed, path, e.Message);
        }

        return null;
    }

    /// <summary>A tree's entries: <c>MODE NAME\0</c> and the object's name in bytes.</summary>
    private IEnumerable<(uint Mode, string Name, string Id)> Entries(byte[] tree, string path, NoteBook notes)
    {
        for (var at = 0; at < tree.Length;)
        {
            uint mode = 0;
            for (; at < tree.Length && tree[at] is >= (byte)'0' and <= (byte)'7' && mode < 1 << 20; at++) mode = (mode << 3) | (uint)(tree[at] - '0');
            var end = Array.IndexOf(tree, (byte)0, at);
            if (at >= tree.Length || tree[at] != ' ' || end < 0 || end + 1 + repository.NameLength > tree.Length)
            {
                notes.Add(Notes.Malformed, path, "the folder's object is damaged");
                yield break;
            }

            var name = PathText.Decode(tree.AsSpan(at + 1, end - at - 1));
            var id = Convert.ToHexStringLower(tree, end + 1, repository.NameLength);
            at = end + 1 + repository.NameLength;
            if (name is "" or "." or ".." || name.Contains('/', StringComparison.Ordinal)) notes.Add(Notes.Malformed, path, "a name that leads out of the folder is left out");
            else yield return (mode, name, id);
        }
    }

    private void Offer(string path, uint mode, string id, IFileVisitor visitor, NoteBook notes)
    {
        var type = mode & 0xF000;
        if (type == ModuleMode)
        {
            notes.Add(Notes.Information, path, $"is a submodule at {id}, a repository of its own, and is not read");
            return;
        }

        var kind = type switch { FolderMode => FileKind.Folder, LinkMode => FileKind.SymbolicLink, _ => FileKind.File };
        var entry = new FileEntry(path, kind, Mode: kind is FileKind.File ? mode & 0xFFFu : 0);
        var interest = visitor.InterestIn(path, kind);
        if (interest is Interest.None || (interest is Interest.ContentIfExecutable && !(kind is FileKind.File && entry.IsExecutable))) return;
        if (kind is FileKind.Folder)
        {
            visitor.Visit(entry, null);
            return;
        }

        try
        {
            if (repository.Open(id) is not { } file)
            {
                notes.Add(Notes.Unreadable, path, $"the repository does not hold its object {id}");
                return;
            }

            using (file.Content)
            {
                if (kind is FileKind.SymbolicLink) visitor.Visit(entry with { LinkTarget = Target(file) }, null);
                else visitor.Visit(entry with { Size = file.Size }, interest is Interest.Entry ? null : file.Content);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            notes.Add(Notes.Malformed, path, e.Message);
        }
    }

    private static string Target((long Size, Stream Content) file)
    {
        if (file.Size > 4096) throw new InvalidDataException($"a symbolic link of {file.Size} bytes, more than a path may have");
        var target = new byte[file.Size];
        file.Content.ReadExactly(target);
        return PathText.Decode(target);
    }
}
