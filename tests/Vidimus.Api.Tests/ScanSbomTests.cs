using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Advisories;
using Vidimus.Advisories.Fetch;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Api.Tests;

/// <summary>ScanSbom over the shared feeds. The judges are Amazon's own answers to the same SBOMs: their members, the forms of their values, their components; and boto3 as the client.</summary>
public sealed partial class ScanSbomTests
{
    private static readonly Lazy<Book> Shared = new(MakeBook);

    public static TheoryData<string> Sboms => [.. "alpine-3.18.2 amazonlinux-latest debian-stable-20240130 postgres-latest ruby-latest ubuntu-latest".Split(' ')];

    /// <summary>What we add carries our own prefix; what is missing or formed in another way than Amazon's is named here by the test's failure.</summary>
    [Theory]
    [MemberData(nameof(Sboms))]
    public async Task AnswersInTheFormOfAmazonsOwnAnswer(string name)
    {
        await using var server = await StartAsync();
        var answer = Scan(server, name, "CYCLONE_DX_1_5");
        var amazon = Amazon(name);

        Assert.Equal(Paths(amazon).Where(p => p.StartsWith("metadata", StringComparison.Ordinal)).Order(), Paths(answer).Where(p => p.StartsWith("metadata", StringComparison.Ordinal)).Order());
        Assert.Empty(Paths(answer).Except(AmazonsPaths.Value));
        Assert.Equal(Counts(amazon).Keys, Counts(answer).Keys);
        Assert.Equal(Vulnerabilities(answer).Count, Counts(answer).Values.Sum());
        Assert.Matches("^urn:uuid:[0-9a-f-]{36}$", answer.GetProperty("serialNumber").GetString());
    }

    /// <summary>The answer holds the document's components in its order, numbered anew, with Amazon's own words for those without a vulnerability.</summary>
    [Theory]
    [MemberData(nameof(Sboms))]
    public async Task NumbersTheComponentsAsAmazonDoes(string name)
    {
        await using var server = await StartAsync();
        var answer = Scan(server, name, "");
        var sent = Flat(Document(Places.Shared($"scan-sbom/{name}.sbom.json"))).Select(c => (Text(c, "name"), Text(c, "version"), Text(c, "purl"))).ToList();
        var got = Flat(answer).ToList();
        Assert.Equal(sent, got.Select(c => (Text(c, "name"), Text(c, "version"), Text(c, "purl"))));
        Assert.Equal(Enumerable.Range(1, got.Count).Select(i => $"comp-{i}"), got.Select(c => Text(c, "bom-ref")));
        Assert.Subset(
            new HashSet<string> { "Component scanned: no vulnerabilities found.", "Component skipped: no rules found.", "Component skipped: no purl provided." },
            got.SelectMany(Properties).Where(p => p.Name.EndsWith(":info", StringComparison.Ordinal) || p.Name.EndsWith(":warning", StringComparison.Ordinal)).Select(p => p.Value).ToHashSet());

        var refs = got.Select(c => Text(c, "bom-ref")).ToHashSet();
        foreach (var vulnerability in Vulnerabilities(answer))
        {
            var affected = vulnerability.GetProperty("affects").EnumerateArray().Select(a => Text(a, "ref")).ToList();
            Assert.NotEmpty(affected);
            Assert.Subset(refs, affected.ToHashSet());
            Assert.All(Properties(vulnerability).Where(p => p.Name.Contains(":fixed_version:", StringComparison.Ordinal)), p => Assert.Contains(p.Name.Split(':')[^1], affected));
            Assert.All(got.Where(c => affected.Contains(Text(c, "bom-ref"))), c => Assert.DoesNotContain(Properties(c), p => p.Name.EndsWith(":info", StringComparison.Ordinal)));
        }
    }

