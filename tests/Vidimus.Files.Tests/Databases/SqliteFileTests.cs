using System.Globalization;
using System.Text;
using Vidimus.Files.Formats.Databases;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Databases;

/// <summary>The judge is SQLite itself, through Python's module: it writes databases at random and reads back copies of the same files.</summary>
public class SqliteFileTests
{
    /// <summary>Writes databases 0.db, 1.db, …, some with a log beside them, copied while a connection is open in the middle of a transaction, and what SQLite reads from
    /// the copies as lines of table, row id and values.</summary>
    private const string Writer = """
        import os, random, shutil, sqlite3, struct, sys
        r = random.Random(int(sys.argv[1]))

        def value():
            k = r.randrange(9)
            if k == 0: return None
            if k == 1: return r.choice([0, 1, -1, 127, -128, 128, 32767, -32769, 8388607, 2147483648, -140737488355328, 140737488355328, 2**63 - 1, -2**63])
            if k == 2: return r.uniform(-1e9, 1e9)
            if k == 3: return ''.join(r.choice('abc\u00e9\u4e2d\U0001F600') for _ in range(r.randrange(40)))
            if k == 4: return b''
            return r.randbytes(r.choice([3, 30, 300, 480, 1000, 5000, 40000, 140000]))

        def show(v):
            if v is None: return 'n'
            if isinstance(v, int): return 'i%d' % v
            if isinstance(v, float): return 'd' + struct.pack('>d', v).hex()
            if isinstance(v, str): return 's' + v.encode().hex()
            return 'b' + v.hex()

        def resum(path):
            # The same log as a big-endian machine writes it.
            data = bytearray(open(path, 'rb').read())
            struct.pack_into('>I', data, 0, 0x377F0683)
            page = struct.unpack_from('>I', data, 8)[0]
            def add(s, part):
                a, b = s
                w = struct.unpack('>%dI' % (len(part) // 4), part)
                for x, y in zip(w[::2], w[1::2]):
                    a = (a + x + b) & 0xFFFFFFFF
                    b = (b + y + a) & 0xFFFFFFFF
                return a, b
            s = add((0, 0), data[:24])
            struct.pack_into('>II', data, 24, *s)
            for at in range(32, len(data) - page - 23, page + 24):
                s = add(add(s, data[at:at + 8]), data[at + 24:at + 24 + page])
                struct.pack_into('>II', data, at + 16, *s)
            open(path, 'wb').write(data)

        for n in range(int(sys.argv[2])):
            name = 'work.db'
            for end in ('', '-wal', '-shm', '-journal'):
                if os.path.exists(name + end): os.remove(name + end)
            page = 512 << r.randrange(8)
            c = sqlite3.connect(name, isolation_level=None)
            c.execute('pragma page_size=%d' % page)
            c.execute('pragma encoding="%s"' % r.choice(['UTF-8', 'UTF-16le', 'UTF-16be']))
            c.execute('pragma user_version=1')
            if r.randrange(3) == 0:
                # Bytes that SQLite leaves free at the end of every page; nothing but the header asks for them.
                c.close()
                data = bytearray(open(name, 'rb').read())
                data[20] = r.choice([4, 8, 32])
                struct.pack_into('>H', data, 105, (page - data[20]) & 0xFFFF)
                open(name, 'wb').write(data)
                c = sqlite3.connect(name, isolation_level=None)
            wal = r.randrange(3) > 0
            c.execute('pragma journal_mode=%s' % ('wal' if wal else 'delete'))
            c.execute('pragma wal_autocheckpoint=0')
            c.execute('pragma cache_size=%d' % r.choice([1, 5, 2000]))
            for i in range(r.randrange(30)): c.execute('create table filler%d (a, b, c, "a rather long name of a column that fills the page")' % i)
            c.execute('create table Packages (hnum integer primary key, blob blob, more)')
            c.execute('create index byMore on Packages (more)')
            c.execute('create table plain (a, b)')
            c.execute('create table keyed (k text primary key, v) without rowid')
            c.execute('insert into keyed values (1, 2)')
            for step in range(r.randrange(1, 6)):
                c.execute('begin')
                for i in range(r.randrange(60)):
                    k = r.randrange(10)
                    if k < 6: c.execute('insert or replace into Packages values (?, ?, ?)', (r.choice([None, r.randrange(1000), r.randrange(-2**40, 2**40)]), value(), value()))
                    elif k < 8: c.execute('insert into plain (a, b) values (?, ?)', (value(), value()))
                    elif k == 8: c.execute('update Packages set blob = ? where hnum %% %d = 1' % r.randrange(2, 9), (value(),))
                    else: c.execute('delete from Packages where hnum %% %d = 0' % r.randrange(2, 9))
                c.execute(r.choice(['commit', 'commit', 'commit', 'rollback']))
                if r.randrange(4) == 0: c.execute('pragma wal_checkpoint(%s)' % r.choice(['passive', 'full', 'restart', 'truncate']))
                if r.randrange(6) == 0: c.execute('alter table plain add column added%d' % step)
            if wal and r.randrange(2):
                c.execute('pragma cache_size=1')
                c.execute('begin')
                for i in range(40): c.execute('insert into plain (a) values (?)', (r.randbytes(3000),))
            out = '%d.db' % n
            shutil.copy(name, out)
            if os.path.exists(name + '-wal'):
                shutil.copy(name + '-wal', out + '-wal')
                size = os.path.getsize(out + '-wal')
                if size > 100:
                    if r.randrange(3) == 0: resum(out + '-wal')
                    k = r.randrange(4)
                    data = bytearray(open(out + '-wal', 'rb').read())
                    if k == 0: data[r.randrange(32, size)] ^= 1 << r.randrange(8)
                    if k == 1: data = data[:r.randrange(32, size)]
                    open(out + '-wal', 'wb').write(data)
            c.close()
            shutil.copy(out, 'judge.db')
            for end in ('-wal', '-shm'):
                if os.path.exists('judge.db' + end): os.remove('judge.db' + end)
            if os.path.exists(out + '-wal'): shutil.copy(out + '-wal', 'judge.db-wal')
            j = sqlite3.connect('judge.db')
            with open('%d.rows' % n, 'w') as f:
                for table in ('Packages', 'plain'):
                    try:
                        rows = j.execute('select rowid, * from %s order by rowid' % table).fetchall()
                    except sqlite3.OperationalError as e:
                        if 'no such table' not in str(e): raise
                        f.write('%s absent\n' % table)
                        continue
                    for row in rows: f.write('%s %d %s\n' % (table, row[0], ' '.join(show(v) for v in row[1:])))
            j.close()
        """;

