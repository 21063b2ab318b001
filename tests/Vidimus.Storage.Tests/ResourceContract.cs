using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>Tenants, resources, documents, package versions.</summary>
public abstract class ResourceContract(ITestEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task FindsAnAccountByItsDigits()
    {
        Assert.Equal(Mine, await ReadAsync(s => new TenantStore(s).FindAsync("111111111111", "eu-central-1", Cancel)));
        Assert.Null(await ReadAsync(s => new TenantStore(s).FindAsync("111111111111", "eu-central-2", Cancel)));
        Assert.Null(await ReadAsync(s => new TenantStore(s).FindAsync("999999999999", "eu-central-1", Cancel)));
    }

    [Fact]
    public async Task KeepsItsIdentity()
    {
        using var first = await WriteAsync(s => new TenantStore(s).IdentityAsync(Cancel));
        using var second = await WriteAsync(s => new TenantStore(s).IdentityAsync(Cancel));
        Assert.Equal(first.ToHex(1), second.ToHex(1));
    }

    [Fact]
    public async Task AResourceKeepsItsRowWhenItsFactsChange()
    {
        var key = new ResourceKey("host", "i-1");
        var id = (await WriteAsync(s => new ResourceStore(s).PutAsync(Mine, [(key, "{}")], Now, Cancel)))[key];
        Assert.Equal(id, (await WriteAsync(s => new ResourceStore(s).PutAsync(Mine, [(key, """{"tags":{"a":"b"}}""")], Now.AddDays(1), Cancel)))[key]);
        Assert.NotEqual(id, (await WriteAsync(s => new ResourceStore(s).PutAsync(Sibling, [(key, "{}")], Now, Cancel)))[key]);

        Assert.Equal(1, await WriteAsync(s => new ResourceStore(s).ScannedAsync(Mine, [id], Now.AddDays(2), Cancel)));
        var resource = Assert.Single(await ReadAsync(s => new ResourceStore(s).GetAsync(Mine, [id], Cancel)));
        Assert.Equal(new Resource(Mine, id, key, """{"tags":{"a":"b"}}""", ScanStatus.Successful, Now, Now.AddDays(2)), resource);
    }

    [Fact]
    public async Task WhatWasNotCommittedIsGone()
    {
        await using (var session = await Database.WriteAsync(Cancel)) await new ResourceStore(session).PutAsync(Mine, [(new("host", "i-1"), "{}")], Now, Cancel);
        Assert.Empty(await ReadAsync(s => new ResourceStore(s).ListAsync(Mine.OfTenant, 0, 10, Cancel)));
    }

    [Fact]
    public async Task AReaderSeesOneMoment()
    {
        await ResourcesAsync(Mine, 1);
        await using var session = await Database.ReadAsync(Cancel);
        Assert.Single(await new ResourceStore(session).ListAsync(Mine.OfTenant, 0, 10, Cancel));
        await ResourcesAsync(Sibling, 1);
        Assert.Single(await new ResourceStore(session).ListAsync(Mine.OfTenant, 0, 10, Cancel));
    }

    [Fact]
    public async Task ListsTheTenantsResourcesPageByPage()
    {
        var ids = (await ResourcesAsync(Mine, 25)).Concat(await ResourcesAsync(Sibling, 5)).Order().ToArray();
        await ResourcesAsync(Foreign, 5);
        var seen = new List<long>();
        for (var after = 0L; await ReadAsync(s => new ResourceStore(s).ListAsync(Mine.OfTenant, after, 7, Cancel)) is [.., var last] page; after = last.Id) seen.AddRange(page.Select(r => r.Id));
        Assert.Equal(ids, seen);
    }

    [Fact]
    public async Task AnAccountKnowsOnlyTheDocumentsItSent()
    {
        Document document = new(Digest.Of("body"u8), "os", [1, 5, 1L << 40], "body"u8.ToArray());
        await WriteAsync(s => new DocumentStore(s).PutAsync(Mine, [document, document], Cancel));
        await WriteAsync(s => new DocumentStore(s).PutAsync(Mine, [document], Cancel));
        Assert.Single(await ReadAsync(s => new DocumentStore(s).KnownAsync(Mine, [document.Digest, Digest.Of("other"u8)], Cancel)));
        Assert.Empty(await ReadAsync(s => new DocumentStore(s).KnownAsync(Sibling, [document.Digest], Cancel)));

        var read = await ReadAsync(s => new DocumentStore(s).ReadAsync(Mine, document.Digest, Cancel));
        Assert.Equal((document.Kind, "1 5 1099511627776", "body"), (read!.Kind, string.Join(' ', read.Versions), System.Text.Encoding.UTF8.GetString(read.Body.Span)));
    }

    [Fact]
    public async Task LeadsFromADocumentToItsHolders()
    {
        var resources = await ResourcesAsync(Mine, 1000);
        var theirs = await ResourcesAsync(Sibling, 1);
        Document[] documents = [.. Enumerable.Range(0, 2).Select(i => new Document(Digest.Of([(byte)i]), "os", [i], new byte[] { (byte)i }))];
        var ids = await WriteAsync(s => new DocumentStore(s).PutAsync(Mine, documents, Cancel));
        var (first, second) = (ids[documents[0].Digest], ids[documents[1].Digest]);

        Assert.Equal(1000, await WriteAsync(s => new DocumentStore(s).HoldAsync(Mine, [.. resources.Append(theirs[0]).Select(r => (r, "os", first))], Cancel)));
        Assert.Equal(0, await WriteAsync(s => new DocumentStore(s).HoldAsync(Mine, [.. resources.Select(r => (r, "os", first))], Cancel)));
        Assert.Equal(1, await WriteAsync(s => new DocumentStore(s).HoldAsync(Mine, [(resources[3], "os", second)], Cancel)));

        Assert.Equal(resources.Where((_, i) => i != 3), await ReadAsync(s => new DocumentStore(s).HoldersAsync(Mine, [first], Cancel)));
        Assert.Equal([resources[3]], await ReadAsync(s => new DocumentStore(s).HoldersAsync(Mine, [second], Cancel)));
        Assert.Equal(documents[1].Digest, (await ReadAsync(s => new DocumentStore(s).HeldByAsync(Mine, resources[3], Cancel)))["os"]);
    }

    [Fact]
    public async Task APackageVersionHasOneNumber()
    {
        PackageVersion[] versions = [.. Enumerable.Range(0, 2000).Select(i => new PackageVersion("Debian:12", $"p{i % 500}", $"1.{i}", i % 2 == 0 ? "" : "amd64"))];
        var first = await WriteAsync(s => new PackageVersionStore(s).NumberAsync(versions[..1500], Cancel));
        var second = await WriteAsync(s => new PackageVersionStore(s).NumberAsync([.. versions, .. versions], Cancel));
        Assert.Equal(2000, second.Values.Distinct().Count());
        Assert.All(first, x => Assert.Equal(x.Value, second[x.Key]));
        Assert.Equal(second.ToDictionary(x => x.Value, x => x.Key), await ReadAsync(s => new PackageVersionStore(s).GetAsync([.. second.Values], Cancel)));
    }

    [Fact]
    public async Task TheAuditLogIsReadPageByPage()
    {
        await WriteAsync(async s =>
        {
            for (var i = 0; i < 5; i++) await new AuditLog(s).AddAsync(Mine, Now.AddSeconds(i), "root", "CreateFilter", $"{i}", "ok", Cancel);
        });
        var page = await ReadAsync(s => new AuditLog(s).ReadAsync(Mine, 0, 3, Cancel));
        Assert.Equal(["0", "1", "2"], page.Select(e => e.Request));
        Assert.Equal(["3", "4"], (await ReadAsync(s => new AuditLog(s).ReadAsync(Mine, page[^1].Id, 3, Cancel))).Select(e => e.Request));
    }
}

public sealed class SqliteResourceTests() : ResourceContract(new SqliteFile());

public sealed class PostgresResourceTests(PostgresServer server) : ResourceContract(server);
