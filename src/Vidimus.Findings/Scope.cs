namespace Vidimus.Findings;

/// <summary>Whose rows: every row of a tenant begins with these three, and every query names them.</summary>
/// <param name="Tenant">The number of an organization, or of an account that stands alone.</param>
/// <param name="Account">The number of an account within the whole installation, not its twelve digits.</param>
/// <param name="Region">The number of a region's name.</param>
public readonly record struct Scope(int Tenant, int Account, int Region)
{
    /// <summary>What an administrator sees: all accounts of the tenant in the region.</summary>
    public TenantScope OfTenant => new(Tenant, Region);
}

/// <summary>All accounts of a tenant in one region.</summary>
public readonly record struct TenantScope(int Tenant, int Region);