    /// <summary>Amazon answered in May 2024. Of the systems in these SBOMs the shared feeds are whole for Debian alone: what Amazon found of its packages, and knew a fix for, we find too.</summary>
    [Theory]
    [InlineData("debian-stable-20240130")]
    [InlineData("postgres-latest")]
    [InlineData("ruby-latest")]
    public async Task FindsWhatAmazonFoundWithAFix(string name)
    {
        await using var server = await StartAsync();
        var ours = Vulnerabilities(Scan(server, name, "CYCLONE_DX_1_5")).Select(v => Text(v, "id")).ToHashSet();
        var purls = Flat(Amazon(name)).ToDictionary(c => Text(c, "bom-ref")!, c => Text(c, "purl") ?? "");
        var amazons = Vulnerabilities(Amazon(name)).Where(v => Properties(v).Any(p => p.Name.Contains("fixed_version", StringComparison.Ordinal) && purls[p.Name.Split(':')[^1]].StartsWith("pkg:deb/", StringComparison.Ordinal)))
            .Select(v => Text(v, "id")).ToList();
        Assert.NotEmpty(amazons);
        TestContext.Current.TestOutputHelper?.WriteLine($"Amazon {amazons.Count}, ours {ours.Count}, both {amazons.Count(ours.Contains)}; missing {string.Join(' ', amazons.Where(a => !ours.Contains(a)))}");
        Assert.All(amazons, id => Assert.Contains(id, ours));
    }

    [Fact]
    public async Task WritesInspectorsOwnForm()
    {
        await using var server = await StartAsync();
        var answer = Scan(server, "ubuntu-latest", "INSPECTOR");
        var amazon = Document(Places.Shared("scan-sbom/dockerfile-checks/inspector-scan.json"));
        Assert.Empty(Paths(answer).Except(Paths(amazon)).Except(["vulnerabilities.affects.fixed_version"]));
        var counts = answer.GetProperty("vulnerability_count").EnumerateObject().Sum(c => c.Value.GetInt32());
        Assert.Equal(answer.GetProperty("vulnerabilities").GetArrayLength(), counts);
        Assert.True(counts > 0);
    }

    [Fact]
    public async Task MutatedSbomsAreNeverAServersError()
    {
        await using var server = await StartAsync();
        var output = server.Judge("fuzz.py", "5", "1000", ApiServer.AccessKey, ApiServer.Secret, Places.Shared("scan-sbom/alpine-3.18.2.sbom.json"));
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Contains(" 0 failures", output);
    }

