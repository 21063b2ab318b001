namespace Vidimus.Api.Tests;

/// <summary>Enablement, organization and configurations by botocore; what Terraform's provider waits for is in the judges.</summary>
public class OrganizationTests
{
    private const string Management = "222233334444";
    private const string Administrator = "333344445555";
    private const string Member = "444455556666";
    private const string Foreign = "555566667777";

    [Fact]
    public async Task AnOrganizationLivesAsItsClientsExpect()
    {
        await using var server = await ApiServer.StartAsync();
        await server.AddTenantAsync(Management, Management, Administrator, Member);
        await server.AddTenantAsync(null, Foreign);
        Assert.Equal("ok\n", server.Judge("organization.py", ApiServer.Account, Management, Administrator, Member, Foreign));

        // What the organization switched on for a new member is an event of the member's.
        await using var session = await server.Database.ReadAsync(TestContext.Current.CancellationToken);
        var told = await session.QueryAsync("select outbox.body from outbox join account on account.id = outbox.account where outbox.kind = 4 and account.number = @number", r => r.GetString(0),
            TestContext.Current.CancellationToken, ("number", Member));
        Assert.Contains("""{"AutoEnableStatus":"Succeeded","Reason":"enabled for a new member: EC2, LAMBDA"}""", told);
    }

    /// <summary>User guide, suppression rules: only a delegated administrator's rules are of its members' findings.</summary>
    [Fact]
    public async Task AnAdministratorsRulesEndWithItsOffice()
    {
        await using var server = await ApiServer.StartAsync();
        await server.AddTenantAsync(Management, Management, Administrator, Member);
        await new RandomFleet(6).WriteAsync(server.Database, Member, "eu-west-1", TestContext.Current.CancellationToken);
        Assert.Equal("ok\n", server.Judge("admin_rules.py", Management, Administrator, Member));
    }

    [Fact]
    public async Task ConfigurationsAreKeptTaggedAndPaged()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal("ok\n", server.Judge("configurations.py", ApiServer.Account));
    }
}
