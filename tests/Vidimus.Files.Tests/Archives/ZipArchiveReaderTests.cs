using System.Security.Cryptography;
using System.Text;
using Vidimus.Files.Formats.Archives;
using Vidimus.Model.Inventory;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Archives;

/// <summary>The judge is Python's <c>zipfile</c>, which also writes the archives; <c>unzip</c> beside it.</summary>
public sealed class ZipArchiveReaderTests
{
    /// <summary>Writes archives of all the shapes that are read, and beside each what zipfile reads from it: name, size, checksum, SHA-256 of the bytes.</summary>
    private const string RandomZips = """
        import hashlib, io, os, random, sys, zipfile
        r = random.Random(int(sys.argv[2])); folder = sys.argv[1]
        class Pipe(io.RawIOBase):                       # can't seek: zipfile then writes data descriptors
            def __init__(self, f): self.f = f
            def writable(self): return True
            def write(self, b): return self.f.write(bytes(b))
        for i in range(60):
            path = os.path.join(folder, f'{i:03}.zip')
            with open(path, 'wb') as f:
                if r.random() < .4: f.write(b'#!/bin/sh\n' + r.randbytes(r.randrange(70000)))
                out = Pipe(f) if r.random() < .4 else f
                with zipfile.ZipFile(out, 'w', r.choice([0, 8])) as z:
                    for n in range(r.choice([0, 1, 3, 40, 300])):
                        name = r.choice(['a', 'ä/é', 'x/' * r.randrange(9), '../up', '/abs', 'same']) + str(r.randrange(50))
                        info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)); info.compress_type = r.choice([0, 8])
                        info.comment = r.randbytes(r.choice([0, 9])); info.extra = b'\x34\x12\x04\x00abcd' if r.random() < .2 else b''
                        body = r.choice([b'', b'a' * r.randrange(100000), r.randbytes(r.randrange(2000))])
                        with z.open(info, 'w', force_zip64=r.random() < .3) as e: e.write(body)
                    if r.random() < .3: z.comment = r.randbytes(r.randrange(65535))
            with zipfile.ZipFile(path) as z, open(path + '.txt', 'w', encoding='utf-8') as t:
                for e in z.infolist():
                    with z.open(e) as b: t.write(f'{e.filename}\t{e.file_size}\t{e.CRC:08x}\t{hashlib.sha256(b.read()).hexdigest()}\n')
        """;

