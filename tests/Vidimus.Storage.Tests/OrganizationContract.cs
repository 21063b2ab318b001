using System.Globalization;
using Vidimus.Findings;
using Vidimus.Storage.Migrations;

namespace Vidimus.Storage.Tests;

/// <summary>Enablement, organizations, configurations, reports, and accounts that change their tenant.</summary>
public abstract class OrganizationContract(ITestEngine engine) : StoreContract(engine)
{
    [Fact]
    public async Task AConfigurationIsWrittenOverAndCounted()
    {
        await WriteAsync(s => new ConfigurationStore(s).PutAsync(Mine, "ecr", "a", "1", Now, Cancel));
        await WriteAsync(s => new ConfigurationStore(s).PutAsync(Mine, "ecr", "a", "2", Now.AddDays(1), Cancel));
        await WriteAsync(s => new ConfigurationStore(s).PutAsync(Sibling, "ecr", "b", "3", Now, Cancel));
        Assert.Equal(new StoredConfiguration(Mine, "ecr", "a", "2", 2, Now, Now.AddDays(1)), await ReadAsync(s => new ConfigurationStore(s).GetAsync(Mine, "ecr", "a", Cancel)));
        Assert.Equal(["2", "3"], (await ReadAsync(s => new ConfigurationStore(s).OfTenantAsync(Mine.OfTenant, "ecr", Cancel))).Select(c => c.Body));
        Assert.Single(await ReadAsync(s => new ConfigurationStore(s).ListAsync(Mine, "ecr", Cancel)));
        Assert.Equal(1, await WriteAsync(s => new ConfigurationStore(s).DeleteAsync(Mine, "ecr", "a", Cancel)));
        Assert.Null(await ReadAsync(s => new ConfigurationStore(s).GetAsync(Mine, "ecr", "a", Cancel)));
    }

