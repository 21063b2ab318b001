using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Reading;

/// <summary>An unpacked entry of an archive, as a file for those who read files; its notes are the archive's.</summary>
internal sealed class EntryFile(SourceFile archive, string name, byte[] bytes) : SourceFile
{
    public override FileEntry Entry { get; } = new(name, FileKind.File, bytes.Length, 0);

    public override Stream OpenRead() => new MemoryStream(bytes, writable: false);

    public override ReadOnlyMemory<byte> ReadAll(int limit = 64 << 20) => bytes.Length <= limit ? bytes : throw new InvalidDataException($"{name}: larger than {limit} bytes");

    public override SourceFile? Companion(string name) => null;

    public override void Note(string message, string kind = Notes.Malformed) => archive.Note($"{Path}: {message}", kind);
}
