using System.Buffers;
using System.Security.Cryptography;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>A file while collectors look at it: bytes in memory, in a temporary file, or read where they lie when the source can seek. Its bytes leave the source once.</summary>
internal sealed class ScannedFile : SourceFile, IDisposable
{
    private readonly Action<Note> note;
    private readonly Func<string, (ScannedFile File, bool Owned)?>? companion;
    private readonly List<ScannedFile> opened = [];
    private readonly Stream? source;
    private readonly bool owns;
    private byte[]? bytes;
    private int length;

    private ScannedFile(FileEntry entry, Stream? source, bool owns, Action<Note> note, Func<string, (ScannedFile File, bool Owned)?>? companion)
    {
        Entry = entry;
        this.source = source;
        this.owns = owns;
        this.note = note;
        this.companion = companion;
    }

    public override FileEntry Entry { get; }

    /// <summary>A file whose source can seek: nothing is copied, except that a small one is read whole.</summary>
    /// <param name="owns">Whether the content is closed with the file.</param>
    public static ScannedFile InPlace(FileEntry entry, Stream content, bool owns, Action<Note> note, Func<string, (ScannedFile File, bool Owned)?>? companion, bool whole)
    {
        var file = new ScannedFile(entry, content, owns, note, companion);
        if (whole && entry.Size is > 0 and <= 256 << 10) file.length = Fill(content, file.bytes = ArrayPool<byte>.Shared.Rent((int)entry.Size), (int)entry.Size);
        return file;
    }

    /// <summary>A file of an archive: its bytes are taken out before the archive goes on.</summary>
    /// <param name="head">What was already read of it.</param>
    /// <returns>Null when it is larger than the options allow.</returns>
    public static ScannedFile? Spool(FileEntry entry, ReadOnlySpan<byte> head, Stream content, ScanOptions options, Action<Note> note, Func<string, (ScannedFile File, bool Owned)?>? companion)
    {
        if (entry.Size > options.LargestFile) return null;
        if (entry.Size <= options.MemoryForOneFile)
        {
            var file = new ScannedFile(entry, null, false, note, companion) { bytes = ArrayPool<byte>.Shared.Rent((int)Math.Max(entry.Size, head.Length)) };
            head.CopyTo(file.bytes);
            file.length = head.Length + Fill(content, file.bytes.AsSpan(head.Length), (int)entry.Size - head.Length);
            return file;
        }

        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var spool = new FileStream(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"vidimus-{Guid.NewGuid():N}"), how);
        spool.Write(head);
        content.CopyTo(spool, 256 << 10);
        return new(entry, spool, owns: true, note, companion);
    }

    public override Stream OpenRead() => bytes is not null ? new MemoryStream(bytes, 0, length, writable: false) : new View(source!, Entry.Size);

    public override ReadOnlyMemory<byte> ReadAll(int limit = 64 << 20)
    {
        if (bytes is not null) return length <= limit ? bytes.AsMemory(0, length) : throw TooLarge(limit);
        if (Entry.Size > limit) throw TooLarge(limit);

        bytes = ArrayPool<byte>.Shared.Rent((int)Entry.Size);
        source!.Position = 0;
        length = Fill(source, bytes, (int)Entry.Size);
        return bytes.AsMemory(0, length);
    }

    public override SourceFile? Companion(string name)
    {
        if (companion?.Invoke(Folder.Length == 0 ? name : $"{Folder}/{name}") is not { } found) return null;
        if (found.Owned) opened.Add(found.File);
        return found.File;
    }

    public override void Note(string message, string kind = Notes.Malformed) => note(new(kind, Path, message));

    /// <summary>The first bytes, fewer when the file is shorter.</summary>
    public int Peek(Span<byte> head)
    {
        using var stream = OpenRead();
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
    }

    /// <summary>The digest of one kind, or of all.</summary>
    public FileDigests Digest(DigestKind? only)
    {
        var kinds = only is { } one ? [one] : new[] { DigestKind.Md5, DigestKind.Sha1, DigestKind.Sha256 };
        var hashes = kinds.Select(k => IncrementalHash.CreateHash(k switch
        {
            DigestKind.Md5 => HashAlgorithmName.MD5,
            DigestKind.Sha1 => HashAlgorithmName.SHA1,
            _ => HashAlgorithmName.SHA256,
        })).ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(128 << 10);
        try
        {
            using var stream = OpenRead();
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                foreach (var hash in hashes) hash.AppendData(buffer, 0, read);
            }

            var digests = new byte[3][];
            for (var i = 0; i < kinds.Length; i++) digests[(int)kinds[i]] = hashes[i].GetHashAndReset();
            return new(digests[0], digests[1], digests[2]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var hash in hashes) hash.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var file in opened) file.Dispose();
        if (owns) source?.Dispose();
        if (bytes is not null) ArrayPool<byte>.Shared.Return(bytes);
        bytes = null;
    }

    private static int Fill(Stream content, Span<byte> buffer, int size) => content.ReadAtLeast(buffer[..size], size, throwOnEndOfStream: false);

    private InvalidDataException TooLarge(int limit) => new($"the file has {Entry.Size} bytes, more than the {limit} that are read");

    /// <summary>A reader of its own over a shared source.</summary>
    private sealed class View(Stream source, long size) : Stream
    {
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => size;

        public override long Position
        {
            get => position;
            set => position = value >= 0 ? value : throw new IOException("before the beginning of the file");
        }

        public override int Read(Span<byte> buffer)
        {
            if (position >= size) return 0;
            if (buffer.Length > size - position) buffer = buffer[..(int)(size - position)];
            source.Position = position;
            var read = source.Read(buffer);
            position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => position + offset,
            _ => size + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
