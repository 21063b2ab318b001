using System.Buffers.Binary;
using System.Text;
using Vidimus.Files.Formats.Databases;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Databases;

/// <summary>The judge is Berkeley DB's own pair of tools: one writes what the other dumps.</summary>
public class BerkeleyHashTests
{
    [Theory]
    [InlineData(512, 1234, false)]
    [InlineData(4096, 1234, false)]
    [InlineData(4096, 4321, false)]
    [InlineData(65536, 4321, false)]
    [InlineData(8192, 1234, true)]
    public void ReadsWhatBerkeleyDbWrites(int pageSize, int order, bool checksums)
    {
        using var folder = Places.Temporary();
        var items = Write(folder, pageSize, order, checksums, count: 700, seed: pageSize + order);
        using var stream = File.OpenRead(folder["a.db"]);
        var read = new BerkeleyHash(stream).Items().Select(item => Convert.ToHexStringLower(item.Key.Span) + " " + Convert.ToHexStringLower(item.Value.Span));
        Assert.Equal(items.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));

        // And as db5.3_dump has it.
        var dump = RealTool.Run("db5.3_dump", [folder["a.db"]]).Split('\n').Where(line => line.StartsWith(' ')).Select(line => line.Trim()).Chunk(2).Select(pair => $"{pair[0]} {pair[1]}");
        Assert.Equal(dump.Order(StringComparer.Ordinal), items.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SaysWhatItDoesNotRead()
    {
        using var folder = Places.Temporary();
        RealTool.Require("db5.3_load");
        RealTool.Run("db5.3_load", ["-T", "-t", "btree", folder["b.db"]], input: "a\nb\n");
        Assert.Throws<InvalidDataException>(() => new BerkeleyHash(File.OpenRead(folder["b.db"])));
        Assert.Throws<InvalidDataException>(() => new BerkeleyHash(new MemoryStream()));
    }

    [Fact]
    public void SurvivesDamage()
    {
        using var folder = Places.Temporary();
        Write(folder, 512, 1234, checksums: false, count: 60, seed: 9);
        var bytes = File.ReadAllBytes(folder["a.db"]);
        var lengths = Enumerable.Range(0, bytes.Length / 97).Select(i => bytes[..(i * 97)]);
        foreach (var copy in lengths.Concat(Mutations.Of(bytes, seed: 10, count: 3000)))
        {
            try
            {
                Assert.InRange(new BerkeleyHash(new MemoryStream(copy)).Items().Take(100_000).Count(), 0, 99_999);
            }
            catch (InvalidDataException)
            {
                // The one answer to damage.
            }
        }
    }

    /// <summary>A chain of overflow pages whose first names itself as the next.</summary>
    [Fact]
    public void EndsInACircle()
    {
        using var folder = Places.Temporary();
        Write(folder, 512, 1234, checksums: false, count: 60, seed: 9);
        var bytes = File.ReadAllBytes(folder["a.db"]);
        for (var page = 0; page < bytes.Length; page += 512)
        {
            if (bytes[page + 25] == 7) BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(page + 16), page / 512);
        }

        Assert.Contains("used twice", Assert.Throws<InvalidDataException>(() => new BerkeleyHash(new MemoryStream(bytes)).Items().Count()).Message, StringComparison.Ordinal);
    }

    /// <summary>Random keys and values, some larger than pages, by db5.3_load; each as "key value" in hex.</summary>
    private static HashSet<string> Write(TemporaryFolder folder, int pageSize, int order, bool checksums, int count, int seed)
    {
        RealTool.Require("db5.3_load", "db5.3_dump");
        var random = new Random(seed);
        var items = new HashSet<string>(StringComparer.Ordinal);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var text = new StringBuilder($"VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize={pageSize}\ndb_lorder={order}\n{(checksums ? "chksum=1\n" : "")}HEADER=END\n");
        while (items.Count < count)
        {
            var key = new byte[random.Next(1, 40)];
            random.NextBytes(key);
            var value = new byte[random.Next(10) == 0 ? random.Next(30_000) : random.Next(300)];
            random.NextBytes(value);
            var hex = Convert.ToHexStringLower(key);
            if (!keys.Add(hex)) continue;
            items.Add($"{hex} {Convert.ToHexStringLower(value)}");
            text.Append(' ').Append(hex).Append("\n ").Append(Convert.ToHexStringLower(value)).Append('\n');
        }

        RealTool.Run("db5.3_load", [folder["a.db"]], input: text.Append("DATA=END\n").ToString());
        return items;
    }
}
