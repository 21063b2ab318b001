using Vidimus.Ecosystems.Reading;
using Vidimus.Files.Formats.Archives;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Python;

/// <summary>Reads packed Python distributions: wheels (<c>*.dist-info/METADATA</c> inside) and eggs (<c>EGG-INFO/PKG-INFO</c>).</summary>
/// <remarks>Format: the binary distribution format (packaging.python.org) and setuptools' eggs: both are zips. An unpacked egg is a folder, whose files are read by <see cref="PythonMetadata"/>.</remarks>
public sealed class PythonArchive : ICollector
{
    private const int MostMetadata = 1 << 20;

    private static readonly ZipLimits Limits = new() { EntryBytes = MostMetadata, TotalBytes = 16 * MostMetadata };

    public string Name => "python/archive";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [FileGlob.Of("**/*.whl", ignoreCase: true), FileGlob.Of("**/*.egg", ignoreCase: true)];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        using var stream = file.OpenRead();
        var zip = ZipArchiveReader.Open(stream, Limits, file.Note, IsMetadata, new ZipBudget(Limits.TotalBytes));
        var facts = new List<Fact>();
        foreach (var item in zip.Entries.Take(16))
        {
            using var bytes = zip.OpenRead(item);
            if (bytes is null) continue;
            var content = new MemoryStream();
            bytes.CopyTo(content);
            foreach (var fact in new PythonMetadata().Collect(new EntryFile(file, item.Name, content.ToArray()), cancel)) facts.Add(fact is Package package ? package with { Entry = item.Name } : fact);
        }

        if (facts.Count == 0) file.Note("no metadata inside, as every wheel and egg has it");
        return facts;
    }

    /// <summary>Whether a path names a packed distribution.</summary>
    internal static bool IsPacked(string path) =>
        path.EndsWith(".whl", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>NAME.dist-info/METADATA</c> at the top, or <c>EGG-INFO/PKG-INFO</c>.</summary>
    private static bool IsMetadata(ReadOnlySpan<byte> name)
    {
        if (System.Text.Ascii.EqualsIgnoreCase(name, "EGG-INFO/PKG-INFO"u8)) return true;
        const string Tail = ".dist-info/METADATA";
        return name.Length > Tail.Length && System.Text.Ascii.EqualsIgnoreCase(name[^Tail.Length..], Tail) && name.IndexOf((byte)'/') == name.Length - "/METADATA".Length;
    }
}
