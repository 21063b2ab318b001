using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning.Tests;

/// <summary>A tree from a list of entries, in their order, as an archive has them: contents can't seek.</summary>
internal sealed class MemoryTree(params (FileEntry Entry, string? Text)[] entries) : IFileTree
{
    public static (FileEntry, string?) File(string path, string text, uint mode = 0b110_100_100) => (new(path, FileKind.File, Encoding.UTF8.GetByteCount(text), mode), text);

    public static (FileEntry, string?) Folder(string path) => (new(path, FileKind.Folder), null);

    public static (FileEntry, string?) Link(string path, string target) => (new(path, FileKind.SymbolicLink, LinkTarget: target), null);

    public static (FileEntry, string?) HardLink(string path, string target) => (new(path, FileKind.HardLink, LinkTarget: target), null);

    public int Walks { get; private set; }

    public void Walk(IFileVisitor visitor, CancellationToken cancel)
    {
        Walks++;
        foreach (var (entry, text) in entries)
        {
            var interest = visitor.InterestIn(entry.Path, entry.Kind);
            if (interest is Interest.None) continue;
            if (interest is Interest.ContentIfExecutable && !(entry.Kind is FileKind.File && entry.IsExecutable)) continue;
            if (interest is Interest.Entry || text is null) visitor.Visit(entry, null);
            else visitor.Visit(entry, new ForwardOnly(Encoding.UTF8.GetBytes(text)));
        }
    }

    public void Dispose()
    {
    }

    private sealed class ForwardOnly(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;
    }
}

/// <summary>An image of such trees.</summary>
internal sealed class MemoryImage(params MemoryTree[] trees) : IImage
{
    public string Digest => "sha256:image";

    public string? Architecture => "amd64";

    public string? OperatingSystem => "linux";

    public IReadOnlyList<Layer> Layers { get; } = [.. trees.Select((_, i) => new Layer($"sha256:blob{i}", $"sha256:layer{i}", null))];

    public IFileTree OpenLayer(int index) => trees[index];

    public void Dispose()
    {
    }
}

/// <summary>A format for tests: a file is lines of <c>TYPE NAME VERSION</c>, or <c>os ID VERSION</c>, or <c>owns NAME PATH MD5</c>; a companion <c>more</c> is read after it.</summary>
internal sealed class Lines(string name, IReadOnlyList<FileGlob> wants, IReadOnlyList<FileGlob>? companions = null) : ICollector
{
    public string Name => name;

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants => wants;

    public IReadOnlyList<FileGlob> Companions => companions ?? [];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        foreach (var fact in Read(file)) yield return fact;
        if (file.Companion("more") is { } more)
        {
            foreach (var fact in Read(more)) yield return fact;
        }
    }

    private static IEnumerable<Fact> Read(SourceFile file)
    {
        using var reader = new StreamReader(file.OpenRead());
        while (reader.ReadLine() is { } line)
        {
            yield return line.Split(' ') switch
            {
                ["os", var id, var version] => new OsRelease(id, version, null),
                ["owns", var owner, var path, var md5] => new OwnedFiles("deb", owner, DigestKind.Md5, [PathHash.Of(path)], Convert.FromHexString(md5)),
                [var type, var package, var version] => new Package { Type = type, Name = package, Version = version },
                ["torn"] => throw new InvalidDataException("torn"),
                ["broken"] => throw new InvalidCastException(),
                _ => throw new FormatException(line),
            };
        }
    }
}
