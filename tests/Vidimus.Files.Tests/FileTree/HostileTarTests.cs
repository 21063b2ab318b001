using System.Diagnostics;
using System.Text;
using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Tar;
using Vidimus.Model.Files;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.FileTree;

public sealed class HostileTarTests
{
    [Fact]
    public void AMillionEntriesNeedNoMemory()
    {
        using var folder = Places.Temporary();
        var header = Header("00000000.txt", '0', 0);
        using (var file = new BufferedStream(File.Create(folder["million.tar"]), 1 << 20))
        {
            for (var i = 0; i < 1_000_000; i++)
            {
                Encoding.ASCII.GetBytes(i.ToString("D8")).CopyTo(header, 0);
                Seal(header);
                file.Write(header);
            }
        }

        using var tree = new TarTree(folder["million.tar"]);
        var visitor = new Counter();
        var before = GC.GetAllocatedBytesForCurrentThread();
        tree.Walk(visitor, TestContext.Current.CancellationToken);

        Assert.Equal(1_000_000, visitor.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>Every archive form, cut at many lengths and with bits turned: an error or a note or nothing, soon, with little memory.</summary>
    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=pax")]
    [InlineData("--format=ustar")]
    [InlineData("--format=v7")]
    [InlineData("--format=oldgnu --sparse")]
    [InlineData("--format=pax --sparse --sparse-version=0.0")]
    [InlineData("--format=pax --sparse --sparse-version=0.1")]
    [InlineData("--format=pax --sparse --sparse-version=1.0")]
    public void TornAndChangedArchivesEndSoon(string options)
    {
        using var folder = Places.Temporary();
        RealTool.Bash($$"""
            mkdir in; cd in; printf hello > a; mkdir b; printf x > b/c; ln a d; ln -s a e
            truncate -s 200K sparse; for i in $(seq 0 9); do printf "$i" | dd of=sparse bs=1 seek=$((i * 20000)) conv=notrunc status=none; done
            [[ '{{options}}' == *v7* || '{{options}}' == *ustar* ]] || printf y > "$(printf 'n%.0s' $(seq 180))"
            tar {{options}} -b1 -cf ../out.tar .
            """, folder.Path);
        var whole = File.ReadAllBytes(folder["out.tar"]);
        var random = new Random(11);
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var tries = 0;
        for (var length = 0; length < whole.Length; length += length < 8192 ? 37 : 997) Try(whole[..length]);
        for (var i = 0; i < 3000; i++)
        {
            var changed = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                var at = random.Next(changed.Length / 512) * 512;
                changed[at + random.Next(512)] ^= (byte)(1 << random.Next(8));
                if (random.Next(3) > 0) Seal(changed.AsSpan(at, 512)); // past the checksum
            }

            Try(changed);
        }

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / tries, 0, 2 << 20);

        void Try(byte[] bytes)
        {
            tries++;
            var reader = new TarReader(new MemoryStream(bytes));
            try
            {
                while (reader.Next())
                {
                    _ = reader.Entry();
                    if (reader.Fault is null && reader.Kind is FileKind.File) ReadSome(reader.Content());
                }
            }
            catch (InvalidDataException)
            {
                // What was damaged was seen.
            }
        }
    }

    [Fact]
    public void BoundsWhatHeadersMayClaim()
    {
        static byte[] Archive(params byte[][] parts) => [.. parts.SelectMany(part => part), .. new byte[1024]];

        // An extended header, a long name of 1 TiB, a file of nearly 2^63 bytes, a size below zero.
        Throws(Archive(Header("x", 'x', 1L << 21)), "extended header");
        Throws(Archive(Header("x", 'L', 1L << 30)), "extended header");
        var huge = Header("x", '0', 0);
        new byte[] { 0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }.CopyTo(huge, 124);
        Throws(Archive(Seal(huge)), "impossible");
        new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }.CopyTo(huge, 124);
        Throws(Archive(Seal(huge)), "no number");

