using System.Buffers.Binary;
using System.Text.Json;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>The state of one walk.</summary>
internal sealed class LayerPass(
    CollectorIndex index, ScanOptions options, IOpenableTree? live, bool isLayer, Dictionary<string, string>? otherNames, CancellationToken cancel) : IFileVisitor, IDisposable
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueName = ".wh..wh..opq";

    private readonly Dictionary<string, FileFacts> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScannedFile> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> hardLinks = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> names = (otherNames ?? []).Keys.ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly List<string> whiteouts = [];
    private readonly List<string> opaques = [];
    private readonly List<LinkFact> links = [];
    private readonly List<ulong> covers = [];
    private readonly List<FileEntry> candidates = [];
    private readonly List<Note> notes = [];
    private long notesLeftOut;
    private long spooled;
    private int entries;
    private int packages;

    public IReadOnlyList<FileFacts> Files => [.. files.Values];

    public IReadOnlyList<Note> Notes => notesLeftOut == 0 ? notes : [.. notes, new(Model.Inventory.Notes.Limit, "", $"{notesLeftOut} more notes were counted and not kept")];

    /// <summary>Gives wanted hard links the facts of their file where it was wanted too, and names the rest: by the file's path, the path of the link.</summary>
    public Dictionary<string, string> ResolveHardLinks()
    {
        var missing = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (link, named) in hardLinks.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            var target = named;
            for (var hops = 0; hops < 40 && hardLinks.TryGetValue(target, out var further) && !files.ContainsKey(target); hops++) target = further;
            if (target == link || hardLinks.ContainsKey(target) && !files.ContainsKey(target)) Note(new(Model.Inventory.Notes.Malformed, link, $"a hard link to itself or in a circle, by {PathText.Display(named)}"));
            else if (!index.Subscribers(link, executable: false, out _).SequenceEqual(index.Subscribers(target, executable: false, out _)) || waiting.ContainsKey(target)) missing.TryAdd(target, link);
            else if (files.TryGetValue(target, out var file)) files[link] = file with { Entry = file.Entry with { Path = link } };
        }

        return missing;
    }

    public bool Enters(string folder)
    {
        if (!options.Excludes(folder)) return true;
        Note(new(Model.Inventory.Notes.Skipped, folder, "excluded"));
        return false;
    }

    public Interest InterestIn(ReadOnlySpan<char> path, FileKind kind)
    {
        if ((++entries & 1023) == 0)
        {
            options.Progress.AddEntries(1024);
            cancel.ThrowIfCancellationRequested();
        }

        if (otherNames is not null) return names.Contains(path) ? Interest.Content : Interest.None;
        if (kind is FileKind.Folder) return Interest.None;
        if (isLayer)
        {
            if (path[(path.LastIndexOf('/') + 1)..].StartsWith(WhiteoutPrefix, StringComparison.Ordinal)) return Interest.Entry;
            covers.Add(PathHash.Of(path));
        }

        var interest = kind is FileKind.Other ? Interest.None : index.InterestIn(path);
        if (interest is not Interest.None && options.Exclude.Count > 0 && options.Excludes(path)) return Interest.None;
        return interest is not Interest.Content && kind is FileKind.SymbolicLink or FileKind.Unknown && index.LeadsToWellKnown(path) ? Interest.Entry : interest;
    }

    public void Visit(FileEntry entry, Stream? content)
    {
        var slash = entry.Path.LastIndexOf('/');
        if (isLayer && entry.Path.AsSpan(slash + 1).StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
        {
            Whiteout(entry.Path, slash);
        }
        else if (entry.Kind is FileKind.SymbolicLink)
        {
            if (live is null && entry.LinkTarget is { } target && (index.WellKnown.Contains(entry.Path) || index.LeadsToWellKnown(entry.Path))) links.Add(new(entry.Path, target));
        }
        else if (entry.Kind is FileKind.HardLink)
        {
            if (entry.LinkTarget is { } file && index.InterestIn(entry.Path) is Interest.Content) hardLinks[entry.Path] = file;
        }
        else if (content is not null)
        {
            if (otherNames is not null) entry = entry with { Path = otherNames[entry.Path] };
            Take(entry, content);
        }
    }

    public void Note(Note note)
    {
        if (notes.Count < options.MostNotes) notes.Add(note);
        else notesLeftOut++;
    }

    public void AddFiles(IReadOnlyList<FileFacts> more)
    {
        foreach (var file in more) files[file.Entry.Path] = file;
    }

    /// <summary>Looks for well-known files that the walk did not meet because they are, or lie under, links.</summary>
    public void FollowLinks(IOpenableTree tree)
    {
        foreach (var path in index.WellKnown)
        {
            if (files.ContainsKey(path) || options.Excludes(path) || tree.Open(path) is not { } found) continue;
            using (found.Content)
            {
                if (found.Entry.Path != path && files.ContainsKey(found.Entry.Path)) continue;
                Take(found.Entry with { Path = path }, found.Content);
            }
        }
    }

    /// <summary>Collects from the files that waited for their companions.</summary>
    public void FinishWaiting()
    {
        foreach (var (path, file) in waiting.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            var subscribers = index.Subscribers(path, executable: false, out _);
            if (subscribers.Count > 0) Collect(file, subscribers);
        }
    }

    /// <summary>Asks the collectors for unowned files, now that the databases are known: of each file that none claims.</summary>
    public void CollectUnowned(IOpenableTree tree, Func<OwnedFiles, bool> mayOwn)
    {
        var claimed = Ownership.Claimed(candidates.Select(c => c.Path), files.Values.SelectMany(f => f.Facts).OfType<OwnedFiles>().Where(mayOwn));
        var accounted = new AccountedFolders(files.Values.SelectMany(f => f.Facts));
        foreach (var entry in candidates.Where(c => !claimed.Contains(c.Path)).OrderBy(c => c.Path, StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            var isAccounted = accounted.Holds(entry.Path);
            var asked = index.Subscribers(entry.Path, entry.IsExecutable, out _).FindAll(s => index.OnlyUnowned(s) && !(isAccounted && index.Collectors[s].OnlyUnaccounted));
            if (asked.Count == 0 || tree.Open(entry.Path) is not { } found) continue;
            using (found.Content)
            {
                using var file = ScannedFile.InPlace(entry, found.Content, owns: false, Note, null, whole: false);
                if (!IsProgram(file)) continue;
                var more = Facts(file, asked);
                if (more.Count > 0) files[entry.Path] = files.TryGetValue(entry.Path, out var known) ? known with { Facts = [.. known.Facts, .. more] } : new(entry, more, null);
            }
        }
    }

    public LayerFacts ToFacts()
    {
        options.Progress.AddEntries(entries & 1023);
        var covered = isLayer ? covers.Distinct().Order().ToArray() : [];
        return new(
            index.Signature,
            [.. files.Values.OrderBy(f => f.Entry.Path, StringComparer.Ordinal)],
            [.. whiteouts.Distinct().Order(StringComparer.Ordinal)],
            [.. opaques.Distinct().Order(StringComparer.Ordinal)],
            [.. links.DistinctBy(l => l.Path).OrderBy(l => l.Path, StringComparer.Ordinal)],
            covered,
            [.. Notes.OrderBy(n => n.Path, StringComparer.Ordinal).ThenBy(n => n.Kind, StringComparer.Ordinal).ThenBy(n => n.Message, StringComparer.Ordinal)]);
    }

    public void Dispose()
    {
        foreach (var file in waiting.Values) file.Dispose();
    }

    private void Whiteout(string path, int slash)
    {
        var folder = slash < 0 ? "" : path[..slash];
        if (path.AsSpan(slash + 1) is OpaqueName) opaques.Add(folder);
        else whiteouts.Add(folder.Length == 0 ? path[WhiteoutPrefix.Length..] : $"{folder}/{path.AsSpan(slash + 1 + WhiteoutPrefix.Length)}");
    }

    private void Take(FileEntry entry, Stream content)
    {
        var subscribers = index.Subscribers(entry.Path, entry.IsExecutable, out var companion);
        if (subscribers.Count == 0 && !companion) return;
        if (live is not null && subscribers.Exists(index.OnlyUnowned))
        {
            candidates.Add(entry); // whether it is owned is known when the walk is done
            subscribers.RemoveAll(index.OnlyUnowned);
            if (subscribers.Count == 0 && !companion) return;
        }

        var byModeOnly = !companion && index.InterestIn(entry.Path) is not Interest.Content;
        var waits = live is null && (companion || subscribers.Any(s => index.Collectors[s].Companions.Count > 0));

        if (content.CanSeek && !waits)
        {
            if (subscribers.Count == 0) return; // a live tree's companions are opened when they are asked for
            using var file = ScannedFile.InPlace(entry, content, owns: false, Note, Beside, whole: !byModeOnly);
            if (!byModeOnly || IsProgram(file)) Collect(file, subscribers);
            else files.Remove(entry.Path);
            return;
        }

        Span<byte> head = stackalloc byte[4];
        head = head[..(byModeOnly ? content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) : 0)];
        if (byModeOnly && !IsProgram(head))
        {
            files.Remove(entry.Path); // of several entries of one path the archive's last counts
            return;
        }

        if (waits && (spooled += entry.Size) > options.LargestSpool)
        {
            Note(new(Model.Inventory.Notes.Limit, entry.Path, "too much waits for companions; not read"));
        }
        else if (ScannedFile.Spool(entry, head, content, options, Note, Beside) is not { } spool)
        {
            Note(new(Model.Inventory.Notes.Limit, entry.Path, $"the file has {entry.Size} bytes, more than the {options.LargestFile} that are read"));
        }
        else if (waits)
        {
            if (waiting.Remove(entry.Path, out var earlier)) earlier.Dispose();
            waiting[entry.Path] = spool;
        }
        else
        {
            using (spool) Collect(spool, subscribers);
        }
    }

    /// <summary>A companion: opened on a live tree, among those that wait in an archive.</summary>
    private (ScannedFile File, bool Owned)? Beside(string path)
    {
        if (live is null) return waiting.TryGetValue(path, out var file) ? (file, false) : null;
        return live.Open(path) is { } found ? (ScannedFile.InPlace(found.Entry, found.Content, owns: true, Note, null, whole: false), true) : null;
    }

    private void Collect(ScannedFile file, List<int> subscribers)
    {
        var facts = Facts(file, subscribers);
        if (facts.Count == 0)
        {
            files.Remove(file.Path);
            return;
        }

        var found = new FileFacts(file.Entry, facts, null);
        if (live is null && Ownership.HoldsLanguagePackage(found)) found = found with { Digests = Attempt(file, () => file.Digest(null)) };
        files[file.Path] = found;
    }

    private List<Fact> Facts(ScannedFile file, IEnumerable<int> subscribers)
    {
        options.Progress.AddFile(file.Entry.Size);
        var facts = new List<Fact>();
        foreach (var subscriber in subscribers)
        {
            var collector = index.Collectors[subscriber];
            Attempt(file, () =>
            {
                foreach (var fact in collector.Collect(file, cancel))
                {
                    if (fact is Package && ++packages > options.MostPackages)
                    {
                        file.Note($"more than {options.MostPackages} packages in all; the rest of this file was not read", Model.Inventory.Notes.Limit);
                        break;
                    }

                    facts.Add(fact);
                }

                return collector;
            });
        }

        return facts;
    }

    /// <summary>What goes wrong in one file is a note on that file and never the end of the scan.</summary>
    private static T? Attempt<T>(ScannedFile file, Func<T> work)
        where T : class
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException or FormatException)
        {
            file.Note(e.Message);
        }
        catch (IOException e)
        {
            file.Note(e.Message, Model.Inventory.Notes.Unreadable);
        }
#pragma warning disable CA1031 // A collector's mistake over hostile bytes must not take the other files' results with it; it is told as what it is.
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
#pragma warning restore CA1031
        {
            file.Note($"could not be understood ({e.GetType().Name}); please report this file", Model.Inventory.Notes.Unreadable);
        }

        return null;
    }

    private bool IsProgram(ScannedFile file)
    {
        Span<byte> head = stackalloc byte[4];
        try
        {
            return IsProgram(head[..file.Peek(head)]);
        }
        catch (IOException e)
        {
            Note(new(Model.Inventory.Notes.Unreadable, file.Path, e.Message));
            return false;
        }
    }

    /// <summary>ELF, PE and Mach-O (either byte order, 32 and 64 bits, and the fat form) by their first bytes.</summary>
    private static bool IsProgram(ReadOnlySpan<byte> head) =>
        head.StartsWith("\u007fELF"u8) || head.StartsWith("MZ"u8) ||
        (head.Length == 4 && BinaryPrimitives.ReadUInt32BigEndian(head) is 0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE or 0xCAFEBABE or 0xCAFEBABF);
}
