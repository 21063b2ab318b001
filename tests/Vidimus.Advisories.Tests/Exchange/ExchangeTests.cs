using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Vidimus.Advisories.Exchange;
using Vidimus.Advisories.Shelf;
using Vidimus.Advisories.Tests.Shelf;
using Vidimus.Ecosystems;
using Vidimus.Testing;

namespace Vidimus.Advisories.Tests.Exchange;

/// <summary>Books that travel as signed files. The mirror holds one source of each kind of terms: OSV and KEV (allowed), Alpine's secdb (none stated), Chainguard's (forbidden).</summary>
public sealed class ExchangeTests : IDisposable
{
    private const int StartSize = 16;

    private readonly TemporaryFolder folder = Places.Temporary();
    private readonly SetTime time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task GivesTheVeryBookWhereAllOfItMayBePassedOn()
    {
        using var key = ExportKey.Create(folder["book.pem"]);
        var sender = await SenderAsync("osv/npm", "kev");
        await sender.ExportAsync(new(folder["out"], key), Cancel);
        var receiver = Shelf("receiver", null);
        var status = await ImportAsync(receiver);

        Assert.Equal(File.ReadAllBytes(sender.CurrentPath!), File.ReadAllBytes(receiver.CurrentPath!));
        Assert.Equal((sender.Status!.Built, sender.Status.Checked, key.Fingerprint), (status.Built, status.Checked, status.Signer));
        Assert.Equal(["kev", "osv/npm"], receiver.Status!.Parts);
        Assert.Equal(sender.Status.Sources.Select(s => (s.Name, s.Terms, s.Records)), receiver.Status.Sources.Select(s => (s.Name, s.Terms, s.Records)));
        Assert.Equal(["book", "book.json", "current", "lock"], Names(receiver));
    }

    [Fact]
    public async Task LeavesOutWhatMayNotBePassedOn()
    {
        using var key = ExportKey.Create(folder["book.pem"]);
        var sender = await SenderAsync("osv/npm", "kev", "alpine-secdb/v3.19", "chainguard");
        var before = File.ReadAllBytes(sender.CurrentPath!);
        using (var all = sender.CurrentBook()!) Assert.True(all.Find("CVE-2099-1") is not null && all.Find("CVE-2099-2") is not null);

        var head = await sender.ExportAsync(new(folder["out"], key), Cancel);
        Assert.Equal([("alpine-secdb/v3.19", true), ("chainguard", true), ("kev", false), ("osv/npm", false)], head.Sources.Select(s => (s.Name, s.LeftOut is not null)));
        Assert.Equal(["kev", "osv/npm"], head.Parts);
        var receiver = Shelf("receiver", null);
        await ImportAsync(receiver);
        using (var book = receiver.CurrentBook()!)
        {
            Assert.Equal(["kev", "osv/npm"], book.Sources.Select(s => s.Name).Order(StringComparer.Ordinal));
            Assert.NotNull(book.Find("GHSA-1"));
            Assert.Null(book.Find("CVE-2099-1"));
            Assert.Null(book.Find("CVE-2099-2"));
        }

        head = await sender.ExportAsync(new(folder["out"], key) { IncludeUnstated = true }, Cancel);
        Assert.Equal(["chainguard"], head.Sources.Where(s => s.LeftOut is not null).Select(s => s.Name));
        await ImportAsync(receiver);
        using (var book = receiver.CurrentBook()!)
        {
            Assert.NotNull(book.Find("CVE-2099-1"));
            Assert.Null(book.Find("CVE-2099-2"));
        }

        Assert.Equal(before, File.ReadAllBytes(sender.CurrentPath!)); // the sender's own book has all as before
        Assert.Equal(["book", "book.json", "current", "lock"], Names(sender));
        var only = Shelf("only", folder["mirror"]);
        await only.UpdateAsync(new() { Parts = ["chainguard"] }, Cancel);
        Assert.Contains("chainguard: its terms forbid", (await Assert.ThrowsAsync<InvalidDataException>(() => only.ExportAsync(new(folder["none"], key), Cancel))).Message);
        Assert.False(File.Exists(folder["none"]));
    }

