using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace Vidimus.Files.Formats.Databases;

/// <summary>Reads the rows of a SQLite database, with its write-ahead log, from streams; changes nothing and runs no SQL.</summary>
/// <remarks>
/// Format: "Database File Format" of the SQLite documentation. Only tables with a row id; every page is read at most once in a walk, so a lying file ends in an
/// <see cref="InvalidDataException"/> and not in a circle. A rollback journal is not looked at: what an interrupted writer left is read as it lies.
/// </remarks>
public sealed class SqliteFile
{
    /// <summary>What a row may hold in memory, far beyond the header of any real package; rpm allows its headers 256 MiB, SQLite its rows near 2 GiB.</summary>
    private const int MostPayload = 64 << 20;

    /// <summary>SQLite's own trees are at most 20 deep.</summary>
    private const int MostDepth = 32;

    private const byte InteriorTable = 5;
    private const byte LeafTable = 13;

    private readonly Stream database;
    private readonly SqliteLog? log;
    private readonly int pageSize;
    private readonly int usable;
    private readonly uint pages;
    private readonly Encoding encoding;
    private byte[] payload = new byte[4096];

    /// <summary>Opens a database.</summary>
    /// <param name="database">Seekable.</param>
    /// <param name="writeAheadLog">The file beside it that ends in <c>-wal</c>, seekable; its committed part is the newer state of the pages.</param>
    /// <exception cref="InvalidDataException">It is no SQLite database, or a later kind of it.</exception>
    public SqliteFile(Stream database, Stream? writeAheadLog = null)
    {
        this.database = database;
        log = writeAheadLog is null ? null : SqliteLog.Open(writeAheadLog);

        Span<byte> header = stackalloc byte[100];
        if (!ReadHeader(header) || !IsSqlite(header)) throw new InvalidDataException("This is no SQLite database.");

        pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is 1 ? 65536 : BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        usable = pageSize - header[20];
        if (pageSize < 512 || !int.IsPow2(pageSize) || usable < 480) throw new InvalidDataException($"A SQLite page cannot have {pageSize} bytes with {header[20]} reserved.");
        if (header[19] > 2) throw new InvalidDataException($"SQLite's file format {header[19]} is not known.");
        if (log is not null && log.PageSize != pageSize) log = null;

        pages = log is null ? (uint)Math.Min(database.Length / pageSize, uint.MaxValue) : log.Pages;
        encoding = BinaryPrimitives.ReadUInt32BigEndian(header[56..]) switch
        {
            2 => Encoding.Unicode,
            3 => Encoding.BigEndianUnicode,
            _ => Encoding.UTF8,
        };
    }

    /// <summary>Whether a file begins as SQLite's do.</summary>
    public static bool IsSqlite(ReadOnlySpan<byte> head) => head.StartsWith("SQLite format 3\0"u8);

    /// <summary>The rows of a table, by their ids. A row's blobs are valid until the next row is asked for.</summary>
    /// <exception cref="InvalidDataException">The table is not there, has no row ids, or its pages do not follow the format.</exception>
    public IEnumerable<SqliteRow> Rows(string table)
    {
        uint root = 0;
        foreach (var row in Walk(1))
        {
            if (row.Text(0) is "table" && string.Equals(row.Text(1), table, StringComparison.OrdinalIgnoreCase)) root = (uint)Math.Clamp(row.Integer(3) ?? 0, 0, uint.MaxValue);
        }

        if (root == 0) throw new InvalidDataException($"The database has no table {table}.");
        return Walk(root);
    }

    private bool ReadHeader(Span<byte> header)
    {
        if (log?.Find(1) is { } frame)
        {
            log.Read(frame, 0, header);
            return true;
        }

        database.Position = 0;
        return database.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length;
    }

    /// <summary>The leaves of a table's tree from left to right.</summary>
    private IEnumerable<SqliteRow> Walk(uint root)
    {
        var visited = new PageSet(pages, database.Length / pageSize);
        var path = new List<Node>();
        Enter(root, 0);
        var depth = 0;
        while (depth >= 0)
        {
            var node = path[depth];
            if (node.Next > node.Cells || (node.Next == node.Cells && node.IsLeaf))
            {
                depth--;
                continue;
            }

            var cell = node.Next++;
            if (node.IsLeaf) yield return Row(node, cell, visited);
            else Enter(cell == node.Cells ? node.RightMost : node.Child(cell), ++depth);
        }

        void Enter(uint page, int depth)
        {
            if (depth >= MostDepth) throw new InvalidDataException("The table's tree is deeper than any that SQLite makes.");
            if (path.Count == depth) path.Add(new(new byte[pageSize]));
            visited.Add(page);
            ReadPage(page, 0, path[depth].Page);
            path[depth].Begin(page, usable);
        }
    }

