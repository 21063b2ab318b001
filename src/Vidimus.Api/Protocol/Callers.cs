using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Protocol;

/// <summary>What a caller may see.</summary>
/// <param name="Own">The caller's own account in the region of the call: where it writes.</param>
/// <param name="Account">The one account whose rows it reads; null for all accounts of the tenant, which only an organization's administrator sees.</param>
internal sealed record Sight(Scope Own, int? Account)
{
    public TenantScope Tenant => Own.OfTenant;
}

/// <summary>From a proven caller to the rows that are its own.</summary>
internal sealed class Callers(IDatabase database)
{
    /// <summary>Regions come to be by being called in; AWS has less than fifty.</summary>
    private const int MostRegions = 100;

    /// <exception cref="ApiException">The account is not known here: its key outlived it.</exception>
    public async Task<Sight> SightAsync(Caller caller, CancellationToken cancel)
    {
        await using (var session = await database.ReadAsync(cancel))
        {
            if (await new TenantStore(session).FindAsync(caller.Account, caller.Region, cancel) is { } known) return new(known, known.Account);
        }

        // The first call in a region gives it its number.
        await using var writing = await database.WriteAsync(cancel);
        var tenants = new TenantStore(writing);
        if (await tenants.RegionsAsync(cancel) >= MostRegions) throw ApiException.AccessDenied($"This server keeps {MostRegions} regions, and {caller.Region} would be one more.");
        await tenants.RegionAsync(caller.Region, cancel);
        var scope = await tenants.FindAsync(caller.Account, caller.Region, cancel) ?? throw ApiException.AccessDenied("This account is not known here.");
        await writing.CommitAsync(cancel);
        return new(scope, scope.Account);
    }
}
