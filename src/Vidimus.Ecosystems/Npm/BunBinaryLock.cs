using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Npm;

/// <summary>Reads bun's binary lock file, <c>bun.lockb</c>, formats 2 (bun up to 1.2) and 3: bun's own tables as they lie in memory, little-endian.</summary>
/// <remarks>
/// <para>Format: bun's source, <c>lockfile/bun.lockb</c>. Behind a line for the shell and one with the format's name: the format (4 bytes), a hash (32) and the length of all; then of the packages'
/// table the number of rows, an alignment, the number of columns (8), its first byte and the one behind it (8 bytes each). Its columns stand one behind the other: the name (8),
/// the name's hash (8), the resolution (64; in format 3, whose numbers of versions are twice as wide, 72), the places of its dependencies and of their resolutions (8 each), and three not needed here.</para>
/// <para>Then six buffers, each with its first byte and the one behind it: trees, hoisted dependencies, resolutions (a package's row each, 4), dependencies (26: the name, its hash,
/// what it is for, …), external strings, and the bytes of strings. A text (8 bytes) stands in itself, or, with the highest bit set, as place and length in the last buffer.</para>
/// </remarks>
public sealed class BunBinaryLock : ICollector
{
    private const int MostBytes = 64 << 20;

    private static ReadOnlySpan<byte> Magic => "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"u8;

    public string Name => "npm/bun-lockb";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["**/bun.lockb"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Folder.Split('/').Contains("node_modules")) return [];

        var bytes = file.ReadAll(MostBytes).Span;
        var head = Magic.Length;
        if (!bytes.StartsWith(Magic) || bytes.Length < head + 84) throw new InvalidDataException("The file is not bun's binary lock file.");
        var format = BinaryPrimitives.ReadUInt32LittleEndian(bytes[head..]);
        if (format is 2 or 3) return Take(new Tables(bytes, head + 44, format), new PackageList(file), cancel);

