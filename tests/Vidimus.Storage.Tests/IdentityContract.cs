using System.Security.Cryptography;
using Vidimus.Findings;

namespace Vidimus.Storage.Tests;

/// <summary>Who may call, and what is deleted when its time has come.</summary>
public abstract class IdentityContract(ITestEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task KeysBelongToPrincipalsAndGoWithTheirAccount()
    {
        var box = new SecretBox(RandomNumberGenerator.GetBytes(SecretBox.KeyLength));
        await WriteAsync(async s =>
        {
            var store = new IdentityStore(s);
            var alice = await store.PutPrincipalAsync(Mine.Tenant, Mine.Account, "alice", Role.Operator, Now, Cancel);
            Assert.Equal(alice, await store.PutPrincipalAsync(Mine.Tenant, Mine.Account, "alice", Role.Reader, Now, Cancel)); // who is there keeps its role
            await store.AddKeyAsync(alice, "AKIA1", box.Seal("secret", "a"), Now, Cancel);
            await store.NameAccountAsync(Mine.Account, "ours", Cancel);
        });
        var key = (await ReadAsync(s => new IdentityStore(s).FindKeyAsync("AKIA1", Cancel)))!;
        Assert.Equal(("111111111111", "alice", Role.Operator, "secret", null), (key.Account, key.Principal, key.Role, box.Open(key.Secret, "a"), key.Used));
        Assert.ThrowsAny<CryptographicException>(() => box.Open(key.Secret, "b"));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new byte[32]).Open(key.Secret, "a"));

        await WriteAsync(async s =>
        {
            var store = new IdentityStore(s);
            await store.SetRoleAsync((await store.PrincipalsAsync(Mine.Account, Cancel))[0].Id, Role.Administrator, Cancel);
            await store.UsedKeyAsync("AKIA1", Now, Cancel);
        });
        key = (await ReadAsync(s => new IdentityStore(s).KeysAsync("111111111111", Cancel)))[0];
        Assert.Equal((Role.Administrator, Now), (key.Role, key.Used));
        Assert.Empty(await ReadAsync(s => new IdentityStore(s).KeysAsync("222222222222", Cancel)));
        Assert.Equal(("ours", 1, 1), (await ReadAsync(s => new IdentityStore(s).AccountsAsync(Cancel))).Where(a => a.Id == Mine.Account).Select(a => (a.Name, a.Principals, a.Keys)).Single());

        await WriteAsync(s => new AccountRemoval(s).DeleteDataAsync(Mine.Account, Cancel));
        await WriteAsync(s => new AccountRemoval(s).DeleteIdentityAsync(Mine.Tenant, Mine.Account, Cancel));
        Assert.Null(await ReadAsync(s => new IdentityStore(s).FindKeyAsync("AKIA1", Cancel)));
        Assert.Equal(["222222222222", "333333333333"], (await ReadAsync(s => new IdentityStore(s).AccountsAsync(Cancel))).Select(a => a.Number));
        Assert.Empty(await ReadAsync(s => new StoreCheck(s).RunAsync(Cancel)));
    }

    [Fact]
    public async Task TheKeyCheckStaysThatOfTheFirst()
    {
        Assert.Null(await ReadAsync(s => new IdentityStore(s).FindKeyCheckAsync(Cancel)));
        Assert.Equal(new byte[] { 1 }, await WriteAsync(s => new IdentityStore(s).KeyCheckAsync([1], Cancel)));
        Assert.Equal(new byte[] { 1 }, await WriteAsync(s => new IdentityStore(s).KeyCheckAsync([2], Cancel)));
    }

    [Fact]
    public async Task AnAuditEntryIsCompletedByItsOwnerAlone()
    {
        var id = await WriteAsync(s => new AuditLog(s).AddAsync(Mine, Now, "p", "CreateFilter", "{}", "begun", Cancel));
        Assert.Equal(0, await WriteAsync(s => new AuditLog(s).EndAsync(Sibling, id, "done", Cancel)));
        Assert.Equal(1, await WriteAsync(s => new AuditLog(s).EndAsync(Mine, id, "done", Cancel)));
        await WriteAsync(s => new AuditLog(s).AddAsync(new(Foreign.Tenant, Foreign.Account, 0), Now.AddDays(1), "q", "admin:X", "{}", "done", Cancel));
        var all = await ReadAsync(s => new AuditLog(s).AllAsync(Now, 0, 10, Cancel));
        Assert.Equal([("111111111111", "eu-central-1", "done"), ("333333333333", "", "done")], all.Select(a => (a.Account, a.Region, a.Entry.Outcome)));
        Assert.Equal("q", Assert.Single(await ReadAsync(s => new AuditLog(s).AllAsync(Now.AddHours(1), 0, 10, Cancel))).Entry.Principal);

        Assert.Equal(1, await WriteAsync(s => new Retention(s).DeleteAuditAsync(Now.AddHours(1), 10, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new Retention(s).DeleteAuditAsync(Now.AddHours(1), 10, Cancel)));
    }

    [Fact]
    public async Task HistoryOutlivesItsFindingUntilItsTime()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        await ObserveAsync(Mine, resource, Now, (1, Facts()), (2, Facts()));
        await ObserveAsync(Mine, resource, Now.AddDays(1), (2, Facts()));
        Assert.Equal(1, await WriteAsync(s => new FindingStore(s).DeleteDueAsync(Now.AddDays(60), 10, Cancel)));
        Assert.Equal(3, await HistoryAsync());

        await SweepAsync(Now.AddHours(12)); // of the one that is gone, the opening alone is that old
        Assert.Equal(2, await HistoryAsync());
        await SweepAsync(Now.AddDays(90)); // the other is there and keeps all of it
        Assert.Equal(1, await HistoryAsync());

        Task<long> HistoryAsync() => ReadAsync(async s => (await s.QueryAsync("select count(*) from finding_history", r => r.GetFieldValue<long>(0), Cancel))[0]);
        async Task SweepAsync(DateTimeOffset before)
        {
            for (long? after = 0; after is { } at;) after = await WriteAsync(s => new Retention(s).DeleteHistoryAsync(before, at, 1, Cancel));
        }
    }

    [Fact]
    public async Task DocumentsThatNobodyHoldsGo()
    {
        var resource = (await ResourcesAsync(Mine, 1))[0];
        Document[] documents = [.. Enumerable.Range(0, 5).Select(i => new Document(Digest.Of([(byte)i]), "os", [1], new byte[] { (byte)i }))];
        var ids = await WriteAsync(s => new DocumentStore(s).PutAsync(Mine, documents, Cancel));
        await WriteAsync(s => s.ExecuteAsync("insert into holding (tenant, account, region, resource, kind, document) values (@tenant, @account, @region, @resource, 'os', @document)", Cancel,
            ("tenant", Mine.Tenant), ("account", Mine.Account), ("region", Mine.Region), ("resource", resource), ("document", ids[documents[1].Digest])));
        var newest = await ReadAsync(s => new Retention(s).NewestDocumentAsync(Cancel));
        var settled = ids.Values.Order().ElementAt(3);
        for (long? after = 0; after is { } at;) after = await WriteAsync(s => new Retention(s).DeleteDocumentsAsync(settled, at, 2, Cancel));
        var left = await ReadAsync(s => new DocumentStore(s).KnownAsync(Mine, [.. documents.Select(d => d.Digest)], Cancel));
        Assert.Equal(new[] { ids[documents[1].Digest], newest }.Order(), left.Values.Order());
    }

    [Fact]
    public async Task TheCatalogHasEveryTableOfTheMigrations()
    {
        var tables = await ReadAsync(s => new Catalog(s).TablesAsync(Cancel));
        Assert.Superset(new HashSet<string> { "tenant", "account", "resource", "document", "finding", "access_key", "work", "audit", "setting" }, tables.Select(t => t.Name).ToHashSet());
        Assert.DoesNotContain(tables, t => t.Name is "schema_step");
        var finding = tables.Single(t => t.Name == "finding");
        Assert.True(finding.IsOfAccount && finding.HasId && finding.Columns.Single(c => c.Name == "score").IsReal);
        Assert.True(tables.Single(t => t.Name == "document").Columns.Single(c => c.Name == "body").IsBytes);
    }
}

public sealed class SqliteIdentityTests() : IdentityContract(new SqliteFile());

public sealed class PostgresIdentityTests(PostgresServer server) : IdentityContract(server);
