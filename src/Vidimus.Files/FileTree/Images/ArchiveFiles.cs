using Microsoft.Win32.SafeHandles;
using Vidimus.Files.FileTree.Tar;
using Vidimus.Files.Formats.Compression;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree.Images;

/// <summary>An image in a tar archive: one pass over its headers, then its files as slices. A compressed archive is first unpacked into a temporary file.</summary>
internal sealed class ArchiveFiles : ImageFiles
{
    private const int MostEntries = 100_000;
    private const int MostLinks = 10;
    private const long MostSpooled = 16L << 30;

    private readonly SafeFileHandle file;
    private readonly Dictionary<string, (long Start, long Length, string? Link)> entries = new(StringComparer.Ordinal);

    /// <exception cref="TargetException">The file cannot be opened.</exception>
    /// <exception cref="InvalidDataException">It is no readable archive.</exception>
    public ArchiveFiles(string path)
    {
        file = Plain(TargetFile.Open(path));
        try
        {
            ReadNames();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override Stream? Open(string path)
    {
        for (var links = 0; links <= MostLinks && entries.TryGetValue(path, out var entry); links++)
        {
            if (entry.Link is null) return new FileSlice(file, entry.Start, entry.Length);
            path = entry.Link;
        }

        return null;
    }

    protected override void Dispose(bool disposing) => file.Dispose();

    private static SafeFileHandle Plain(SafeFileHandle file)
    {
        Span<byte> magic = stackalloc byte[Decompression.MagicLength];
        var kind = Decompression.KindOf(magic[..RandomAccess.Read(file, magic, 0)]);
        if (kind is Compression.None) return file;

        using (file)
        {
            using var compressed = new FileSlice(file, 0, RandomAccess.GetLength(file));
            using var stream = Decompression.Open(compressed, kind);
            return Spool(stream);
        }
    }

    /// <summary>Unpacks into a file without a name, at most half of what the disk has left.</summary>
    private static SafeFileHandle Spool(Stream stream)
    {
        var folder = Path.GetTempPath();
        var most = Math.Min(MostSpooled, new DriveInfo(folder).AvailableFreeSpace / 2);
        var name = Path.Combine(folder, $"vidimus-{Guid.NewGuid():N}");
        var spool = File.OpenHandle(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            File.Delete(name);
            var buffer = new byte[256 << 10];
            for (long length = 0; stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) is > 0 and var read; length += read)
            {
                if (length + read > most) throw new InvalidDataException($"unpacked it is larger than the {most >> 20} MiB that may be used in {folder}; unpack it first");
                RandomAccess.Write(spool, buffer.AsSpan(0, read), length);
            }

            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private void ReadNames()
    {
        using var source = new FileSource(file, 0, RandomAccess.GetLength(file));
        var reader = new TarReader(source);
        for (var count = 0; reader.Next(); count++)
        {
            if (count == MostEntries) throw new InvalidDataException($"it has more than {MostEntries} entries, which no image archive has");
            if (reader.Fault is not null || reader.IsSparse) continue;

            var path = reader.Path.ToString();
            if (reader.Kind is FileKind.File) entries[path] = (reader.ContentStart, reader.Size, null);
            else if (reader.Kind is FileKind.HardLink) entries[path] = (0, 0, reader.Entry().LinkTarget);
            else if (reader.Kind is FileKind.SymbolicLink) entries[path] = (0, 0, Resolve(path, reader.Entry().LinkTarget!));
        }
    }

    /// <summary>A link's target as a path of the archive; links to links on the way are not followed.</summary>
    private static string Resolve(string path, string target)
    {
        var segments = target.StartsWith('/') ? [] : path.Split('/')[..^1].ToList();
        foreach (var segment in target.Split('/'))
        {
            if (segment is "..") segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
            else if (segment is not ("" or ".")) segments.Add(segment);
        }

        return string.Join('/', segments);
    }
}
