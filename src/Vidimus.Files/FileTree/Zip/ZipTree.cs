using Microsoft.Win32.SafeHandles;
using Vidimus.Files.FileTree.Tar;
using Vidimus.Files.Formats.Archives;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Files.FileTree.Zip;

/// <summary>A zip file as a tree: a function's or layer's package, a release. One that is itself a package (a jar, a wheel) is a tree of that one file, which its collector reads.</summary>
/// <remarks>Entries come in the order of the central directory; of several with one name the last counts, as for whoever unpacks it.</remarks>
public sealed class ZipTree : IFileTree
{
    private const int LongestTarget = 4096;
    private const int MostRepeatsNoted = 20;
    private const uint TypeMask = 0xF000;

    /// <summary>Without modes (an archive made on Windows) any file may be a program; looking at its first bytes tells.</summary>
    private const uint ModeOfUnknown = 0b111_101_101;

    /// <summary>An entry may be as large as a file of any other archive; a zip of more than this in all is no package of anything.</summary>
    private static readonly ZipLimits Limits = new() { EntryBytes = 4L << 30, TotalBytes = 16L << 30 };

    private static readonly string[] Packages = [".jar", ".war", ".ear", ".par", ".sar", ".hpi", ".jpi", ".whl", ".egg", ".nupkg"];

    private readonly string name;
    private readonly SafeFileHandle file;

    /// <exception cref="TargetException">It cannot be opened or is no zip.</exception>
    public ZipTree(string path)
    {
        name = Path.GetFileName(path);
        file = TargetFile.Open(path);
        try
        {
            using var whole = Whole();
            ZipArchiveReader.Open(whole, Limits with { Entries = 0 }, (_, _) => { });
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            file.Dispose();
            throw new TargetException($"{PathText.Display(path)} cannot be read as a zip archive: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        using var whole = Whole();
        if (Packages.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
        {
            if (visitor.InterestIn(name, FileKind.File) is Interest.Content) visitor.Visit(new(name, FileKind.File, whole.Length, ModeOfUnknown), whole);
            return;
        }

        new Pass(visitor).Run(whole, cancel);
    }

    public void Dispose() => file.Dispose();

    private FileSlice Whole() => new(file, 0, RandomAccess.GetLength(file));

    private sealed class Pass(IFileVisitor visitor)
    {
        private readonly NoteBook notes = new(visitor);
        private readonly FolderGate gate = new(visitor);
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private int repeats;
        private string path = "";

        public void Run(Stream whole, CancellationToken cancel)
        {
            var archive = ZipArchiveReader.Open(whole, Limits, (message, kind) => notes.Add(kind, path, message));
            foreach (var entry in archive.Entries)
            {
                cancel.ThrowIfCancellationRequested();
                path = PathOf(entry);
                if (path.Length == 0 || !gate.Enters(path)) continue;
                if (!names.Add(path) && !entry.IsFolder && ++repeats <= MostRepeatsNoted) notes.Add(Notes.Information, path, "is in the archive more than once; the last one counts");
                try
                {
                    Offer(archive, entry);
                }
                catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
                {
                    notes.Add(Notes.Malformed, path, e.Message);
                }
            }
        }

        private void Offer(ZipArchiveReader archive, ZipEntry entry)
        {
            var kind = entry.IsFolder ? FileKind.Folder : (entry.UnixMode & TypeMask) switch { 0 or 0x8000 => FileKind.File, 0x4000 => FileKind.Folder, 0xA000 => FileKind.SymbolicLink, _ => FileKind.Other };
            var mode = entry.UnixMode == 0 ? ModeOfUnknown : entry.UnixMode & 0xFFFu;
            var found = new FileEntry(path, kind, kind is FileKind.File ? entry.Size : 0, mode, Modified: entry.Modified);
            switch (visitor.InterestIn(path, kind))
            {
                case Interest.Content when kind is FileKind.File:
                case Interest.ContentIfExecutable when kind is FileKind.File && found.IsExecutable:
                    using (var content = archive.OpenRead(entry))
                    {
                        if (content is not null) visitor.Visit(found, content);
                    }

                    break;
                case Interest.Entry or Interest.Content:
                    visitor.Visit(kind is FileKind.SymbolicLink ? found with { LinkTarget = Target(archive, entry) } : found, null);
                    break;
            }
        }

        private static string? Target(ZipArchiveReader archive, ZipEntry entry) => entry.Size <= LongestTarget && archive.Read(entry) is { } target ? PathText.Decode(target) : null;

        /// <summary>The name as a tree's path; empty, with a note, for one that leads out of it.</summary>
        private string PathOf(ZipEntry entry)
        {
            // Programs on Windows that write backslashes write no slashes.
            var text = (entry.IsFromDos && !entry.Name.Contains('/', StringComparison.Ordinal) ? entry.Name.Replace('\\', '/') : entry.Name).ToCharArray();
            if (TarPath.Normalise(text) is >= 0 and var length && !text.Contains('\0')) return new(text, 0, length);
            notes.Add(Notes.Malformed, entry.Name, "a name that leads out of the archive is left out");
            return "";
        }
    }
}
