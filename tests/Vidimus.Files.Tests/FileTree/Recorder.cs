using System.Security.Cryptography;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.Tests.FileTree;

/// <summary>Keeps what a walk gives: entries and the digests of their bytes.</summary>
internal sealed class Recorder(Func<string, FileKind, Interest>? wants = null, Func<string, bool>? enters = null) : IFileVisitor
{
    public Dictionary<string, FileEntry> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Digests { get; } = new(StringComparer.Ordinal);

    public List<Note> Notes { get; } = [];

    /// <summary>Called with each entry before its bytes are read.</summary>
    public Action<FileEntry>? Visiting { get; init; }

    public static Recorder Of(IFileTree tree, Func<string, FileKind, Interest>? wants = null)
    {
        var recorder = new Recorder(wants);
        tree.Walk(recorder, TestContext.Current.CancellationToken);
        return recorder;
    }

    public bool Enters(string folder) => enters?.Invoke(folder) ?? true;

    public Interest InterestIn(ReadOnlySpan<char> path, FileKind kind) => wants?.Invoke(path.ToString(), kind) ?? Interest.Content;

    public void Visit(FileEntry entry, Stream? content)
    {
        Visiting?.Invoke(entry);
        Entries[entry.Path] = entry;
        if (content is not null) Digests[entry.Path] = Convert.ToHexStringLower(SHA256.HashData(content));
    }

    public void Note(Note note) => Notes.Add(note);

    /// <summary>A line an entry, in order: what <see cref="Judge.Find"/> prints of the same tree. Hard links stand for the file they name.</summary>
    public List<string> Lines(bool withOwner = true, bool withTime = true)
    {
        var lines = new List<string>();
        foreach (var (path, named) in Entries)
        {
            var entry = named.Kind is FileKind.HardLink ? Entries[named.LinkTarget!] : named;
            var digest = entry.Kind is FileKind.File ? Digests[entry.Path] : "";
            lines.Add(Judge.Line(path, entry.Kind, entry.Size, entry.Mode, withOwner ? $"{entry.Uid}:{entry.Gid}" : "", withTime ? entry.Modified!.Value.ToUnixTimeSeconds() : 0, entry.LinkTarget ?? "", digest));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
