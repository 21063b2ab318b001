using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Shelf;
using Vidimus.Advisories.Tests.Fetch;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Shelf;

public sealed class BookShelfTests
{
    internal static readonly IReadOnlyList<IFeed> Feeds = [.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds];
    private static readonly string[] Everything = [.. Feeds.Select(f => f.Name)];
    private static readonly FixedTime Time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GivesTheSameBookByFolderAndByHttp()
    {
        using var data = Places.Temporary();
        // Some files fail at first: an overloaded server, or a connection that breaks within the file.
        using var server = new LoopbackMirror(Places.Shared("advisories"))
        {
            Makes = (path, before) => before > 0 ? null : (path.Length % 7) switch
            {
                0 => new(503) { Headers = [("Retry-After", "0")] },
                1 when path.EndsWith(".zip") || path.EndsWith(".gz") => new(BreakAfter: 50_000),
                _ => null,
            },
        };
        var byFolder = Shelf(data["a"], Places.Shared("advisories"));
        var byHttp = Shelf(data["a"], server.Address);

        var folderStatus = await byFolder.UpdateAsync(new() { Parts = Everything }, Cancel);
        var httpStatus = await byHttp.UpdateAsync(new() { Parts = Everything }, Cancel);

        Assert.True(server.Count(503) > 0 && server.Count(206) > 0 && server.Count(404) > 0);
        Assert.Equal(folderStatus.Sources.Select(s => (s.Name, s.Records, s.Rejected, s.Date)), httpStatus.Sources.Select(s => (s.Name, s.Records, s.Rejected, s.Date)));
        Assert.DoesNotContain(folderStatus.Sources, s => s.Failure is not null || s.IsAbsent == Directory.Exists(Places.Shared($"advisories/{s.Name.Split('/')[0]}")));
        Assert.Equal(["nodejs", "ubuntu"], folderStatus.Sources.Where(s => s.Rejected > 0).Select(s => s.Name)); // vuln/deps, of what Node.js is built from, has a form of its own; states of the tracker without the version that they need.
        Assert.True(File.ReadAllBytes(byFolder.CurrentPath!).AsSpan().SequenceEqual(File.ReadAllBytes(byHttp.CurrentPath!)), "the two books differ");

        // Nothing changed: the server is asked, gives no file again, and the book stays.
        server.Requests.Clear();
        var book = byHttp.CurrentPath;
        await byHttp.UpdateAsync(new() { Parts = [] }, Cancel);
        Assert.Equal(book, byHttp.CurrentPath);
        Assert.DoesNotContain(server.Requests, r => r.Status is 200 or 206 && !r.Path.EndsWith('/'));
        Assert.True(server.Count(304) > 30);
    }

    [Fact]
    public async Task FetchesOnlyTheRecordsThatChanged()
    {
        using var data = Places.Temporary();
        var mirror = Mirror(data, Enumerable.Range(0, 200).Select(n => ($"GHSA-{n}", "1.0.0")));
        using var server = new LoopbackMirror(data["mirror"]);
        var shelf = Shelf(data["data"], server.Address);
        Assert.Equal(200, (await shelf.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel)).Sources.Single().Records);

        // One changes, one is new, one is withdrawn, one vanishes.
        mirror.Write([.. Enumerable.Range(0, 201).Where(n => n != 7).Select(n => ($"GHSA-{n}", n == 3 ? "2.0.0" : n == 5 ? "withdrawn" : "1.0.0"))]);
        server.Requests.Clear();
        await shelf.UpdateAsync(new() { Parts = [] }, Cancel);

