using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Testing;

/// <summary>A file in memory as the runner hands it to a collector; keeps the notes it is given.</summary>
public sealed class TestFile(string path, byte[] bytes, uint mode = 0b110_100_100) : SourceFile
{
    private readonly Lock turn = new();
    private readonly Dictionary<string, TestFile> companions = new(StringComparer.Ordinal);

    public TestFile(string path, string text) : this(path, Encoding.UTF8.GetBytes(text))
    {
    }

    public override FileEntry Entry { get; } = new(path, FileKind.File, bytes.Length, mode);

    /// <summary>What the collector noted.</summary>
    public List<Note> Notes { get; } = [];

    /// <summary>A file of the host under the path that it has in the scanned tree.</summary>
    public static TestFile Of(string hostPath, string path) => new(path, File.ReadAllBytes(hostPath), OperatingSystem.IsWindows() ? 0 : (uint)File.GetUnixFileMode(hostPath));

    /// <summary>Adds a file of the same folder.</summary>
    public TestFile With(TestFile companion)
    {
        companions[companion.Name] = companion;
        return this;
    }

    public override Stream OpenRead() => new MemoryStream(bytes, writable: false);

    public override ReadOnlyMemory<byte> ReadAll(int limit = 64 << 20) => bytes.Length <= limit ? bytes : throw new InvalidDataException($"larger than {limit} bytes");

    public override SourceFile? Companion(string name) => companions.GetValueOrDefault(name);

    public override void Note(string message, string kind = Model.Inventory.Notes.Malformed)
    {
        lock (turn) Notes.Add(new(kind, Path, message));
    }

    /// <summary>Runs a collector on it, as the runner does: what a collector may throw becomes a note, anything else is the test's failure.</summary>
    public IReadOnlyList<Fact> Collect(ICollector collector)
    {
        var facts = new List<Fact>();
        try
        {
            foreach (var fact in collector.Collect(this, CancellationToken.None)) facts.Add(fact);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or System.Text.Json.JsonException)
        {
            Note(e.Message);
        }

        return facts;
    }

    /// <summary>The packages among <see cref="Collect"/>'s facts.</summary>
    public IReadOnlyList<Package> Packages(ICollector collector) => [.. Collect(collector).OfType<Package>()];
}