    [Fact]
    public void ReadsWhatSqliteReads()
    {
        const int Count = 60;
        RealTool.Require("python3");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["writer.py"], Writer);
        RealTool.Run("python3", ["writer.py", "7", $"{Count}"], folder: folder.Path);

        var logsThatMatter = 0;
        for (var n = 0; n < Count; n++)
        {
            var expected = File.ReadAllLines(folder[$"{n}.rows"]).Select(Cut).ToList();
            Assert.Equal(expected, Read(folder[$"{n}.db"], folder[$"{n}.db-wal"]).Select(Cut));
            if (File.Exists(folder[$"{n}.db-wal"]) && !expected.SequenceEqual(Read(folder[$"{n}.db"], log: null).Select(Cut))) logsThatMatter++;
        }

        Assert.True(logsThatMatter > 10);
    }

    private static List<string> Read(string path, string? log)
    {
        using var database = File.OpenRead(path);
        using var logged = File.Exists(log) ? File.OpenRead(log) : null;
        var file = new SqliteFile(database, logged);
        var lines = new List<string>();
        foreach (var table in new[] { "Packages", "plain" })
        {
            try
            {
                lines.AddRange(file.Rows(table).Select(row => Line(table, row)));
            }
            catch (InvalidDataException e) when (e.Message.Contains("has no table", StringComparison.Ordinal))
            {
                lines.Add($"{table} absent");
            }
        }

        return lines;
    }

    /// <summary>SQLite adds a null for each column that is younger than the row; the row id stands in place of the integer key, which is a null in the file.</summary>
    private static string Cut(string line)
    {
        while (line.EndsWith(" n", StringComparison.Ordinal)) line = line[..^2];
        return line;
    }

    private static string Line(string table, SqliteRow row)
    {
        var values = row.Values.Select((value, column) => value switch
        {
            null when table is "Packages" && column == 0 => $"i{row.Id}",
            null => "n",
            long number => $"i{number}",
            double number => "d" + BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture),
            string text => "s" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
            ReadOnlyMemory<byte> bytes => "b" + Convert.ToHexStringLower(bytes.Span),
            _ => throw new InvalidOperationException(),
        });
        return $"{table} {row.Id} {string.Join(' ', values)}";
    }

    [Fact]
    public void SaysWhatItDoesNotRead()
    {
        using var folder = Places.Temporary();
        var bytes = Small(folder);
        Assert.Equal("A table WITHOUT ROWID is not supported.", Assert.Throws<InvalidDataException>(() => new SqliteFile(new MemoryStream(bytes)).Rows("keyed").Count()).Message);
        Assert.Equal("The database has no table nothing.", Assert.Throws<InvalidDataException>(() => new SqliteFile(new MemoryStream(bytes)).Rows("nothing").Count()).Message);
        Assert.Throws<InvalidDataException>(() => new SqliteFile(new MemoryStream("SQLite format 2"u8.ToArray())));
        Assert.Throws<InvalidDataException>(() => new SqliteFile(new MemoryStream()));
    }

    [Fact]
    public void SurvivesDamage()
    {
        using var folder = Places.Temporary();
        var bytes = Small(folder);
        var lengths = Enumerable.Range(0, bytes.Length / 37).Select(i => bytes[..(i * 37)]);
        foreach (var copy in lengths.Concat(Mutations.Of(bytes, seed: 8, count: 3000)))
        {
            try
            {
                Assert.InRange(new SqliteFile(new MemoryStream(copy), new MemoryStream(copy)).Rows("Packages").Take(100_000).Count(), 0, 99_999);
            }
            catch (InvalidDataException)
            {
                // The one answer to damage.
            }
        }
    }

    /// <summary>A tree whose inner page names itself.</summary>
    [Fact]
    public void EndsInACircle()
    {
        using var folder = Places.Temporary();
        var bytes = Small(folder);
        for (var page = 1; page < bytes.Length / 512; page++)
        {
            if (bytes[page * 512] != 5) continue;
            bytes[(page * 512) + 11] = (byte)(page + 1);
        }

        Assert.Contains("used twice", Assert.Throws<InvalidDataException>(() => new SqliteFile(new MemoryStream(bytes)).Rows("Packages").Count()).Message, StringComparison.Ordinal);
    }

    /// <summary>A leaf whose hundred pointers all name the same row.</summary>
    [Fact]
    public void RefusesRowsThatOverlap()
    {
        using var folder = Places.Temporary();
        var bytes = Small(folder);
        for (var page = 512; page < bytes.Length; page += 512)
        {
            if (bytes[page] != 13) continue;
            bytes[page + 4] = 100;
            for (var cell = 1; cell < 100; cell++) bytes.AsSpan(page + 8, 2).CopyTo(bytes.AsSpan(page + 8 + (2 * cell)));
        }

        Assert.Equal("The rows of a page overlap.", Assert.Throws<InvalidDataException>(() => new SqliteFile(new MemoryStream(bytes)).Rows("Packages").Count()).Message);
    }

    private static byte[] Small(TemporaryFolder folder)
    {
        RealTool.Require("python3");
        RealTool.Run("python3", ["-c", """
            import sqlite3
            c = sqlite3.connect('small.db')
            c.execute('pragma page_size=512')
            c.execute('create table Packages (hnum integer primary key, blob blob)')
            c.execute('create table keyed (k primary key, v) without rowid')
            for i in range(60): c.execute('insert into Packages values (?, ?)', (i, bytes(i * 37 % 1500)))
            c.commit()
            """], folder: folder.Path);
        return File.ReadAllBytes(folder["small.db"]);
    }
}
