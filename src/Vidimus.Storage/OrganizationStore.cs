using System.Data.Common;
using System.Security.Cryptography;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A tenant that is an organization.</summary>
/// <param name="PublicId">As ARNs name it: <c>o-</c> and ten letters and digits.</param>
/// <param name="Management">The account that names the administrator.</param>
/// <param name="Administrator">Who administers the region; null while nobody does.</param>
public sealed record Organization(string PublicId, int Management, int? Administrator);

/// <summary>An account by its number within the installation and its twelve digits.</summary>
public sealed record AccountName(int Id, string Number);

/// <summary>An account of the organization, seen by the administrator.</summary>
/// <param name="Associated">Whether the administrator has it now; null when it never had.</param>
/// <param name="Updated">Null when it never had.</param>
public sealed record Member(AccountName Account, bool? Associated, DateTimeOffset? Updated);

/// <summary>Organizations, their administrators and members.</summary>
public sealed class OrganizationStore(Session session)
{
    private const string MemberColumns = "account.id, account.number, member.associated, member.updated_ms";

    /// <summary>Makes the tenant an organization; false when it is one.</summary>
    [AcrossTenants("the operator makes organizations")]
    public async Task<bool> CreateAsync(int tenant, int management, DateTimeOffset now, CancellationToken cancel)
    {
        const string add = """
            insert into organization (tenant, account, public_id, created_ms) select tenant, id, @public, @now from account where id = @account and tenant = @tenant
            on conflict (tenant) do nothing
            """;
        var id = $"o-{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 10)}";
        return await session.ExecuteAsync(add, cancel, ("tenant", tenant), ("account", management), ("public", id), ("now", now.Milliseconds())) == 1;
    }

    /// <summary>Whether a tenant is an organization.</summary>
    [AcrossTenants("the operator's question")]
    public async Task<bool> IsOrganizationAsync(int tenant, CancellationToken cancel) =>
        (await session.QueryAsync("select 1 from organization where tenant = @tenant", r => r.Int32(0), cancel, ("tenant", tenant))).Count > 0;

    /// <summary>The tenant's organization; null for an account that stands alone.</summary>
    public async Task<Organization?> GetAsync(TenantScope scope, CancellationToken cancel)
    {
        const string get = """
            select organization.public_id, organization.account, delegated_admin.account from organization
            left join delegated_admin on delegated_admin.tenant = organization.tenant and delegated_admin.region = @region where organization.tenant = @tenant
            """;
        var found = await session.QueryAsync(get, r => new Organization(r.GetString(0), r.Int32(1), (int?)r.Int64OrNull(2)), cancel, ("tenant", scope.Tenant), ("region", scope.Region));
        return found is [var organization] ? organization : null;
    }

    /// <summary>Makes the account its organization's administrator in the region; 0 when there is one already.</summary>
    public Task<int> SetAdministratorAsync(Scope scope, DateTimeOffset now, CancellationToken cancel) => session.ExecuteAsync(
        "insert into delegated_admin (tenant, account, region, since_ms) values (@tenant, @account, @region, @now) on conflict (tenant, region) do nothing", cancel, [.. ResourceStore.Of(scope), ("now", now.Milliseconds())]);

    /// <summary>Ends the administration of the region: its members are members no longer.</summary>
    public async Task<int> ClearAdministratorAsync(TenantScope scope, DateTimeOffset now, CancellationToken cancel)
    {
        const string part = "update member set associated = 0, updated_ms = @now where tenant = @tenant and region = @region and associated = 1";
        await session.ExecuteAsync(part, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("now", now.Milliseconds()));
        return await session.ExecuteAsync("delete from delegated_admin where tenant = @tenant and region = @region", cancel, ("tenant", scope.Tenant), ("region", scope.Region));
    }

    /// <summary>The tenant's accounts with these digits; others are passed over.</summary>
    public async Task<IReadOnlyList<AccountName>> NumberedAsync(TenantScope scope, IReadOnlyList<string> numbers, CancellationToken cancel)
    {
        const string find = "select id, number from account where tenant = @tenant and number in (select number from @rows as given) order by number";
        return await session.QueryAsync(find, Rows.Of(numbers).Add("number", n => n), r => new AccountName(r.Int32(0), r.GetString(1)), cancel, ("tenant", scope.Tenant));
    }

    /// <summary>The digits of the tenant's accounts.</summary>
    public async Task<IReadOnlyList<AccountName>> NamesAsync(TenantScope scope, IReadOnlyList<long> accounts, CancellationToken cancel)
    {
        const string find = "select id, number from account where tenant = @tenant and id in (select id from @rows as given) order by id";
        return await session.QueryAsync(find, Rows.Of("id", accounts), r => new AccountName(r.Int32(0), r.GetString(1)), cancel, ("tenant", scope.Tenant));
    }

    /// <summary>What the scope's account is, or was, to the administrator; null when it never was a member.</summary>
    public async Task<Member?> MemberAsync(Scope scope, CancellationToken cancel)
    {
        const string get = $"""
            select {MemberColumns} from account join member on member.tenant = account.tenant and member.account = account.id and member.region = @region
            where account.tenant = @tenant and account.id = @account
            """;
        return (await session.QueryAsync(get, ReadMember, cancel, ResourceStore.Of(scope))) is [var member] ? member : null;
    }

    /// <summary>A page of the organization's accounts but for its administrator, by their digits.</summary>
    /// <param name="associated">Only those that are members now.</param>
    /// <param name="after">The last digits of the page before; empty for the first page.</param>
    public async Task<IReadOnlyList<Member>> MembersAsync(TenantScope scope, bool associated, string after, int limit, CancellationToken cancel)
    {
        const string list = $"""
            select {MemberColumns} from organization join account on account.tenant = organization.tenant
            left join member on member.tenant = account.tenant and member.account = account.id and member.region = @region
            where organization.tenant = @tenant and account.number > @after and (@all = 1 or member.associated = 1)
            and not exists (select 1 from delegated_admin where delegated_admin.tenant = account.tenant and delegated_admin.region = @region and delegated_admin.account = account.id)
            order by account.number limit @limit
            """;
        return await session.QueryAsync(list, ReadMember, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("after", after), ("all", associated ? 0 : 1), ("limit", limit));
    }

    public async Task<int> CountMembersAsync(TenantScope scope, CancellationToken cancel) =>
        (await session.QueryAsync("select count(*) from member where tenant = @tenant and region = @region and associated = 1", r => r.Int32(0), cancel, ("tenant", scope.Tenant), ("region", scope.Region)))[0];

    /// <summary>Makes the scope's account a member, or one no longer; gives 1 when that changed something.</summary>
    public Task<int> SetMemberAsync(Scope scope, bool associated, DateTimeOffset now, CancellationToken cancel)
    {
        const string set = """
            insert into member (tenant, account, region, associated, updated_ms) values (@tenant, @account, @region, @associated, @now)
            on conflict (tenant, account, region) do update set associated = excluded.associated, updated_ms = excluded.updated_ms where member.associated <> excluded.associated
            """;
        return session.ExecuteAsync(set, cancel, [.. ResourceStore.Of(scope), ("associated", associated ? 1 : 0), ("now", now.Milliseconds())]);
    }

    private static Member ReadMember(DbDataReader r) => new(new(r.Int32(0), r.GetString(1)), r.IsDBNull(2) ? null : r.Int32(2) != 0, r.TimeOrNull(3));
}
