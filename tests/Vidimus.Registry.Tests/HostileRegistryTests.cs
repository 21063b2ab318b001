using System.Diagnostics;
using System.Text;
using Vidimus.Files.FileTree;
using Vidimus.Model.Files;
using Vidimus.Testing;

namespace Vidimus.Registry.Tests;

/// <summary>Against a server of our own that breaks, lies and leads astray as no real one can be made to.</summary>
public class HostileRegistryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GoesOnWhereAConnectionBroke(bool withRanges)
    {
        using var folder = Places.Temporary();
        var cuts = 0;
        using var server = new FakeServer(asked =>
        {
            if (!withRanges) asked = asked with { Headers = new Dictionary<string, string>() };
            var answer = FakeRegistry.Serve(asked);
            return FakeRegistry.IsBlob(asked) && answer.Body!.Length > 100_000 && Interlocked.Increment(ref cuts) <= 3 ? answer with { CutAfter = withRanges ? 700_000 : 700_000 * cuts } : answer;
        });
        using var image = Open(server, folder);

        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        Assert.Equal(["bytes=700000-", "bytes=1400000-", "bytes=2100000-"], server.Requests.Where(r => r.Headers.ContainsKey("Range")).Select(r => r.Headers["Range"]));
        AssertKept(folder, image);
    }

    [Fact]
    public void AConnectionThatBreaksForGoodIsSaidAndGoneOnWithNextTime()
    {
        using var folder = Places.Temporary();
        var isBroken = true;
        using var server = new FakeServer(asked => FakeRegistry.Serve(asked) is var answer && isBroken && answer.Body!.Length > 100_000 ? answer with { CutAfter = asked.Headers.ContainsKey("Range") ? 0 : 500_000 } : answer);
        using (var broken = Open(server, folder))
        {
            var error = Assert.Throws<TargetException>(() => SampleImage.Content(broken)).Message;
            Assert.Contains(broken.Layers[0].Digest, error);
        }

        isBroken = false;
        server.Requests.Clear();
        using var image = Open(server, folder);
        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        Assert.Equal("bytes=500000-", Assert.Single(server.Requests, r => r.Headers.ContainsKey("Range")).Headers["Range"]);

        // What is kept is not fetched again.
        server.Requests.Clear();
        using var again = Open(server, folder);
        Assert.Equal(SampleImage.Expected(), SampleImage.Content(again));
        Assert.DoesNotContain(server.Requests, FakeRegistry.IsBlob);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    public void WaitsAsLongAsARegistryAsks(int status)
    {
        using var folder = Places.Temporary();
        var refused = new HashSet<string>();
        using var server = new FakeServer(asked => { lock (refused) return refused.Add(asked.Path) ? new(status, null, ("Retry-After", "1")) : FakeRegistry.Serve(asked); });
        var clock = Stopwatch.StartNew();
        using var image = Open(server, folder);

        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        Assert.InRange(clock.Elapsed.TotalSeconds, refused.Count, 60);
    }

    [Fact]
    public void DoesNotWaitForHours()
    {
        using var folder = Places.Temporary();
        using var server = new FakeServer(_ => new(429, null, ("Retry-After", "21600")));
        var error = Assert.Throws<TargetException>(() => Open(server, folder)).Message;
        Assert.Contains("429 (too many requests)", error);
        Assert.Contains("21600 s", error);
    }

    [Fact]
    public void ASilentRegistryIsGivenUp()
    {
        using var folder = Places.Temporary();
        using var server = new FakeServer(asked => FakeRegistry.Serve(asked) with { CutAfter = FakeRegistry.IsBlob(asked) ? 50 : null, Stalls = FakeRegistry.IsBlob(asked) });
        Assert.Throws<TargetException>(() => Open(server, folder, new() { Stall = TimeSpan.FromMilliseconds(300) }));
    }

    [Fact]
    public void GetsATokenOnceAndAnotherWhenItIsRefused()
    {
        using var folder = Places.Temporary();
        var tokens = 0;
        using var realm = new FakeServer(_ => new(200, Encoding.UTF8.GetBytes($$"""{"token":"token-{{++tokens}}","expires_in":300}""")));
        var good = "Bearer token-1";
        using var server = new FakeServer(asked =>
        {
            if (FakeRegistry.IsBlob(asked) && tokens == 1) good = "Bearer token-2";
            return asked.Headers.GetValueOrDefault("Authorization") == good ? FakeRegistry.Serve(asked) : new(401, null, ("WWW-Authenticate", $"Bearer realm=\"http://{realm.Host}/token?a=b\",service=\"the service\",scope=\"repository:other/secret:pull,push\""));
        });
        var auth = Convert.ToBase64String("bob:pass-word"u8);
        File.WriteAllText(folder["auth.json"], $$"""{"auths":{"http://{{server.Host}}/v2/":{"auth":"{{auth}}"} } }""");
        using var image = Open(server, folder, auth: folder["auth.json"]);

        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        Assert.Equal(2, realm.Requests.Count);

        // The scope is ours, whatever the registry would like.
        Assert.All(realm.Requests, r => Assert.Equal(("/token?a=b&service=the%20service&scope=repository%3Ateam%2Fapp%3Apull", $"Basic {auth}"), (r.Path, r.Headers["Authorization"])));
    }

    [Fact]
    public void ExchangesAnIdentityToken()
    {
        using var folder = Places.Temporary();
        using var realm = new FakeServer(_ => new(200, """{"access_token":"access"}"""u8.ToArray()));
        using var server = new FakeServer(asked => asked.Headers.GetValueOrDefault("Authorization") is "Bearer access" ? FakeRegistry.Serve(asked) : new(401, null, ("WWW-Authenticate", $"Bearer realm=\"http://{realm.Host}/oauth2/token\",service=s")));
        File.WriteAllText(folder["auth.json"], $$"""{"auths":{"{{server.Host}}":{"auth":"{{Convert.ToBase64String("00000000-0000-0000-0000-000000000000:"u8)}}","identitytoken":"refresh+me"} } }""");
        using var image = Open(server, folder, auth: folder["auth.json"]);

        var asked = Assert.Single(realm.Requests);
        Assert.Equal(("POST", "/oauth2/token"), (asked.Method, asked.Path));
        Assert.Equal("grant_type=refresh_token&service=s&scope=repository%3Ateam%2Fapp%3Apull&client_id=vidimus&refresh_token=refresh%2Bme", asked.Body);
        Assert.False(asked.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public void WhatAuthorisesUsStaysWithTheRegistry()
    {
        using var folder = Places.Temporary();
        using var storage = new FakeServer(FakeRegistry.Serve);
        using var server = new FakeServer(asked =>
            !asked.Headers.ContainsKey("Authorization") ? new(401, null, ("WWW-Authenticate", "Basic realm=\"x\""))
            : FakeRegistry.IsBlob(asked) ? new(307, null, ("Location", $"http://{storage.Host}{asked.Path}"))
            : FakeRegistry.Serve(asked));
        File.WriteAllText(folder["auth.json"], $$"""{"auths":{"{{server.Host}}":{"username":"bob","password":"pass-word"} } }""");
        using var image = Open(server, folder, auth: folder["auth.json"]);

        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
        Assert.NotEmpty(storage.Requests);
        Assert.All(storage.Requests, r => Assert.False(r.Headers.ContainsKey("Authorization")));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/", "link-local|neither https")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "link-local")]
    [InlineData("https://2852039166/", "link-local")]
    [InlineData("https://0xa9.254.0xa9fe/", "link-local")]
    [InlineData("https://[::ffff:169.254.169.254]/", "link-local")]
    [InlineData("https://[64:ff9b::a9fe:a9fe]/", "link-local")]
    [InlineData("https://[fe80::1]/", "link-local")]
    [InlineData("https://[fd00:ec2::254]/", "link-local")]
    [InlineData("https://0.0.0.0/", "link-local")]
    [InlineData("http://registry.example/", "neither https")]
    [InlineData("file:///etc/passwd", "neither https")]
    [InlineData("ftp://127.0.0.1/", "neither https")]
    public void IsNotLedAstray(string location, string says)
    {
        using var folder = Places.Temporary();
        using var byRedirect = new FakeServer(_ => new(302, null, ("Location", location)));
        Assert.Matches(says, Assert.Throws<TargetException>(() => Open(byRedirect, folder)).Message);

        using var byRealm = new FakeServer(_ => new(401, null, ("WWW-Authenticate", $"Bearer realm=\"{location}\"")));
        Assert.Matches(says, Assert.Throws<TargetException>(() => Open(byRealm, folder)).Message);
    }

    [Fact]
    public void RedirectsEnd()
    {
        using var folder = Places.Temporary();
        using var server = new FakeServer(asked => new(302, null, ("Location", asked.Path + "x")));
        Assert.Contains("without end", Assert.Throws<TargetException>(() => Open(server, folder)).Message);
        Assert.InRange(server.Requests.Count, 2, 20);
    }

    [Fact]
    public void ABlobThatIsAnotherIsNamedAndNotKept()
    {
        using var folder = Places.Temporary();
        var isLying = true;
        using var server = new FakeServer(asked =>
        {
            var answer = FakeRegistry.Serve(asked);
            if (isLying && answer.Body!.Length > 100_000) answer.Body[^6] ^= 1;
            return answer;
        });
        using (var lying = Open(server, folder))
        {
            var error = Assert.Throws<InvalidDataException>(() => SampleImage.Content(lying)).Message;
            Assert.Contains(lying.Layers[0].Digest, error);
        }

        isLying = false;
        using var image = Open(server, folder);
        Assert.Equal(SampleImage.Expected(), SampleImage.Content(image));
    }

    [Fact]
    public void AManifestThatIsAnotherIsRefused()
    {
        using var folder = Places.Temporary();
        var digest = SampleImage.ManifestOf("one");
        using var server = new FakeServer(asked => FakeRegistry.Serve(asked with { Path = asked.Path.Replace(digest, "arm") }));
        Assert.Contains(digest, Assert.Throws<TargetException>(() => Open(server, folder, name: $"team/app@{digest}")).Message);

        using var stated = new FakeServer(asked => FakeRegistry.Serve(asked) with { Headers = [("Docker-Content-Digest", SampleImage.ManifestOf("arm"))] });
        Assert.Contains("and it is " + digest, Assert.Throws<TargetException>(() => Open(stated, folder)).Message);
    }

    [Fact]
    public void AnAnswerWithoutEndIsCut()
    {
        using var folder = Places.Temporary();
        var endless = new byte[6 << 20];
        endless.AsSpan().Fill((byte)' ');
        using var manifests = new FakeServer(_ => new(200, endless) { WithLength = false });
        Assert.Contains("more than the 4 MiB", Assert.Throws<TargetException>(() => Open(manifests, folder)).Message);

        using var blobs = new FakeServer(asked => FakeRegistry.IsBlob(asked) ? new(200, endless) : FakeRegistry.Serve(asked));
        Assert.Contains("the manifest says", Assert.Throws<TargetException>(() => Open(blobs, folder)).Message);
    }

    [Fact]
    public void AForeignLayerThatIsNotThereIsANote()
    {
        using var folder = Places.Temporary();
        var manifest = Encoding.UTF8.GetString(SampleImage.Blob(SampleImage.ManifestOf("one")));
        var at = manifest.LastIndexOf("layer.v1.tar", StringComparison.Ordinal);
        manifest = manifest.Insert(at + "layer.".Length, "nondistributable.");
        using var full = new FakeServer(FakeRegistry.Serve);
        using var fullImage = Open(full, folder);
        var missing = fullImage.Layers[1].Digest;
        using var server = new FakeServer(asked => asked.Path.Contains("/manifests/") ? new(200, Encoding.UTF8.GetBytes(manifest)) : asked.Path.Contains(missing) ? new(404) : FakeRegistry.Serve(asked));
        using var image = Open(server, folder);

        Assert.Contains(SampleImage.Content(image), line => line.StartsWith("1 unreadable: layer " + missing) && line.Contains("foreign"));
    }

    /// <summary>Manifests and configurations cut and changed: each is read or refused in one sentence.</summary>
    [Fact]
    public void NonsenseIsRefusedInOneSentence()
    {
        using var folder = Places.Temporary();
        var random = new Random(7);
        using var server = new FakeServer(asked =>
        {
            var answer = FakeRegistry.Serve(asked);
            if (answer.Body!.Length > 10_000) return answer;
            lock (random)
            {
                var changed = random.Next(2) == 0 ? answer.Body[..random.Next(answer.Body.Length)] : [.. answer.Body];
                for (var flips = random.Next(6); flips > 0 && changed.Length > 0; flips--) changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                return answer with { Body = changed };
            }
        });
        for (var i = 0; i < 150; i++)
        {
            try
            {
                using var image = Open(server, folder);
                SampleImage.Content(image);
            }
            catch (Exception e) when (e is TargetException or InvalidDataException)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static void AssertKept(TemporaryFolder folder, IImage image)
    {
        foreach (var layer in image.Layers) Assert.True(File.Exists(folder[$"blobs/{layer.Digest[7..]}"]), layer.Digest);
        Assert.Empty(Directory.GetFiles(folder["blobs"], "*.part"));
    }

    private static IImage Open(FakeServer server, TemporaryFolder folder, RegistryOptions? options = null, string? auth = null, string name = "team/app:one")
    {
        Assert.True(ImageReference.TryParse($"{server.Host}/{name}", out var reference));
        options = (options ?? new()) with { Environment = variable => variable is "REGISTRY_AUTH_FILE" ? auth : null, BlobFolder = folder["blobs"], FirstWait = TimeSpan.FromMilliseconds(10) };
        return RegistryImage.Open(reference, null, options, TestContext.Current.CancellationToken);
    }
}
