using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Organizations;

/// <summary>What a caller is in its organization, and so what it may change.</summary>
/// <param name="Organization">Null for an account that stands alone.</param>
/// <param name="IsMember">The administrator has taken it in.</param>
internal sealed record Position(Sight Sight, Organization? Organization, bool IsMember)
{
    public Scope Own => Sight.Own;

    public TenantScope Tenant => Sight.Tenant;

    /// <summary>The delegated administrator of the region.</summary>
    public bool IsAdministrator => Sight.Account is null;

    public bool IsManagement => Organization?.Management == Own.Account;

    /// <summary>Where the settings of the organization lie: with the account that stays when administrators come and go.</summary>
    public Scope OrganizationScope => Own with { Account = Organization?.Management ?? Own.Account };

    /// <summary>Asks before a transaction begins that writes: the first call in a region writes too.</summary>
    public static async Task<Position> FindAsync(Backing backing, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var store = new OrganizationStore(session);
        var organization = await store.GetAsync(sight.Tenant, cancel);
        var member = organization is null || sight.Account is null ? null : await store.MemberAsync(sight.Own, cancel);
        return new(sight, organization, organization?.Administrator is not null && member?.Associated == true);
    }

    /// <exception cref="ApiException">AccessDeniedException for everybody else.</exception>
    public void DemandAdministrator(string operation)
    {
        if (!IsAdministrator) throw ApiException.AccessDenied($"Only the delegated administrator of an organization may call {operation}.");
    }

    /// <summary>The accounts that the caller asked for by their digits, each with why it may not be had: its own always, its members' for an administrator.</summary>
    /// <remarks>An account that does not exist is told from one that is somebody else's by nothing.</remarks>
    public async Task<IReadOnlyList<Chosen>> ChooseAsync(Session session, Caller caller, IReadOnlyList<string>? numbers, CancellationToken cancel)
    {
        if (numbers is not { Count: > 0 }) return [new(caller.Account, Own)];
        var store = new OrganizationStore(session);
        var found = IsAdministrator ? (await store.NumberedAsync(Tenant, numbers, cancel)).ToDictionary(a => a.Number, a => a.Id) : [];
        var chosen = new List<Chosen>();
        foreach (var number in numbers.Distinct())
        {
            Scope? scope = number == caller.Account ? Own : found.TryGetValue(number, out var id) ? Own with { Account = id } : null;
            if (scope is { } other && other != Own && (await store.MemberAsync(other, cancel))?.Associated != true) scope = null;
            chosen.Add(new(number, scope));
        }

        return chosen;
    }

    /// <summary>One account that was asked for; the caller's own when none was.</summary>
    /// <exception cref="ApiException">It is not the caller's to ask for.</exception>
    public async Task<Scope> ChooseAsync(Session session, Caller caller, string? number, CancellationToken cancel) =>
        (await ChooseAsync(session, caller, number is null ? null : [number], cancel))[0].Scope ?? throw ApiException.AccessDenied("The caller may not see this account.");
}

/// <summary>An account that was asked for; without a scope when the caller may not have it.</summary>
internal sealed record Chosen(string Number, Scope? Scope);