    private SqliteRow Row(Node node, int cell, PageSet visited)
    {
        var text = node.Cell(cell, usable);
        var length = Varint(ref text);
        var id = (long)Varint(ref text);
        if (length > MostPayload || length > (ulong)pages * (ulong)usable) throw new InvalidDataException($"Row {id} claims {length} bytes, more than the database or the limit allow.");

        // How much of a row lies on its leaf, the format's section 1.6.
        var total = (int)length;
        var most = usable - 35;
        var least = ((usable - 12) * 32 / 255) - 23;
        var surplus = least + ((total - least) % (usable - 4));
        var local = total <= most ? total : surplus <= most ? surplus : least;
        if (text.Length < local + (local < total ? 4 : 0)) throw new InvalidDataException($"Row {id} leaves its page.");

        node.Spend(local, usable);
        Reserve(local);
        text[..local].CopyTo(payload);
        if (local < total) ReadOverflow(BinaryPrimitives.ReadUInt32BigEndian(text[local..]), local, total, visited);
        return SqliteRow.Decode(id, payload.AsMemory(0, total), encoding);
    }

    /// <summary>Follows a chain of overflow pages; the buffer grows with what is really there, never with what is claimed.</summary>
    private void ReadOverflow(uint page, int position, int total, PageSet visited)
    {
        Span<byte> next = stackalloc byte[4];
        while (position < total)
        {
            visited.Add(page);
            var part = Math.Min(total - position, usable - 4);
            Reserve(position + part);
            ReadPage(page, 0, next);
            ReadPage(page, 4, payload.AsSpan(position, part));
            position += part;
            page = BinaryPrimitives.ReadUInt32BigEndian(next);
        }
    }

    private void Reserve(int length)
    {
        if (payload.Length < length) Array.Resize(ref payload, Math.Max(length, (int)Math.Min(2L * payload.Length, MostPayload)));
    }

    private void ReadPage(uint page, int offset, Span<byte> into)
    {
        if (page == 0 || page > pages) throw new InvalidDataException($"Page {page} is not in the database of {pages} pages.");
        if (log?.Find(page) is { } frame)
        {
            log.Read(frame, offset, into);
            return;
        }

        database.Position = ((long)(page - 1) * pageSize) + offset;
        if (database.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length) throw new InvalidDataException($"The file ends before page {page} does.");
    }

    /// <summary>SQLite's number of 1 to 9 bytes: seven bits each, the most significant first, all eight of the ninth.</summary>
    internal static ulong Varint(ref ReadOnlySpan<byte> text)
    {
        var value = 0UL;
        for (var i = 0; i < 9; i++)
        {
            if (i >= text.Length) throw new InvalidDataException("A number leaves its page.");
            var b = text[i];
            if (i == 8) value = (value << 8) | b;
            else value = (value << 7) | (b & 0x7FU);
            if (i < 8 && b >= 0x80) continue;
            text = text[(i + 1)..];
            return value;
        }

        throw new InvalidDataException("A number does not end.");
    }

    /// <summary>A page of a table's tree and how far it was walked.</summary>
    private sealed class Node(byte[] page)
    {
        private int start;
        private int spent;

        public byte[] Page => page;

        public bool IsLeaf { get; private set; }

        public int Cells { get; private set; }

        public int Next { get; set; }

        public uint RightMost => BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(start + 8));

        private int Pointers => start + (IsLeaf ? 8 : 12);

        /// <summary>Takes the page that was just read into <see cref="Page"/>; the first one begins behind the database's header.</summary>
        public void Begin(uint number, int usable)
        {
            start = number == 1 ? 100 : 0;
            if (page[start] is not (LeafTable or InteriorTable))
            {
                throw new InvalidDataException(page[start] is 2 or 10 ? "A table WITHOUT ROWID is not supported." : $"Page {number} is not a page of a table.");
            }

            IsLeaf = page[start] is LeafTable;
            Cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
            Next = 0;
            spent = 0;
            if (Pointers + (2 * Cells) > usable) throw new InvalidDataException($"Page {number} claims more cells than it can hold.");
        }

        public ReadOnlySpan<byte> Cell(int cell, int usable)
        {
            int offset = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(Pointers + (2 * cell)));
            return offset < usable ? page.AsSpan(offset, usable - offset) : throw new InvalidDataException("A cell lies outside its page.");
        }

        /// <summary>Counts what the rows take of the page: pointers that all name one long row would make a small file cost hours.</summary>
        public void Spend(int length, int usable)
        {
            spent += length + 1;
            if (spent > usable) throw new InvalidDataException("The rows of a page overlap.");
        }

        public uint Child(int cell) => Cell(cell, page.Length) is { Length: >= 4 } text ? BinaryPrimitives.ReadUInt32BigEndian(text) : throw new InvalidDataException("A cell leaves its page.");
    }

    /// <summary>The pages that a walk has read. Those past the file's end lie in the log and are few.</summary>
    private sealed class PageSet(uint pages, long inFile)
    {
        private readonly BitArray low = new((int)Math.Min(inFile + 1, int.MaxValue));
        private readonly HashSet<uint> high = [];

        public void Add(uint page)
        {
            if (page == 0 || page > pages) throw new InvalidDataException($"Page {page} is not in the database of {pages} pages.");

            var isNew = page < low.Length ? !low[(int)page] : high.Add(page);
            if (!isNew) throw new InvalidDataException($"Page {page} is used twice.");
            if (page < low.Length) low[(int)page] = true;
        }
    }
}