        Assert.Equal(["osv/npm/GHSA-200.json", "osv/npm/GHSA-3.json", "osv/npm/GHSA-5.json", "osv/npm/modified_id.csv"], server.Requests.Where(r => r.Status == 200).Select(r => r.Path).Order());
        var byFolder = Shelf(data["data"], data["mirror"]);
        await byFolder.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);
        Assert.Equal(File.ReadAllBytes(byFolder.CurrentPath!), File.ReadAllBytes(shelf.CurrentPath!));

        // Everything changes: the whole archive is less work.
        mirror.Write([.. Enumerable.Range(0, 200).Select(n => ($"GHSA-{n}", "3.0.0"))]);
        server.Requests.Clear();
        await shelf.UpdateAsync(new() { Parts = [] }, Cancel);
        Assert.Equal(["osv/npm/all.zip", "osv/npm/modified_id.csv"], server.Requests.Where(r => r.Status == 200).Select(r => r.Path).Order());
        await byFolder.UpdateAsync(new() { Parts = [] }, Cancel);
        Assert.Equal(File.ReadAllBytes(byFolder.CurrentPath!), File.ReadAllBytes(shelf.CurrentPath!));
    }

    [Fact]
    public async Task NeverAnswersFromAnotherAddress()
    {
        using var data = Places.Temporary();
        _ = Mirror(data, [("GHSA-1", "1.0.0")]);
        await Shelf(data["data"], data["mirror"]).UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);
        Assert.Null(Shelf(data["data"], data["other"]).CurrentBook());
        Assert.Null(Shelf(data["data"], null).CurrentBook());
        using var book = Shelf(data["data"], data["mirror"] + "/").CurrentBook();
        Assert.NotNull(book);
    }

    [Fact]
    public async Task ListsWhatAMirrorLacksAndWhatItRejects()
    {
        using var data = Places.Temporary();
        var mirror = Mirror(data, [("GHSA-1", "1.0.0")]);
        mirror.Write([("GHSA-1", "1.0.0"), ("GHSA-2", "bad")]);
        var status = await Shelf(data["data"], data["mirror"]).UpdateAsync(new() { Parts = ["osv/npm", "osv/Nowhere", "osv/../../etc", "kev"] }, Cancel);

        Assert.Equal([("kev", true), ("osv/Nowhere", true), ("osv/npm", false)], status.Sources.Select(s => (s.Name, s.IsAbsent)));
        var npm = status.Sources.Single(s => s.Name == "osv/npm");
        Assert.Equal((1, 1, "GHSA-2.json"), (npm.Records, npm.Rejected, npm.RejectedRecords.Single().Entry));
        using var book = Shelf(data["data"], data["mirror"]).CurrentBook()!;
        Assert.Equal(1, book.Sources.Single(s => s.Name == "osv/npm").Rejected);
    }

    [Fact]
    public async Task KeepsTheOldBookWhenTheServerIsGone()
    {
        using var data = Places.Temporary();
        _ = Mirror(data, [("GHSA-1", "1.0.0")]);
        BookShelf shelf;
        using (var server = new LoopbackMirror(data["mirror"]))
        {
            shelf = Shelf(data["data"], server.Address);
            await shelf.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);
        }

        var before = shelf.CurrentPath;
        var e = await Assert.ThrowsAsync<FetchException>(() => shelf.UpdateAsync(new() { Parts = ["kev"], NetworkBudget = TimeSpan.FromSeconds(1) }, Cancel));
        Assert.Contains("within the 1 s", e.Message);
        Assert.Equal(before, shelf.CurrentPath);
        using var book = shelf.CurrentBook();
        Assert.NotNull(book);
    }

    [Fact]
    public async Task LetsOneUpdateRunAtATime()
    {
        using var data = Places.Temporary();
        _ = Mirror(data, [("GHSA-1", "1.0.0")]);
        var shelf = Shelf(data["data"], data["mirror"]);
        await shelf.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);
        var folder = Path.GetDirectoryName(shelf.CurrentPath)!;

        using (new FileStream(Path.Combine(folder, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await Assert.ThrowsAsync<ShelfBusyException>(() => shelf.UpdateAsync(new() { Parts = [] }, Cancel));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shelf.UpdateAsync(new() { Parts = ["kev"], LockWait = TimeSpan.FromMinutes(1) }, Cancel)));
    }

    [Fact]
    public async Task ReadersKeepABookThatAnUpdateReplaces()
    {
        using var data = Places.Temporary();
        var mirror = Mirror(data, [("GHSA-1", "1.0.0")]);
        var shelf = Shelf(data["data"], data["mirror"]);
        await shelf.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);
        using var old = shelf.CurrentBook()!;
        var path = shelf.CurrentPath!;

        mirror.Write([("GHSA-1", "1.0.0"), ("GHSA-2", "1.0.0")]);
        await shelf.UpdateAsync(new() { Parts = [] }, Cancel);
        Assert.False(File.Exists(path));
        Assert.Equal(1, old.VulnerabilityCount);
        using var now = shelf.CurrentBook()!;
        Assert.Equal(2, now.VulnerabilityCount);
    }

    [Fact]
    public async Task AnUpdateKilledAtAnyMomentLeavesAWorkingBook()
    {
        using var data = Places.Temporary();
        var mirror = Mirror(data, Enumerable.Range(0, 300).Select(n => ($"GHSA-{n}", "1.0.0")));
        using var server = new LoopbackMirror(data["mirror"]);
        var shelf = Shelf(data["data"], server.Address);
        await shelf.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);

        var whole = TimeSpan.Zero;
        for (var moment = 0; moment <= 10; moment++)
        {
            mirror.Write([.. Enumerable.Range(0, 300).Select(n => ($"GHSA-{n}", $"{moment + 2}.0.0"))]);
            using var child = UpdateProcess.Start(data["data"], server.Address);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            if (moment == 0)
            {
                await child.WaitForExitAsync(Cancel); // Shows how long an update takes from its first word on.
                Assert.Equal(0, child.ExitCode);
                whole = watch.Elapsed;
            }
            else
            {
                await child.StandardOutput.ReadLineAsync(Cancel);
                await Task.Delay(whole * (moment - 1) / 12, Cancel);
                child.Kill(); // SIGKILL
                await child.WaitForExitAsync(Cancel);
            }

            Book.Verify(shelf.CurrentPath!);
            using var book = shelf.CurrentBook()!;
            Assert.Equal(300, book.VulnerabilityCount);
            Assert.NotNull(shelf.Status);
        }

        mirror.Write([.. Enumerable.Range(0, 300).Select(n => ($"GHSA-{n}", "20.0.0"))]);
        await shelf.UpdateAsync(new() { Parts = [] }, Cancel);
        var byFolder = Shelf(data["data"], data["mirror"]);
        await byFolder.UpdateAsync(new() { Parts = ["osv/npm"] }, Cancel);
        Assert.Equal(File.ReadAllBytes(byFolder.CurrentPath!), File.ReadAllBytes(shelf.CurrentPath!));
        Assert.Equal(["book", "book.json", "current", "lock"], Directory.EnumerateFiles(Path.GetDirectoryName(shelf.CurrentPath)!).Select(f => Regex.Replace(Path.GetFileName(f), "^book-[0-9-]+", "book")).Order(StringComparer.Ordinal));
    }

    private static BookShelf Shelf(string data, string? address) => BookShelf.ForAddress(data, address, Feeds, EcosystemList.Keys, Time);

    private static NpmMirror Mirror(TemporaryFolder folder, IEnumerable<(string Id, string Fixed)> records)
    {
        var mirror = new NpmMirror(folder["mirror"]);
        mirror.Write([.. records]);
        return mirror;
    }

    /// <summary>A mirror with one OSV ecosystem in the layout of the public export.</summary>
    private sealed class NpmMirror(string root)
    {
        private Dictionary<string, (string Fixed, string Modified)> known = [];
        private int writes;

        public void Write((string Id, string Fixed)[] records)
        {
            var folder = Directory.CreateDirectory(Path.Combine(root, "osv", "npm")).FullName;
            foreach (var file in Directory.EnumerateFiles(folder)) File.Delete(file);
            writes++;
            known = records.ToDictionary(r => r.Id, r => (r.Fixed, known.TryGetValue(r.Id, out var old) && old.Fixed == r.Fixed ? old.Modified : $"2024-01-{writes:00}T00:00:00Z"));
            File.WriteAllLines(Path.Combine(folder, "modified_id.csv"), known.OrderByDescending(r => r.Value.Modified).Select(r => $"{r.Value.Modified},{r.Key}"));
            using var zip = ZipFile.Open(Path.Combine(folder, "all.zip"), ZipArchiveMode.Create);
            foreach (var (id, (version, modified)) in known)
            {
                var text = Record(id, version, modified);
                File.WriteAllText(Path.Combine(folder, $"{id}.json"), text);
                using var entry = zip.CreateEntry($"{id}.json").Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        private static string Record(string id, string version, string modified) => version == "bad" ? "{" : $$$"""
            {"id":"{{{id}}}","modified":"{{{modified}}}",{{{(version == "withdrawn" ? "\"withdrawn\":\"2024-06-01T00:00:00Z\"," : "")}}}"affected":[{"package":{"ecosystem":"npm","name":"p{{{id}}}"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"{{{version}}}"}]}]}]}
            """;
    }

    /// <summary>Stands still for what a book holds of it; waiting goes on as ever.</summary>
    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    }
}
