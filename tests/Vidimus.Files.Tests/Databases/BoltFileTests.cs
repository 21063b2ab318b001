using System.Text;
using Vidimus.Files.Formats.Databases;
using Vidimus.Testing;

namespace Vidimus.Files.Tests.Databases;

/// <summary>Databases are written by the real library, Debian's golang-github-coreos-bbolt-dev; what must be in them is computed on both sides by the same rule.</summary>
public sealed class BoltFileTests
{
    private const string Writer = """
        package main

        import (
            "fmt"
            "os"
            "strings"

            bolt "go.etcd.io/bbolt"
        )

        func main() {
            db, err := bolt.Open(os.Args[1], 0600, &bolt.Options{PageSize: 4096})
            if err != nil { panic(err) }
            for round := 0; round < 3; round++ {
                err = db.Update(func(tx *bolt.Tx) error {
                    top, err := tx.CreateBucketIfNotExists([]byte("v1"))
                    if err != nil { return err }
                    for i := 0; i < 300; i++ {
                        in, err := top.CreateBucketIfNotExists([]byte(fmt.Sprintf("space%d", i)))
                        if err != nil { return err }
                        for j := 0; j <= i; j++ {
                            if err := in.Put([]byte(fmt.Sprintf("key%d", j)), []byte(strings.Repeat("x", (i*j+round)%3000))); err != nil { return err }
                        }
                    }
                    return top.Put([]byte("large"), []byte(strings.Repeat("y", 50000)))
                })
                if err != nil { panic(err) }
            }
            db.Close()
        }
        """;

    [Fact]
    public void ReadsWhatBboltWrote()
    {
        using var folder = Copied();
        using var database = new BoltFile(folder["a.db"]);
        var top = database.Root.Bucket("v1");
        Assert.NotNull(top);
        Assert.Equal(50_000, top.Text("large")?.Length);
        Assert.Null(top.Text("space1"));
        Assert.Null(top.Bucket("large"));
        var spaces = top.Entries().Where(entry => entry.Bucket is not null).ToList();
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"space{i}").Order(StringComparer.Ordinal), spaces.Select(entry => entry.Name));
        foreach (var space in spaces)
        {
            var i = int.Parse(space.Name.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
            var found = space.Bucket!.Entries().ToDictionary(entry => entry.Name, entry => Encoding.UTF8.GetString(entry.Value.Span));
            Assert.Equal(i + 1, found.Count);
            for (var j = 0; j <= i; j++) Assert.Equal(((i * j) + 2) % 3000, found[$"key{j}"].Length);
        }
    }

    [Fact]
    public void ReadsPastATornMetaPage()
    {
        using var folder = Copied();
        var bytes = File.ReadAllBytes(folder["a.db"]);
        bytes.AsSpan(16, 64).Clear();
        File.WriteAllBytes(folder["b.db"], bytes);
        using var database = new BoltFile(folder["b.db"]);
        Assert.NotNull(database.Root.Bucket("v1"));

        bytes.AsSpan(4096 + 16, 64).Clear();
        File.WriteAllBytes(folder["b.db"], bytes);
        Assert.Throws<InvalidDataException>(() => new BoltFile(folder["b.db"]));
    }

    [Fact]
    public void ATornDatabaseIsRefused()
    {
        using var folder = Copied();
        var whole = File.ReadAllBytes(folder["a.db"]);
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            var torn = round % 3 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (var flips = 0; round % 3 != 0 && flips < 30; flips++)
            {
                // Page headers and the elements behind them, where every damage tells.
                var page = random.Next(2, whole.Length / 4096) * 4096;
                torn[page + random.Next(200)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(folder["b.db"], torn);
            try
            {
                using var database = new BoltFile(folder["b.db"]);
                foreach (var entry in database.Root.Bucket("v1")?.Entries() ?? []) _ = entry.Bucket?.Entries().Count();
            }
            catch (InvalidDataException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static readonly Lazy<byte[]> Written = new(() =>
    {
        using var folder = Places.Temporary();
        File.WriteAllText(folder["main.go"], Writer);
        RealTool.Bash("go run main.go a.db", folder.Path, environment: new Dictionary<string, string> { ["GO111MODULE"] = "off", ["GOPATH"] = "/usr/share/gocode", ["GOCACHE"] = Places.Cache("go-build"), ["GOFLAGS"] = "" });
        return File.ReadAllBytes(folder["a.db"]);
    });

    private static TemporaryFolder Copied()
    {
        RealTool.Require("go");
        if (!Directory.Exists("/usr/share/gocode/src/go.etcd.io/bbolt")) RealTool.Missing("golang-github-coreos-bbolt-dev is not installed");
        var folder = Places.Temporary();
        File.WriteAllBytes(folder["a.db"], Written.Value);
        return folder;
    }
}