    /// <summary>A zip with what a test wants to break: one stored entry <c>s</c>, one deflated <c>d</c>.</summary>
    private static byte[] Sample()
    {
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, level) in new[] { ("s", System.IO.Compression.CompressionLevel.NoCompression), ("d", System.IO.Compression.CompressionLevel.Optimal) })
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"{name} line\n", 300))));
            }
        }

        return bytes.ToArray();
    }

    [Fact]
    public void ReadsWhatPythonReads()
    {
        RealTool.Require("/usr/bin/python3");
        using var folder = Places.Temporary();
        File.WriteAllText(folder["make.py"], RandomZips);
        RealTool.Run("/usr/bin/python3", [folder["make.py"], folder.Path, "20261124"]);

        var entries = 0;
        foreach (var path in Directory.GetFiles(folder.Path, "*.zip"))
        {
            var notes = new List<string>();
            using var stream = File.OpenRead(path);
            var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => notes.Add(message));
            var read = zip.Entries.Select(e => $"{e.Name}\t{e.Size}\t{e.Crc:x8}\t{Convert.ToHexStringLower(SHA256.HashData(zip.Read(e) ?? []))}");
            Assert.Equal(File.ReadAllLines(path + ".txt"), read);
            Assert.Empty(notes);
            entries += zip.Entries.Count;
        }

        Assert.True(entries > 1000);
    }

    [Fact]
    public void ListsWhatUnzipLists()
    {
        RealTool.Require("unzip", "zip");
        using var folder = Places.Temporary();
        RealTool.Bash("mkdir -p in/sub; seq 5000 > in/numbers; echo x > in/sub/x; head -c 3000 /dev/urandom > in/random; (cd in; zip -q -r ../a.zip .; zip -q -z ../a.zip <<< 'a comment'); (cat a.zip) > b.zip; { echo '#!/bin/sh'; cat a.zip; } > c.zip; cp c.zip d.zip; zip -q -A d.zip", folder.Path);
        foreach (var name in new[] { "a.zip", "b.zip", "c.zip", "d.zip" })
        {
            // unzip -lv: length, method, size, cmpr, date, time, CRC-32, name
            var expected = RealTool.Try("unzip", ["-lv", name], folder: folder.Path).Output.Split('\n')
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f.Length == 8 && f[6].Length == 8 && f[6] != "--------" && f[0] != "Length")
                .Select(f => $"{f[7]} {f[0]} {f[2]} {f[6]}").ToArray();
            using var stream = File.OpenRead(folder[name]);
            var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => Assert.Fail(message));
            Assert.Equal(expected, zip.Entries.Select(e => $"{e.Name} {e.Size} {e.CompressedSize} {e.Crc:x8}"));
            Assert.Equal(4, expected.Length);
            Assert.All(zip.Entries, e => Assert.Equal(e.Size, zip.Read(e)!.Length));
        }
    }

    [Fact]
    public void ReadsZip64()
    {
        RealTool.Require("/usr/bin/python3");
        using var folder = Places.Temporary();
        RealTool.Run("/usr/bin/python3", ["-c", "import zipfile; z = zipfile.ZipFile('z.zip', 'w')\nfor i in range(70000): z.writestr(str(i), b'')\nz.close(); open('p.zip', 'wb').write(b'x' * 100000 + open('z.zip', 'rb').read())"], folder: folder.Path);
        foreach (var name in new[] { "z.zip", "p.zip" })
        {
            using var stream = File.OpenRead(folder[name]);
            var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => Assert.Fail(message));
            Assert.Equal(70000, zip.Entries.Count);
            Assert.Equal([], zip.Read(zip.Entries[^1])!);

            var notes = new List<string>();
            Assert.Equal(1000, ZipArchiveReader.Open(stream, new() { Entries = 1000 }, (_, kind) => notes.Add(kind)).Entries.Count);
            Assert.Equal([Notes.Limit], notes);
        }
    }

    [Fact]
    public void ListsEncryptedAndUnknownEntriesAndOpensNeither()
    {
        RealTool.Require("zip", "/usr/bin/python3");
        using var folder = Places.Temporary();
        RealTool.Bash("seq 100 > n; zip -q -P secret e.zip n; zip -q -Z bzip2 b.zip n", folder.Path);
        foreach (var (name, word) in new[] { ("e.zip", "encrypted"), ("b.zip", "method 12") })
        {
            var notes = new List<(string Message, string Kind)>();
            using var stream = File.OpenRead(folder[name]);
            var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, kind) => notes.Add((message, kind)));
            Assert.Null(zip.Read(Assert.Single(zip.Entries)));
            var note = Assert.Single(notes);
            Assert.Contains(word, note.Message, StringComparison.Ordinal);
            Assert.Equal(Notes.Unsupported, note.Kind);
        }
    }

    /// <summary>1,000 records of the directory on one local entry of 16 MB: unzip calls it a possible zip bomb.</summary>
    [Fact]
    public void RefusesOverlappingEntries()
    {
        RealTool.Require("unzip", "/usr/bin/python3");
        using var folder = Places.Temporary();
        RealTool.Run("/usr/bin/python3", ["-c", """
            import struct, zlib
            d = bytes(1 << 24); c = zlib.compressobj(9, 8, -15); p = c.compress(d) + c.flush(); crc = zlib.crc32(d)
            local = struct.pack('<4s5H3I2H', b'PK\3\4', 20, 0, 8, 0, 33, crc, len(p), len(d), 1, 0) + b'a' + p
            cd = b''.join(struct.pack('<4s6H3I5H2I', b'PK\1\2', 20, 20, 0, 8, 0, 33, crc, len(p), len(d), 1, 0, 0, 0, 0, 0, 0) + b'a' for i in range(1000))
            open('bomb.zip', 'wb').write(local + cd + struct.pack('<4s4H2IH', b'PK\5\6', 0, 0, 1000, 1000, len(cd), len(local), 0))
            """], folder: folder.Path);
        Assert.Contains("zip bomb", RealTool.Try("unzip", ["-tq", "bomb.zip"], folder: folder.Path) is var (_, output, error) ? output + error : "", StringComparison.Ordinal);

        var notes = new List<string>();
        using var stream = File.OpenRead(folder["bomb.zip"]);
        var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => notes.Add(message));
        Assert.Contains("999 zip entries overlap", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(1000, zip.Entries.Count);
        Assert.Single(zip.Entries, e => zip.Read(e) is not null);
    }

    [Fact]
    public void KeepsItsBounds()
    {
        using var stream = new MemoryStream(Sample());
        var notes = new List<string>();
        var zip = ZipArchiveReader.Open(stream, new() { EntryBytes = 10 }, (_, kind) => notes.Add(kind));
        Assert.All(zip.Entries, e => Assert.Null(zip.Read(e)));
        Assert.Equal([Notes.Limit, Notes.Limit], notes);

        notes.Clear();
        zip = ZipArchiveReader.Open(stream, new() { TotalBytes = 3000 }, (_, kind) => notes.Add(kind));
        Assert.NotNull(zip.Read(zip.Entries[0]));
        Assert.Null(zip.Read(zip.Entries[1]));
        Assert.Equal([Notes.Limit], notes);

        zip = ZipArchiveReader.Open(stream, new() { NameLength = 0 }, (_, kind) => notes.Add(kind));
        Assert.Empty(zip.Entries);
    }

    [Fact]
    public void ListsOnlyWhatIsWanted()
    {
        using var stream = new MemoryStream(Sample());
        var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => Assert.Fail(message), name => name.SequenceEqual("s"u8));
        var entry = Assert.Single(zip.Entries);
        using var inPlace = zip.OpenInPlace(entry)!;
        using var text = new StreamReader(inPlace);
        Assert.Equal(zip.Read(entry)!, Encoding.ASCII.GetBytes(text.ReadToEnd()));
    }

    [Fact]
    public void CarriesNamesThatAreNotUnicode()
    {
        var bytes = Sample();
        for (var i = 0; i < bytes.Length - 50; i++)
        {
            if (bytes.AsSpan(i).StartsWith("PK\u0001\u0002"u8)) bytes[i + 46] = 0xFF;
        }

        using var stream = new MemoryStream(bytes);
        var zip = ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => Assert.Fail(message));
        Assert.Equal(["\uDCFF", "\uDCFF"], zip.Entries.Select(e => e.Name)); // and a name may be there twice
        Assert.All(zip.Entries, e => Assert.NotNull(zip.Read(e)));
    }

    /// <summary>A comment may hold what looks like the end of an empty archive; Java's own reader is not misled either, and takes the record whose comment ends the file.</summary>
    [Fact]
    public void IsNotMisledByAComment()
    {
        byte[] comment = [.. "PK\u0005\u0006"u8, .. new byte[18], .. "tail"u8];
        var bytes = Sample();
        bytes[^2] = (byte)comment.Length;
        using var stream = new MemoryStream([.. bytes, .. comment]);
        Assert.Equal(2, ZipArchiveReader.Open(stream, ZipLimits.Default, (message, _) => Assert.Fail(message)).Entries.Count);

        using var padded = new MemoryStream([.. Sample(), .. new byte[100]]); // bytes after the end are no reason to give up
        Assert.Equal(2, ZipArchiveReader.Open(padded, ZipLimits.Default, (message, _) => Assert.Fail(message)).Entries.Count);
    }

    [Fact]
    public void SurvivesEveryTruncation()
    {
        var bytes = Sample();
        for (var length = 0; length < bytes.Length; length++)
        {
            var torn = bytes[..length];
            Assert.Throws<InvalidDataException>(() => ZipArchiveReader.Open(new MemoryStream(torn), ZipLimits.Default, (_, _) => { }));
        }
    }

    [Fact]
    public void SurvivesMutation()
    {
        var bytes = Sample();
        var random = new Random(20261124);
        var read = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var mutated = bytes.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--) mutated[random.Next(8) == 0 ? random.Next(mutated.Length) : mutated.Length - 1 - random.Next(160)] = (byte)random.Next(256);
            var noted = false;
            try
            {
                var zip = ZipArchiveReader.Open(new MemoryStream(mutated), ZipLimits.Default, (_, _) => noted = true);
                foreach (var entry in zip.Entries)
                {
                    if (zip.Read(entry) is { } content)
                    {
                        Assert.Equal(entry.Size, content.Length);
                        read++;
                    }
                    else
                    {
                        Assert.True(noted);
                    }
                }
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                // The one clear sentence.
            }
        }

        Assert.True(read > 1000);
    }
}
