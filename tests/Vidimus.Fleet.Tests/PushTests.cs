using System.Text;
using System.Text.Json;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Storage;
using Vidimus.Testing;

namespace Vidimus.Fleet.Tests;

/// <summary>The tool, as a process, and a server on a real port. Judge of the findings: the report of a scan of the same target by the same book.</summary>
public class PushTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindingsAreThoseOfAScanAndCloseWhenAPackageIsUpgraded()
    {
        RealTool.Require("umoci", "skopeo", "debootstrap", "tar");
        await using var server = await FleetServer.StartAsync();
        Image(server, "web", null, npm: "3.10.1");
        Image(server, "db", null, npm: null);

        // The first scan makes the book, of the shared feeds.
        var feeds = Places.Shared("advisories");
        var expected = Scan(server, "web", "--feeds", feeds);
        var path = Book(server);
        using var book = Advisories.Book.Open(path);
        await server.Fleet.AdoptAsync(book);

        var (exit, output, error) = server.Tool("push", "docker-archive:web.tar", "--as", "image:registry.example/shop/web:1", "--tag", "team=shop");
        Assert.True(exit == 0, error);
        Assert.Contains("2 documents sent", output);
        Assert.Equal(0, server.Tool("push", "docker-archive:db.tar", "--as", "image:registry.example/shop/db:1").Exit);
        var web = await OpenAsync(server, "registry.example/shop/web:1");
        Assert.True(expected.Count > 10, "the image has hardly any vulnerable package");
        Assert.Equal(expected, web);
        Assert.Equal(Scan(server, "db", "--book", path), await OpenAsync(server, "registry.example/shop/db:1"));

        // Again: nothing is sent, and of all that is stored one row's time of scan is another.
        var before = await RowsAsync(server);
        server.Fleet.Clock.Now += TimeSpan.FromHours(1);
        var again = server.Tool("push", "docker-archive:web.tar", "--as", "image:registry.example/shop/web:1", "--tag", "team=shop");
        Assert.True(again.Exit == 0, again.Error);
        Assert.Contains("all as the server knows them", again.Output);
        Assert.Equal(before, await RowsAsync(server));

        // One package goes to a version that nothing is said of; the report says the same.
        var upgraded = Image(server, "web", expected.Select(l => l.Split(' ')[1]).First(n => n != "lodash"), npm: "3.10.1");
        server.Fleet.Clock.Now += TimeSpan.FromHours(1);
        var third = server.Tool("push", "docker-archive:web.tar", "--as", "image:registry.example/shop/web:1");
        Assert.True(third.Exit == 0, third.Error);
        Assert.Contains("2 documents sent", third.Output); // both: a package is named with the layer that brought it, and all are in one
        var left = await OpenAsync(server, "registry.example/shop/web:1");
        Assert.Equal(Scan(server, "web", "--book", path), left);
        Assert.NotEqual(web, left);
        Assert.DoesNotContain(left, l => l.Split(' ')[1] == upgraded);

        // The tag and the image's facts are there, and a closed finding has a history that its owner reads.
        await using var session = await server.Fleet.Database.WriteAsync(Cancel);
        var resource = (await new ResourceStore(session).FindAsync(server.Fleet.Scope, new("image", "registry.example/shop/web:1"), Cancel))!;
        var facts = ContentsText.ReadResource(resource.Facts);
        Assert.Equal(("DEBIAN_12", "shop", "shop/web", "registry.example", "amd64"), (facts.Platform, facts.Tags["team"], facts.Image!.Repository, facts.Image.Registry, facts.Architecture));
        var closed = (await new FindingStore(session).OfResourceAsync(server.Fleet.Scope, resource.Id, FindingKind.Package, Cancel)).First(f => !f.IsOpen);
        await session.DisposeAsync();
        var arn = $"arn:aws:inspector2:eu-west-1:{FleetServer.Account}:finding/{server.Identity.ToHex(closed.Id)}";
        var history = server.Run(FleetServer.KeyFile(server.Folder), "findings", "history", arn);
        Assert.True(history.Exit == 0, history.Error);
        Assert.Matches(@"(?s)OPENED.*CLOSED.*NOT_OBSERVED", history.Output);
    }

    [Fact]
    public async Task WhoMayNotPushOrNamesNothingIsTold()
    {
        await using var server = await FleetServer.StartAsync();
        Directory.CreateDirectory(server.Folder["app/node_modules/pad"]);
        File.WriteAllText(server.Folder["app/node_modules/pad/package.json"], """{"name":"pad","version":"1.0.0"}""");

        void Says(string sentence, int exit, (int Exit, string Output, string Error) run)
        {
            Assert.Contains(sentence, run.Error);
            Assert.Equal((exit, ""), (run.Exit, run.Output));
        }

        Says("ThrottlingException: The server has no advisory book yet.", 3, server.Tool("push", "dir:app", "--as", "folder:app"));
        await server.Fleet.AdoptAsync(server.Fleet.Books.Make(Fleet.Start, TestBooks.Advisory("CVE-2024-0001", TestBooks.Below("npm", "pad", "1.1.0"))));
        Says("InvalidSignatureException", 3, server.ToolOfStranger("push", "dir:app", "--as", "folder:app"));
        Says("AccessDeniedException", 3, server.ToolOfReader("push", "dir:app", "--as", "folder:app"));
        Says("give it one with --as folder:ID", 2, server.Tool("push", "dir:app"));
        Says("'app' is not KIND:ID", 2, server.Tool("push", "dir:app", "--as", "app"));
        Says("not 'ship'", 2, server.Tool("push", "dir:app", "--as", "ship:app"));
        Says("is not an address", 2, server.Tool("push", "dir:app", "--as", "folder:app", "--server", "nowhere"));
        Says("there is no access key", 3, server.Run(new Dictionary<string, string> { ["AWS_SHARED_CREDENTIALS_FILE"] = "/nonexistent", ["AWS_CONFIG_FILE"] = "/nonexistent", ["AWS_ACCESS_KEY_ID"] = "", ["AWS_PROFILE"] = "" }, "push", "dir:app", "--as", "folder:app"));

        var pushed = server.Tool("push", "dir:app", "--as", "folder:app");
        Assert.True(pushed.Exit == 0, pushed.Error);
        Assert.Contains("1 opened", pushed.Output);

        // An SBOM of the same folder under the same name is the same.
        Assert.Equal(0, server.Tool("inventory", "dir:app", "-o", "app.cdx.json").Exit);
        var sbom = server.Tool("push", "sbom:app.cdx.json", "--as", "folder:app");
        Assert.True(sbom.Exit == 0, sbom.Error);
        Assert.Contains("0 closed", sbom.Output);
        Assert.Equal(["CVE-2024-0001 pad 1.0.0 1.1.0"], await OpenAsync(server, "app", "folder"));

        Says("There is no such finding", 3, server.Tool("findings", "history", new string('0', 32)));
    }

    /// <summary>The shown findings of a scan, one line a vulnerability and package.</summary>
    private static List<string> Scan(FleetServer server, string image, params IEnumerable<string> book)
    {
        var (exit, output, error) = server.Tool(["scan", $"docker-archive:{image}.tar", "-f", "json", .. book]);
        Assert.True(exit == 0, error);
        using var report = JsonDocument.Parse(output);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("kind").GetString() != "end-of-life")
            .Select(f => $"{f.GetProperty("id")} {f.GetProperty("package")} {f.GetProperty("version")} {f.GetProperty("severity")} {f.GetProperty("status")} {f.GetProperty("fixedVersion")} {f.GetProperty("advisory")}".TrimEnd())
            .Distinct().Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> OpenAsync(FleetServer server, string id, string kind = "image")
    {
        await using var session = await server.Fleet.Database.WriteAsync(Cancel);
        var resource = (await new ResourceStore(session).FindAsync(server.Fleet.Scope, new(kind, id), Cancel))!;
        var open = (await new FindingStore(session).OfResourceAsync(server.Fleet.Scope, resource.Id, FindingKind.Package, Cancel)).Where(f => f.IsOpen).ToList();
        var names = await new VulnerabilityStore(session).GetAsync([.. open.Select(f => f.Key.Fingerprint)], Cancel);
        var evidence = await new FindingStore(session).EvidenceAsync(server.Fleet.Scope, [.. open.Select(f => f.Facts.Evidence).Distinct()], Cancel);
        var lines = new List<string>();
        foreach (var finding in open)
        {
            foreach (var package in ContentsText.ReadEvidence(evidence[finding.Facts.Evidence].Body).Packages)
            {
                var version = $"{(package.Epoch is { } epoch ? $"{epoch}:" : "")}{package.Version}{(package.Release is { } release ? $"-{release}" : "")}";
                lines.Add(kind == "folder"
                    ? $"{names[finding.Key.Fingerprint].DisplayId} {package.Name} {version} {package.Fixed}"
                    : $"{names[finding.Key.Fingerprint].DisplayId} {package.Name} {version} {finding.Facts.Severity.ToString().ToUpperInvariant()} {package.Status} {package.Fixed} {ContentsText.ReadEvidence(evidence[finding.Facts.Evidence].Body).Advisory}".TrimEnd());
            }
        }

        return [.. lines.Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>All rows of all tables but the resources' time of scan.</summary>
    private static async Task<string> RowsAsync(FleetServer server)
    {
        await using var session = await server.Fleet.Database.ReadAsync(Cancel);
        var text = new StringBuilder();
        foreach (var table in await session.QueryAsync("select name from sqlite_master where type = 'table' and name not like 'sqlite%' order by name", r => r.GetString(0), Cancel))
        {
            var columns = (await session.QueryAsync($"select name from pragma_table_info('{table}')", r => r.GetString(0), Cancel)).Where(c => c != "last_scan_ms");
            var rows = await session.QueryAsync($"select {string.Join(" || '|' || ", columns.Select(c => $"coalesce({c}, '')"))} from {table}", r => r.GetValue(0).ToString(), Cancel);
            text.Append(table).Append(": ").AppendJoin('\n', rows.Order(StringComparer.Ordinal)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>An image with a Debian's package database and, perhaps, a package of npm's.</summary>
    /// <param name="upgrade">A package that goes to version 999; gives its name.</param>
    private static string? Image(FleetServer server, string name, string? upgrade, string? npm)
    {
        var root = DebianRoot.Of("bookworm");
        RealTool.Bash($"""
            rm -rf rootfs lay {name}.tar; mkdir -p rootfs/etc rootfs/var/lib/dpkg rootfs/app
            cp '{root}/etc/os-release' rootfs/etc/os-release; cp '{root}/var/lib/dpkg/status' rootfs/var/lib/dpkg/status
            """, server.Folder.Path);
        var status = server.Folder["rootfs/var/lib/dpkg/status"];
        if (upgrade is not null) File.WriteAllText(status, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(status), $@"(?s)(\bPackage: {System.Text.RegularExpressions.Regex.Escape(upgrade)}\n.*?\nVersion: )[^\n]+", "${1}999:9-9"));
        if (npm is not null)
        {
            Directory.CreateDirectory(server.Folder["rootfs/app/node_modules/lodash"]);
            File.WriteAllText(server.Folder["rootfs/app/node_modules/lodash/package.json"], $$"""{"name":"lodash","version":"{{npm}}"}""");
        }

        RealTool.Bash($"""
            umoci init --layout lay; umoci new --image lay:base; umoci insert --image lay:base rootfs / >/dev/null
            umoci config --image lay:base --architecture amd64 --os linux
            skopeo copy -q oci:lay:base docker-archive:{name}.tar:example/{name}:1
            """, server.Folder.Path);
        return upgrade;
    }

    /// <summary>The book that the tool made in its data folder.</summary>
    private static string Book(FleetServer server) => Directory.EnumerateFiles(server.Folder["data"], "*", SearchOption.AllDirectories).Where(IsBook).MaxBy(f => new FileInfo(f).Length)!;

    private static bool IsBook(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[8];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.AsSpan().SequenceEqual("VIDIMUS\n"u8);
    }
}
