using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Testing;

/// <summary>A file of this machine, read in place, as the runner hands it to a collector; counts what is read of it.</summary>
public sealed class HostFile(string path) : SourceFile
{
    public override FileEntry Entry { get; } = new(path.TrimStart('/'), FileKind.File, new FileInfo(path).Length, OperatingSystem.IsWindows() ? 0 : (uint)File.GetUnixFileMode(path));

    public List<Note> Notes { get; } = [];

    /// <summary>Bytes that all its streams gave.</summary>
    public long BytesRead { get; private set; }

    public override Stream OpenRead() => new Counted(this, path);

    public override ReadOnlyMemory<byte> ReadAll(int limit = 64 << 20) => Length <= limit ? File.ReadAllBytes(path) : throw new InvalidDataException($"larger than {limit} bytes");

    public override SourceFile? Companion(string name) => null;

    public override void Note(string message, string kind = Model.Inventory.Notes.Malformed) => Notes.Add(new(kind, Path, message));

    private sealed class Counted(HostFile file, string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0)
    {
        /// <summary>The one way in which a class derived from FileStream reads: reading into a span ends here too.</summary>
        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            file.BytesRead += read;
            return read;
        }
    }
}