    [Fact]
    public async Task RefusesEveryChangedByteAndEveryTornFile()
    {
        using var key = ExportKey.Create(folder["book.pem"]);
        var sender = await SenderAsync("osv/npm", "kev");
        await sender.ExportAsync(new(folder["out"], key), Cancel);
        var whole = File.ReadAllBytes(folder["out"]);
        var receiver = Shelf("receiver", null);
        await ImportAsync(receiver);
        var (installed, content) = (receiver.CurrentPath, File.ReadAllBytes(receiver.CurrentPath!));
        var head = BookStart(whole);

        var places = Enumerable.Range(0, head).Concat(Enumerable.Range(0, 200).Select(i => head + (int)((long)i * (whole.Length - head - 1) / 199)));
        foreach (var place in places)
        {
            whole[place] ^= (byte)(1 << (place % 8));
            await RefusedAsync(receiver, whole, $"a flipped bit at {place} of {whole.Length}");
            whole[place] ^= (byte)(1 << (place % 8));
        }

        foreach (var length in Enumerable.Range(0, head).Where(n => n % 7 == 0).Concat([head, head + 1, (head + whole.Length) / 2, whole.Length - 1])) await RefusedAsync(receiver, whole[..length], $"torn after {length}");
        await RefusedAsync(receiver, [.. whole, 0], "one byte more");
        await RefusedAsync(receiver, content, "a bare book");
        Assert.Equal(installed, receiver.CurrentPath);
        Assert.Equal(content, File.ReadAllBytes(receiver.CurrentPath!));
        Assert.Equal(["book", "book.json", "current", "lock"], Names(receiver));
        await ImportAsync(receiver); // the file as it was is still taken
    }

    [Fact]
    public async Task RefusesAnotherKeyAStepBackAndWhatIsTooOld()
    {
        using var key = ExportKey.Create(folder["book.pem"]);
        using var other = ExportKey.Create(folder["other.pem"]);
        var sender = await SenderAsync("osv/npm");
        await sender.ExportAsync(new(folder["old"], key), Cancel);
        await sender.ExportAsync(new(folder["other"], other), Cancel);
        time.Now += TimeSpan.FromDays(1);
        await sender.UpdateAsync(new() { Parts = ["kev"] }, Cancel);
        await sender.ExportAsync(new(folder["new"], key), Cancel);
        var receiver = Shelf("receiver", null);
        Task<ShelfStatus> Import(string file, TimeSpan? most = null, bool older = false) => receiver.ImportAsync(new(folder[file], key) { MaxAge = most, AllowOlder = older }, Cancel);

        Assert.Contains($"not signed by the key {key.Fingerprint}", (await Assert.ThrowsAsync<InvalidDataException>(() => Import("other"))).Message);
        Assert.Null(receiver.CurrentPath);
        await Import("old");
        await Import("new");
        await Import("new"); // the same again is no step back
        Assert.Contains("--allow-older", (await Assert.ThrowsAsync<InvalidDataException>(() => Import("old"))).Message);

        // An update of its own in between does not make it forget.
        await receiver.UpdateAsync(new() { Parts = [] }, Cancel);
        Assert.Null(receiver.Status!.Signer);
        await Assert.ThrowsAsync<InvalidDataException>(() => Import("old"));
        Assert.Equal(key.Fingerprint, (await Import("old", older: true)).Signer);
        await receiver.ImportAsync(new(folder["other"], other), Cancel); // each key counts by itself
        await Assert.ThrowsAsync<InvalidDataException>(() => Import("old"));

        time.Now += TimeSpan.FromDays(6);
        await Import("new", TimeSpan.FromDays(6));
        time.Now += TimeSpan.FromMinutes(1);
        Assert.Contains("older than allowed", (await Assert.ThrowsAsync<InvalidDataException>(() => Import("new", TimeSpan.FromDays(6)))).Message);
        Assert.Equal(TimeSpan.FromDays(6) + TimeSpan.FromMinutes(1), receiver.Age);
        time.Now -= TimeSpan.FromDays(30);
        Assert.Contains("clocks", (await Assert.ThrowsAsync<InvalidDataException>(() => Import("new"))).Message);
    }

    /// <summary>Judge: openssl, from the layout that ADR 41 writes down.</summary>
    [Fact]
    public async Task OpensslVerifiesTheSignatureAndTheDigest()
    {
        RealTool.Require("openssl");
        RealTool.Bash("openssl ecparam -name prime256v1 -genkey -noout -out theirs.pem; openssl ec -in theirs.pem -pubout -out theirs.pub.pem; openssl ecparam -name secp384r1 -genkey -noout -out large.pem", folder.Path);
        using (ExportKey.Create(folder["ours.pem"])) Assert.Equal("600", RealTool.Run("stat", ["-c", "%a", folder["ours.pem"]]).Trim());
        var sender = await SenderAsync("osv/npm");
        foreach (var name in (string[])["ours", "theirs"])
        {
            using (var key = ExportKey.OpenPrivate(folder[$"{name}.pem"])) await sender.ExportAsync(new(folder["out"], key), Cancel);
            var file = File.ReadAllBytes(folder["out"]);
            var signed = StartSize + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12));
            File.WriteAllBytes(folder["signed"], file[..signed]);
            File.WriteAllBytes(folder["signature"], file[(signed + 4)..BookStart(file)]);
            File.WriteAllBytes(folder["content"], file[BookStart(file)..]);

