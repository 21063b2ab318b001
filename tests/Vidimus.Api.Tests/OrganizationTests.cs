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
    }

    [Fact]
    public async Task ConfigurationsAreKeptTaggedAndPaged()
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal("ok\n", server.Judge("configurations.py", ApiServer.Account));
    }
}