    [Fact]
    public async Task ATypeRemembersWhenItWasFirstOn()
    {
        Assert.Equal(2, await WriteAsync(s => new EnablementStore(s).SetAsync(Mine, ["ECR", "EC2", "EC2"], true, Now, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new EnablementStore(s).SetAsync(Mine, ["EC2"], true, Now.AddDays(1), Cancel)));
        Assert.Equal(1, await WriteAsync(s => new EnablementStore(s).SetAsync(Mine, ["EC2", "LAMBDA"], false, Now.AddDays(2), Cancel)));
        Assert.Equal([new(Mine.Account, "EC2", false, Now, Now.AddDays(2)), new(Mine.Account, "ECR", true, Now, Now)], await ReadAsync(s => new EnablementStore(s).OfAccountAsync(Mine, Cancel)));
        Assert.Empty(await ReadAsync(s => new EnablementStore(s).OfAccountsAsync(Foreign.OfTenant, [Mine.Account], Cancel)));
        Assert.Empty(await ReadAsync(s => new EnablementStore(s).OffSinceAsync(Now.AddYears(1), Cancel)));
        await WriteAsync(s => new EnablementStore(s).SetAsync(Mine, ["ECR"], false, Now.AddDays(3), Cancel));
        Assert.Empty(await ReadAsync(s => new EnablementStore(s).OffSinceAsync(Now.AddDays(3).AddSeconds(-1), Cancel)));
        Assert.Equal([Mine], await ReadAsync(s => new EnablementStore(s).OffSinceAsync(Now.AddDays(3), Cancel)));
    }

    [Fact]
    public async Task AnOrganizationHasOneAdministratorInARegion()
    {
        Assert.Null(await ReadAsync(s => new OrganizationStore(s).GetAsync(Mine.OfTenant, Cancel)));
        Assert.True(await WriteAsync(s => new OrganizationStore(s).CreateAsync(Mine.Tenant, Mine.Account, Now, Cancel)));
        Assert.False(await WriteAsync(s => new OrganizationStore(s).CreateAsync(Mine.Tenant, Sibling.Account, Now, Cancel)));
        Assert.False(await WriteAsync(s => new OrganizationStore(s).CreateAsync(Foreign.Tenant, Sibling.Account, Now, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new OrganizationStore(s).SetAdministratorAsync(Sibling, Now, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new OrganizationStore(s).SetAdministratorAsync(Mine, Now, Cancel)));
        var organization = await ReadAsync(s => new OrganizationStore(s).GetAsync(Mine.OfTenant, Cancel));
        Assert.Equal((Mine.Account, (int?)Sibling.Account), (organization!.Management, organization.Administrator));
        Assert.Matches("^o-[a-z0-9]{10}$", organization.PublicId);
        Assert.Null((await ReadAsync(s => new OrganizationStore(s).GetAsync(new(Mine.Tenant, Mine.Region + 1), Cancel)))!.Administrator);
    }

    [Fact]
    public async Task MembersComeAndGo()
    {
        await WriteAsync(s => new OrganizationStore(s).CreateAsync(Mine.Tenant, Mine.Account, Now, Cancel));
        await WriteAsync(s => new OrganizationStore(s).SetAdministratorAsync(Sibling, Now, Cancel));
        Assert.Equal([new(new(Mine.Account, "111111111111"), null, null)], await ReadAsync(s => new OrganizationStore(s).MembersAsync(Mine.OfTenant, false, "", 10, Cancel)));
        Assert.Empty(await ReadAsync(s => new OrganizationStore(s).MembersAsync(Mine.OfTenant, true, "", 10, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new OrganizationStore(s).SetMemberAsync(Mine, true, Now, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new OrganizationStore(s).SetMemberAsync(Mine, true, Now.AddDays(1), Cancel)));
        Assert.Equal(new Member(new(Mine.Account, "111111111111"), true, Now), await ReadAsync(s => new OrganizationStore(s).MemberAsync(Mine, Cancel)));
        Assert.Equal(1, await ReadAsync(s => new OrganizationStore(s).CountMembersAsync(Mine.OfTenant, Cancel)));
        Assert.Empty(await ReadAsync(s => new OrganizationStore(s).MembersAsync(Mine.OfTenant, true, "111111111111", 10, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new OrganizationStore(s).ClearAdministratorAsync(Mine.OfTenant, Now.AddDays(2), Cancel)));
        Assert.Equal(new Member(new(Mine.Account, "111111111111"), false, Now.AddDays(2)), await ReadAsync(s => new OrganizationStore(s).MemberAsync(Mine, Cancel)));
    }

    [Fact]
    public async Task OneReportRunsAtATime()
    {
        Assert.Equal(1, await WriteAsync(s => new ReportStore(s).AddAsync(Mine, ReportKind.Findings, "a", "CSV", "{}", Now, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new ReportStore(s).AddAsync(Mine, ReportKind.Findings, "b", "CSV", "{}", Now, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new ReportStore(s).AddAsync(Mine, ReportKind.Sbom, "c", "SPDX_2_3", "{}", Now, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new ReportStore(s).AddAsync(Sibling, ReportKind.Findings, "a", "CSV", "{}", Now, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new ReportStore(s).FinishAsync(Mine, ReportKind.Findings, "a", ReportStatus.Failed, "BUCKET_NOT_FOUND", "no", Now, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new ReportStore(s).FinishAsync(Mine, ReportKind.Findings, "a", ReportStatus.Cancelled, null, null, Now, Cancel)));
        Assert.Equal(1, await WriteAsync(s => new ReportStore(s).AddAsync(Mine, ReportKind.Findings, "b", "CSV", "{}", Now, Cancel)));
        Assert.Equal("b", (await ReadAsync(s => new ReportStore(s).LastAsync(Mine, ReportKind.Findings, Cancel)))!.Name);
        Assert.Equal((ReportStatus.Failed, "BUCKET_NOT_FOUND"), await ReadAsync(async s => (await new ReportStore(s).GetAsync(Mine, ReportKind.Findings, "a", Cancel)) is { } r ? (r.Status, r.ErrorCode!) : default));
        Assert.Equal(1, await WriteAsync(s => new ReportStore(s).ForgetAsync(Now.AddDays(1), Cancel)));
    }

    [Fact]
    public async Task ABucketIsOneTenants()
    {
        Assert.Equal(1, await WriteAsync(s => new DestinationStore(s).PutAsync(Mine, "b", "/mine", Now, Cancel)));
        Assert.Equal(0, await WriteAsync(s => new DestinationStore(s).PutAsync(Sibling, "b", "/other", Now, Cancel)));
        Assert.Equal("/mine", (await ReadAsync(s => new DestinationStore(s).FindAsync(Sibling.OfTenant, "b", Cancel)))!.Folder);
        Assert.Null(await ReadAsync(s => new DestinationStore(s).FindAsync(Foreign.OfTenant, "b", Cancel)));
    }

    /// <summary>Every row of the account, in whatever table, has the new tenant afterwards, and no other row does.</summary>
    [Fact]
    public async Task AnAccountMovesWithAllItsRows()
    {
        var resources = await ResourcesAsync(Mine, 6000); // more than one set
        await ResourcesAsync(Sibling, 3);
        await ObserveAsync(Mine, resources[0], Now, (1, Facts()), (2, Facts()));
        await WriteAsync(async s =>
        {
            var documents = await new DocumentStore(s).PutAsync(Mine, [new Document(Digest.Of("d"u8), "os", [1], "d"u8.ToArray())], Cancel);
            await new DocumentStore(s).HoldAsync(Mine, [.. resources.Select(r => (r, "os", documents.Values.Single()))], Cancel);
            await new EnablementStore(s).SetAsync(Mine, ["EC2"], true, Now, Cancel);
            await new ConfigurationStore(s).PutAsync(Mine, "ecr", "a", "1", Now, Cancel);
            await new DestinationStore(s).PutAsync(Mine, "b", "/mine", Now, Cancel);
            await new DestinationStore(s).PutAsync(Mine, "same", "/mine", Now, Cancel);
            await new DestinationStore(s).PutAsync(Foreign, "same", "/foreign", Now, Cancel);
            await new OrganizationStore(s).SetMemberAsync(Mine, true, Now, Cancel);
            await new WorkQueue(s).AddAsync(Mine, "t", [("unit", "p")], 1, Now, Cancel);
        });
        var before = await CountAsync(Mine.Tenant, Sibling.Account);
        var moves = new AccountMoves(Database);
        await moves.BeginAsync(Mine.Account, Foreign.Tenant, Now, Cancel);
        Assert.True(await ReadAsync(s => AccountMoves.IsMovingAsync(s, Mine.Account, Cancel)));

        Assert.Equal(0, await moves.RunAsync(Now, Cancel));
        Assert.False(await ReadAsync(s => AccountMoves.IsMovingAsync(s, Mine.Account, Cancel)));
        Assert.Equal(0, await CountAsync(Mine.Tenant, Mine.Account));
        Assert.Equal(before, await CountAsync(Mine.Tenant, Sibling.Account));
        var moved = Mine with { Tenant = Foreign.Tenant };
        Assert.Equal(moved, await ReadAsync(s => new TenantStore(s).FindAsync("111111111111", "eu-central-1", Cancel)));
        Assert.Equal(6000, (await ReadAsync(s => new DocumentStore(s).HoldersAsync(moved, [1], Cancel))).Count);
        Assert.Equal(2, (await WriteAsync(s => new FindingStore(s).OfResourceAsync(moved, resources[0], FindingKind.Package, Cancel))).Count);
        Assert.Single(await ReadAsync(s => new EnablementStore(s).OfAccountAsync(moved, Cancel)));
        Assert.Equal(["/foreign", "/mine"], (await ReadAsync(s => new DestinationStore(s).ListAsync(Foreign.OfTenant, Cancel))).Select(d => d.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AHeldUnitKeepsAMoveWaiting()
    {
        await WriteAsync(s => new WorkQueue(s).AddAsync(Mine, "t", [("unit", "p")], 1, Now, Cancel));
        var moves = new AccountMoves(Database);
        await moves.BeginAsync(Mine.Account, Foreign.Tenant, Now, Cancel);
        await WriteAsync(s => new WorkQueue(s).TakeAsync([new("t", 1)], 1, Now, Now.AddHours(1), Cancel));
        Assert.Equal(1, await moves.RunAsync(Now, Cancel));
        Assert.Equal(0, await moves.RunAsync(Now.AddHours(2), Cancel));
    }

    [Fact]
    public async Task WhoManagesTheOrganizationStays()
    {
        await WriteAsync(s => new OrganizationStore(s).CreateAsync(Mine.Tenant, Mine.Account, Now, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => new AccountMoves(Database).BeginAsync(Mine.Account, Foreign.Tenant, Now, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => new AccountMoves(Database).BeginAsync(Sibling.Account, Sibling.Tenant, Now, Cancel));
    }

    /// <summary>All rows under a tenant and account, over all tables of the schema.</summary>
    private Task<long> CountAsync(int tenant, int account) => ReadAsync(async session =>
    {
        var total = 0L;
        foreach (var table in Schema.Migrations.SelectMany(m => m.Statements).Select(s => s.TrimStart()).Where(s => s.StartsWith("create table", StringComparison.Ordinal) && s.Contains("(tenant ", StringComparison.Ordinal)).Select(s => s.Split(' ')[2]))
        {
            var owner = table == "account" ? "id" : "account";
            total += (await session.QueryAsync($"select count(*) from {table} where tenant = @tenant and {owner} = @account", r => Convert.ToInt64(r.GetValue(0), CultureInfo.InvariantCulture), Cancel, ("tenant", tenant), ("account", account)))[0];
        }

        return total;
    });
}

public sealed class SqliteOrganizationTests() : OrganizationContract(new SqliteFile());

public sealed class PostgresOrganizationTests(PostgresServer server) : OrganizationContract(server);