            Assert.Equal("Verified OK\n", RealTool.Bash($"openssl dgst -sha256 -verify {name}.pub.pem -signature signature signed", folder.Path));
            var digest = RealTool.Bash("openssl dgst -sha256 -r content", folder.Path).Split(' ')[0];
            Assert.Contains($"\"digest\":\"{digest}\"", Encoding.UTF8.GetString(file, StartSize, signed - StartSize));
            using var pinned = ExportKey.OpenPublic(folder[$"{name}.pub.pem"]);
            Assert.Equal(pinned.Fingerprint, RealTool.Bash($"openssl pkey -pubin -in {name}.pub.pem -outform DER | openssl dgst -sha256 -r", folder.Path).Split(' ')[0]);
            await Shelf(name, null).ImportAsync(new(folder["out"], pinned), Cancel);
        }

        Assert.Contains("another kind", Assert.Throws<InvalidDataException>(() => ExportKey.OpenPrivate(folder["large.pem"])).Message);
        Assert.Contains("public key is needed", Assert.Throws<InvalidDataException>(() => ExportKey.OpenPublic(folder["ours.pem"])).Message);
        Assert.Contains("private key is needed", Assert.Throws<InvalidDataException>(() => ExportKey.OpenPrivate(folder["ours.pub.pem"])).Message);
        Assert.Contains("no key", Assert.Throws<InvalidDataException>(() => ExportKey.OpenPublic(folder["signed"])).Message);
        Assert.Contains("not overwritten", Assert.Throws<InvalidDataException>(() => ExportKey.Create(folder["ours.pem"])).Message);
    }

    private static int BookStart(byte[] file)
    {
        var signed = StartSize + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(12));
        return signed + 4 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(signed));
    }

    private static IEnumerable<string> Names(BookShelf shelf) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(shelf.CurrentPath)!).Select(file => Path.GetFileName(file) is ['b', 'o', 'o', 'k', '-', ..] name ? name.EndsWith(".json", StringComparison.Ordinal) ? "book.json" : "book" : Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private BookShelf Shelf(string data, string? address) => BookShelf.ForAddress(folder[data], address ?? folder["empty"], BookShelfTests.Feeds, EcosystemList.Keys, time);

    private async Task<BookShelf> SenderAsync(params string[] parts)
    {
        Directory.CreateDirectory(folder["empty"]);
        Write("chainguard/security.json", """{"packages":[{"pkg":{"name":"curl","secfixes":{"8.5.0-r0":["CVE-2099-2"]}}}]}""");
        Write("alpine-secdb/v3.19/main.json", """{"packages":[{"pkg":{"name":"curl","secfixes":{"8.5.0-r0":["CVE-2099-1"]}}}]}""");
        Write("kev/known_exploited_vulnerabilities.json", """{"vulnerabilities":[{"cveID":"CVE-2024-0001","dateAdded":"2024-01-02"}]}""");
        Directory.CreateDirectory(folder["mirror/osv/npm"]);
        using (var zip = ZipFile.Open(folder["mirror/osv/npm/all.zip"], ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("GHSA-1.json").Open();
            entry.Write("""{"id":"GHSA-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"left-pad"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.3.1"}]}]}]}"""u8);
        }

        var shelf = Shelf("sender", folder["mirror"]);
        await shelf.UpdateAsync(new() { Parts = parts }, Cancel);
        return shelf;
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[$"mirror/{path}"])!);
        File.WriteAllText(folder[$"mirror/{path}"], text);
    }

    private async Task<ShelfStatus> ImportAsync(BookShelf shelf)
    {
        using var pinned = ExportKey.OpenPublic(folder["book.pub.pem"]);
        return await shelf.ImportAsync(new(folder["out"], pinned), Cancel);
    }

    private async Task RefusedAsync(BookShelf shelf, byte[] file, string what)
    {
        File.WriteAllBytes(folder["changed"], file);
        using var pinned = ExportKey.OpenPublic(folder["book.pub.pem"]);
        var taken = false;
        try
        {
            await shelf.ImportAsync(new(folder["changed"], pinned), Cancel);
            taken = true;
        }
        catch (InvalidDataException)
        {
            // As it must be.
        }

        Assert.False(taken, what);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