        // Sparse files whose map overlaps itself, goes beyond the file or does not fit what is stored.
        foreach (var map in new[] { "0,10,5,10", "100,10", "0,5", "5", "-1,10", "9223372036854775807,10", "" })
        {
            var records = Record("GNU.sparse.size", "50") + Record("GNU.sparse.map", map);
            if (map.Length == 0) records = Record("GNU.sparse.major", "1") + Record("GNU.sparse.realsize", "50");
            Throws(Archive(Header("x", 'x', records.Length), Padded(records), Header("sparse", '0', 10), Padded("0123456789")), "damaged");
        }
    }

    /// <summary>A sparse file of 8 EiB costs what is read of it.</summary>
    [Fact]
    public void AHoleIsNotMemory()
    {
        var records = Record("GNU.sparse.size", "9223372036854775807") + Record("GNU.sparse.map", "0,3,9223372036854775804,3");
        byte[] archive = [.. Header("x", 'x', records.Length), .. Padded(records), .. Header("sparse", '0', 6), .. Padded("abcdef")];
        var reader = new TarReader(new MemoryStream(archive));
        Assert.True(reader.Next());
        Assert.Equal(long.MaxValue, reader.Size);
        var some = new byte[100];
        Assert.Equal(100, reader.Content().ReadAtLeast(some, 100));
        Assert.Equal([(byte)'a', (byte)'b', (byte)'c', .. new byte[97]], some);
        Assert.False(reader.Next());
    }

    [Fact]
    public void NotesHaveABound()
    {
        using var folder = Places.Temporary();
        File.WriteAllBytes(folder["up.tar"], Enumerable.Range(0, 5000).SelectMany(i => Header($"../{i}", '0', 0)).ToArray());
        using var tree = new TarTree(folder["up.tar"]);
        var notes = Recorder.Of(tree).Notes;
        Assert.Equal(1000, notes.Count);
        Assert.Equal("limit", notes[^1].Kind);
    }

    /// <summary>A global header's path would name every file that follows; container engines do not heed it, so neither do we.</summary>
    [Fact]
    public void AGlobalHeaderNamesNoFile()
    {
        var records = Record("path", "elsewhere") + Record("size", "0") + Record("uid", "77");
        var reader = new TarReader(new MemoryStream([.. Header("g", 'g', records.Length), .. Padded(records), .. Header("here", '0', 3), .. Padded("abc")]));
        Assert.True(reader.Next());
        Assert.Equal(("here", 3, 77u), (reader.Path.ToString(), reader.Size, reader.Entry().Uid));
    }

    [Fact]
    public void OtherFilesAreNoTar()
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["text"], new string('x', 5000));
        RealTool.Bash("gzip -c text > text.gz", folder.Path);
        Assert.Null(Targets.Recognise(folder["text"]));
        Assert.Null(Targets.Recognise(folder["text.gz"]));
        Assert.Throws<TargetException>(() => Targets.OpenTree(TargetKind.Tar, folder["text"]));
        Assert.Throws<TargetException>(() => Targets.OpenTree(TargetKind.Tar, folder["text.gz"]));
        Assert.Throws<TargetException>(() => Targets.OpenTree(TargetKind.Tar, folder["nothing"]));
        Assert.Throws<TargetException>(() => Targets.OpenTree(TargetKind.Tar, folder.Path));
    }

    private static void Throws(byte[] archive, string words)
    {
        var error = Assert.Throws<InvalidDataException>(() =>
        {
            var reader = new TarReader(new MemoryStream(archive));
            while (reader.Next())
            {
            }
        });
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    private static void ReadSome(Stream stream)
    {
        var buffer = new byte[4096];
        for (var total = 0; total < 1 << 20 && stream.Read(buffer) is > 0 and var read; total += read)
        {
        }
    }

    private static string Record(string key, string value)
    {
        var length = key.Length + value.Length + 3;
        while (length != $"{length} {key}={value}\n".Length) length++;
        return $"{length} {key}={value}\n";
    }

    private static byte[] Padded(string text)
    {
        var bytes = new byte[(text.Length + 511) / 512 * 512];
        Encoding.ASCII.GetBytes(text).CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>A ustar header by POSIX's table of fields.</summary>
    private static byte[] Header(string name, char type, long size)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        header[156] = (byte)type;
        "ustar\00000"u8.CopyTo(header.AsSpan(257));
        Seal(header);
        return header;
    }

    private static byte[] Seal(byte[] header)
    {
        Seal(header.AsSpan());
        return header;
    }

    private static void Seal(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var one in header) sum += one;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
    }

    private sealed class Counter : IFileVisitor
    {
        public int Count { get; private set; }

        public bool Enters(string folder) => true;

        public Interest InterestIn(ReadOnlySpan<char> path, FileKind kind)
        {
            Count++;
            return Interest.None;
        }

        public void Visit(FileEntry entry, Stream? content) => throw new InvalidOperationException();

        public void Note(Model.Inventory.Note note) => throw new InvalidOperationException(note.Message);
    }
}