    [Fact]
    public async Task RefusesWhatIsNoSbomAndMoreComponentsThanAmazonTakes()
    {
        await using var server = await StartAsync();
        using var folder = Places.Temporary();
        void Refuses(string sbom, string reason, string form = "CYCLONE_DX_1_5")
        {
            File.WriteAllText(folder["sbom.json"], sbom);
            var (exit, _, error) = RefusalTests.Aws(server, "inspector-scan", "scan-sbom", "--sbom", $"file://{folder["sbom.json"]}", "--output-format", form);
            Assert.NotEqual(0, exit);
            Assert.Contains("(ValidationException)", error);
            Assert.Contains(reason, error);
        }

        string Many(int count) => $$"""{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"type":"library","name":"n{{i}}","purl":"pkg:npm/n{{i}}@1.0.0"}"""))}}]}""";
        Refuses("""{"spdxVersion":"SPDX-2.3"}""", "SPDX-2.3");
        Refuses("""{"bomFormat":"CycloneDX","specVersion":"1.2"}""", "CycloneDX 1.2");
        Refuses(Many(5001), "more than 5000 components");
        Refuses(Many(1), "INSPECTOR_ALT", "INSPECTOR_ALT");
        File.WriteAllText(folder["sbom.json"], Many(5000));
        Assert.Equal(0, RefusalTests.Aws(server, "inspector-scan", "scan-sbom", "--sbom", $"file://{folder["sbom.json"]}").Exit);
    }

    private static Task<ApiServer> StartAsync()
    {
        Places.Shared("advisories"); // skips, outside of the lazy value, when it is absent
        return ApiServer.StartAsync(services => services with { Books = new Books(Shared.Value) });
    }

    private static JsonElement Scan(ApiServer server, string name, string form) =>
        JsonDocument.Parse(server.Judge("scan_sbom.py", Places.Shared($"scan-sbom/{name}.sbom.json"), form)).RootElement;

    private static JsonElement Amazon(string name) => Document(Places.Shared($"scan-sbom/{name}.answer.json"));

    private static JsonElement Document(string path)
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        return root.TryGetProperty("sbom", out var inner) ? inner : root;
    }

    /// <summary>The members of all of Amazon's answers that are at hand: not each of them has every one.</summary>
    private static readonly Lazy<HashSet<string>> AmazonsPaths = new(() =>
        [.. Sboms.Select(s => Amazon(s.Data)).Append(Document(Places.Shared("scan-sbom/dockerfile-checks/inspector-scan-cdx.json"))).SelectMany(Paths)]);

    /// <summary>Every member of a document with its kind of value and, where it has one, its form: <c>metadata.timestamp time.fff</c>. Names that are ours are left out.</summary>
    private static HashSet<string> Paths(JsonElement root)
    {
        var paths = new HashSet<string>();
        void Walk(JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in element.EnumerateObject().Where(m => m.Name is not "vidimus")) Walk(member.Value, member.Name is "components" && path.EndsWith("components", StringComparison.Ordinal) ? path : path.Length == 0 ? member.Name : $"{path}.{member.Name}");
                    break;
                case JsonValueKind.Array:
                    foreach (var item in element.EnumerateArray()) Walk(item, path);
                    break;
                default:
                    paths.Add($"{path} {Form(element)}");
                    break;
            }
        }

        Walk(root, "");
        return paths;
    }

    private static string Form(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when Milliseconds().IsMatch(value.GetString()!) => "time.fff",
        JsonValueKind.String when Seconds().IsMatch(value.GetString()!) => "time",
        var kind => kind.ToString(),
    };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex Seconds();

    private static List<JsonElement> Vulnerabilities(JsonElement answer) => answer.TryGetProperty("vulnerabilities", out var list) ? [.. list.EnumerateArray()] : [];

    private static IEnumerable<JsonElement> Flat(JsonElement holder) =>
        holder.TryGetProperty("components", out var list) ? list.EnumerateArray().SelectMany(c => Flat(c).Prepend(c)) : [];

    private static string? Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static List<(string Name, string Value)> Properties(JsonElement element) =>
        element.TryGetProperty("properties", out var list) ? [.. list.EnumerateArray().Select(p => (Text(p, "name")!, Text(p, "value")!))] : [];

    private static SortedDictionary<string, int> Counts(JsonElement answer) =>
        new(Properties(answer.GetProperty("metadata")).Where(p => p.Name.EndsWith("_vulnerabilities", StringComparison.Ordinal)).ToDictionary(p => p.Name, p => int.Parse(p.Value)));

    private static Book MakeBook()
    {
        var mirror = new FolderMirror(Places.Shared("advisories"));
        using var writer = new BookWriter(EcosystemList.Keys);
        foreach (var feed in (IEnumerable<IFeed>)[.. FeedList.CrossEcosystem(EcosystemList.Keys), .. EcosystemList.Feeds])
        {
            var parts = mirror.PartsAsync(feed, default).GetAwaiter().GetResult();
            foreach (var part in parts.Count == 0 ? [""] : parts)
            {
                if (mirror.SnapshotAsync(feed, part, default).GetAwaiter().GetResult() is not { } snapshot) continue;
                foreach (var record in feed.Read(snapshot, default)) writer.Add(feed.Name, record);
            }
        }

        using var folder = Places.Temporary();
        writer.Write(folder["book"], DateTimeOffset.UnixEpoch);
        return Book.Open(folder["book"]); // the mapping outlives the file's name
    }

    private sealed class Books(Book book) : IBooks
    {
        public ValueTask<BookLoan?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult<BookLoan?>(new(book, EcosystemList.Keys, Starter: false, Stale: false));
    }
}
