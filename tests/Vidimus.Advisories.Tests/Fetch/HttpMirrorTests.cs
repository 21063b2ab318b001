using System.Security.Cryptography;
using System.Text;
using Vidimus.Advisories.Fetch;
using Vidimus.Advisories.Kev;
using Vidimus.Advisories.Osv;
using Vidimus.Ecosystems;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Fetch;

public sealed class HttpMirrorTests
{
    private const string Path = "kev/known_exploited_vulnerabilities.json";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GoesOnWhereAConnectionBroke(bool withoutValidators)
    {
        using var folder = Folder(new string('x', 500_000));
        using var server = new LoopbackMirror(folder["mirror"]) { WithoutValidators = withoutValidators, Makes = (_, before) => before < 2 ? new(BreakAfter: 100_000) : null };
        Assert.Equal(500_000, (await FetchAsync(folder, server))!.Length);

        // Without a validator nothing proves that the rest is of the same file, so it is fetched from its start.
        Assert.Equal(withoutValidators ? 0 : 2, server.Requests.Count(r => r.Range is not null));
        Assert.Empty(Directory.EnumerateFiles(folder["saved"], "*.part*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task WaitsAsLongAsAnOverloadedServerAsks()
    {
        using var folder = Folder("{}");
        using var server = new LoopbackMirror(folder["mirror"]) { Makes = (_, before) => before == 0 ? new(429) { Headers = [("Retry-After", "2")] } : null };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal("{}", await FetchAsync(folder, server));
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(1.9), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("/elsewhere.json", true)]
    [InlineData("http://localhost:1/x", false)]
    [InlineData("file:///etc/passwd", false)]
    public async Task FollowsToTheSameServerOnly(string location, bool isFollowed)
    {
        using var folder = Folder("{}");
        File.WriteAllText(folder["mirror/elsewhere.json"], "[]");
        using var server = new LoopbackMirror(folder["mirror"]) { Makes = (path, _) => path == Path ? new(302) { Headers = [("Location", location)] } : null };
        if (isFollowed) Assert.Equal("[]", await FetchAsync(folder, server));
        else Assert.Contains("neither https nor the same server", (await Assert.ThrowsAsync<FetchException>(() => FetchAsync(folder, server))).Message);
    }

    [Fact]
    public async Task TakesWhatWasSavedWhenTheServerFails()
    {
        using var folder = Folder("{}");
        using (var good = new LoopbackMirror(folder["mirror"])) await FetchAsync(folder, good);
        using var bad = new LoopbackMirror(folder["mirror"]) { Makes = (_, _) => new(400) };
        using var mirror = new HttpMirror(new(bad.Address), folder["saved"], TimeProvider.System);
        var snapshot = (await mirror.SnapshotAsync(new KevFeed(), "", Cancel))!;
        Assert.Contains("the server answered 400", snapshot.Stale);
        Assert.Equal("{}", File.ReadAllText(snapshot.Files.Single().Path));
    }

    [Fact]
    public async Task ForgetsWhatTheServerNoLongerHas()
    {
        using var folder = Folder("{}");
        using var server = new LoopbackMirror(folder["mirror"]);
        Assert.NotNull(await FetchAsync(folder, server));
        File.Delete(folder[$"mirror/{Path}"]);
        Assert.Null(await FetchAsync(folder, server));
        Assert.False(File.Exists(folder[$"saved/{Path}"]));
    }

    [Fact]
    public async Task TrustsNoNameThatLeavesItsFolder()
    {
        using var folder = Places.Temporary();
        Directory.CreateDirectory(folder["mirror/osv"]);
        File.WriteAllText(folder["mirror/osv/ecosystems.txt"], "npm\n../../../etc\n..\n/abs\nRocky Linux\n");
        using var server = new LoopbackMirror(folder["mirror"]);
        using var mirror = new HttpMirror(new(server.Address), folder["saved"], TimeProvider.System);
        var feed = new OsvFeed(EcosystemList.Keys);
        Assert.Equal(["Rocky Linux", "npm"], await mirror.PartsAsync(feed, Cancel));
        Assert.Null(await mirror.SnapshotAsync(feed, "../x", Cancel));
    }

    [Fact]
    public async Task RefusesAFileWithoutTheDigestThatIsNamed()
    {
        using var folder = Folder("{}");
        using var server = new LoopbackMirror(folder["mirror"]) { Digest = _ => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes("another"))) };
        Assert.Contains("digest", (await Assert.ThrowsAsync<FetchException>(() => FetchAsync(folder, server))).Message);

        using var good = new LoopbackMirror(folder["mirror"]) { Digest = bytes => Convert.ToBase64String(SHA256.HashData(bytes)) };
        Assert.Equal("{}", await FetchAsync(folder, good));
    }

    private static TemporaryFolder Folder(string content)
    {
        var folder = Places.Temporary();
        Directory.CreateDirectory(folder["mirror/kev"]);
        File.WriteAllText(folder[$"mirror/{Path}"], content);
        return folder;
    }

    private static async Task<string?> FetchAsync(TemporaryFolder folder, LoopbackMirror server)
    {
        using var mirror = new HttpMirror(new(server.Address), folder["saved"], TimeProvider.System);
        return await mirror.SnapshotAsync(new KevFeed(), "", Cancel) is { } snapshot ? File.ReadAllText(snapshot.Files.Single().Path) : null;
    }
}