        file.Note($"bun's binary lock file of format {format}, which is not known", Notes.Unsupported);
        return [];
    }

    private static IReadOnlyList<Package> Take(in Tables tables, PackageList found, CancellationToken cancel)
    {
        var total = 0L;
        for (var row = 0; row < tables.Count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            var needs = tables.Needs(row);
            if ((total += needs.Count) > tables.Dependencies) throw new InvalidDataException("In bun's lock file several packages have the same dependencies' places.");
            for (var i = 0; i < needs.Count; i++)
            {
                var (to, purpose) = tables.Need(needs.First + i);
                if (to >= (uint)tables.Count) continue; // an optional one or a peer that was not resolved
                if (tables.Kind(row) is Kind.Root or Kind.Workspace) found.Graph.AddRoot(Key((int)to), (purpose & Purpose.Dev) != 0 ? "dev" : (purpose & Purpose.Optional) != 0 ? "optional" : null);
                else found.Graph.AddEdge(Key(row), Key((int)to), (purpose & Purpose.Optional) != 0);
            }
        }

        var scopes = found.Graph.Scopes();
        for (var row = 0; row < tables.Count; row++)
        {
            if (tables.Kind(row) is Kind.Npm) found.Add(tables.NameOf(row), tables.VersionOf(row), scopes.GetValueOrDefault(Key(row)), Key(row));
            else if (tables.Kind(row) is Kind.Tarball or Kind.RemoteTarball or Kind.GitHub or Kind.Git) found.Add(tables.NameOf(row), "", scopes.GetValueOrDefault(Key(row)), Key(row));
        }

        return found.Packages;
    }

    private static string Key(int row) => row.ToString(CultureInfo.InvariantCulture);

    /// <summary>From where a package comes. Others are folders, links and single files: the user's own.</summary>
    private static class Kind
    {
        public const byte Root = 1;
        public const byte Npm = 2;
        public const byte Tarball = 8;
        public const byte GitHub = 16;
        public const byte Git = 32;
        public const byte Workspace = 72;
        public const byte RemoteTarball = 80;
    }

    /// <summary>Bits of what a dependency is for.</summary>
    private static class Purpose
    {
        public const byte Optional = 4;
        public const byte Dev = 8;
    }

    /// <summary>The tables, each place checked to lie in the file before it is read.</summary>
    private readonly ref struct Tables
    {
        private const int DependencySize = 26;

        private readonly ReadOnlySpan<byte> names;
        private readonly ReadOnlySpan<byte> origins;
        private readonly ReadOnlySpan<byte> needs;
        private readonly ReadOnlySpan<byte> resolutions;
        private readonly ReadOnlySpan<byte> dependencies;
        private readonly ReadOnlySpan<byte> texts;
        private readonly int originSize;
        private readonly int numberSize;

        public Tables(ReadOnlySpan<byte> file, int at, uint format)
        {
            (originSize, numberSize) = format == 2 ? (64, 4) : (72, 8);
            var rows = Number(file, at + 0);
            if (rows > file.Length / originSize) throw Torn();
            Count = rows;

            var (begin, end) = (Number(file, at + 24), Number(file, at + 32));
            if (Number(file, at + 16) != 8) throw new InvalidDataException("The table of packages in bun's lock file has other columns than the format.");
            names = Part(file, begin, begin + (8L * rows));
            origins = Part(file, begin + (16L * rows), begin + ((16L + originSize) * rows));
            needs = Part(file, begin + ((16L + originSize) * rows), begin + ((24L + originSize) * rows));

            resolutions = dependencies = texts = default;
            for (var (buffer, place) = (0, end); buffer < 6; buffer++)
            {
                var (from, behind) = (Number(file, place), Number(file, place + 8));
                var part = Part(file, from, behind);
                if (buffer == 2) resolutions = part;
                else if (buffer == 3) dependencies = part;
                else if (buffer == 5) texts = part;
                place = behind;
            }
        }

        public int Count { get; }

        public int Dependencies => dependencies.Length / DependencySize;

        public byte Kind(int row) => origins[row * originSize];

        public string NameOf(int row) => Text(names[(row * 8)..]);

        /// <summary>Of npm's: an address (8), three numbers, in format 2 filled up to 16 bytes, and what stands behind <c>-</c> and <c>+</c>, each with a hash.</summary>
        public string VersionOf(int row)
        {
            var version = origins.Slice(row * originSize, originSize)[16..];
            var tag = numberSize == 4 ? 16 : 24;
            var (pre, build) = (Text(version[tag..]), Text(version[(tag + 16)..]));
            return string.Create(CultureInfo.InvariantCulture, $"{Part(version, 0)}.{Part(version, 1)}.{Part(version, 2)}{(pre.Length > 0 ? "-" : "")}{pre}{(build.Length > 0 ? "+" : "")}{build}");
        }

        public (int First, int Count) Needs(int row)
        {
            var (first, count) = (BinaryPrimitives.ReadUInt32LittleEndian(needs[(row * 8)..]), BinaryPrimitives.ReadUInt32LittleEndian(needs[((row * 8) + 4)..]));
            if (first + (long)count > Math.Min(Dependencies, resolutions.Length / 4)) throw Torn();
            return ((int)first, (int)count);
        }

        /// <summary>A dependency's package, where it has one, and what it is for.</summary>
        public (uint Row, byte Purpose) Need(int at) => (BinaryPrimitives.ReadUInt32LittleEndian(resolutions[(at * 4)..]), dependencies[(at * DependencySize) + 16]);

        private ulong Part(ReadOnlySpan<byte> version, int number) =>
            numberSize == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(version[(number * 4)..]) : BinaryPrimitives.ReadUInt64LittleEndian(version[(number * 8)..]);

        private string Text(ReadOnlySpan<byte> text)
        {
            text = text[..8];
            if ((text[7] & 0x80) == 0) return Encoding.UTF8.GetString(text.TrimEnd((byte)0));
            var (place, length) = (BinaryPrimitives.ReadUInt32LittleEndian(text), BinaryPrimitives.ReadUInt32LittleEndian(text[4..]) & 0x7FFFFFFF);
            return Encoding.UTF8.GetString(Part(texts, place, place + (long)length)[..(int)Math.Min(length, 2048)]);
        }

        private static int Number(ReadOnlySpan<byte> file, int at)
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(Part(file, at, at + 8L));
            return number <= (ulong)file.Length ? (int)number : throw Torn();
        }

        private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, long from, long behind) => from >= 0 && from <= behind && behind <= bytes.Length ? bytes[(int)from..(int)behind] : throw Torn();

        private static InvalidDataException Torn() => new("bun's lock file is torn: it tells of places behind its end.");
    }
}
