using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Where a page ended: the key of its last finding, which no change of it moves.</summary>
public readonly record struct FindingCursor(int Account, FindingKind Kind, long Fingerprint, long Resource, int Incarnation);

/// <summary>A finding with whose it is, and where to go on after it.</summary>
public sealed record ListedFinding(Scope Scope, Finding Finding)
{
    public FindingCursor Cursor => new(Scope.Account, Finding.Key.Kind, Finding.Key.Fingerprint, Finding.Key.Resource, Finding.Incarnation);
}

/// <summary>What to list, in the order of account, kind, vulnerability, resource: what changes meanwhile neither repeats nor hides a row. <see cref="FindingSearch"/> finds by more, and sorts.</summary>
/// <param name="Account">One account; null for all of the tenant.</param>
/// <param name="Statuses">Empty for all.</param>
/// <param name="After">Null for the first page.</param>
public sealed record FindingQuery(int? Account, IReadOnlyList<FindingStatus> Statuses, FindingCursor? After, int Limit);

public sealed partial class FindingStore
{
    internal const string Listed = $"{Columns}, finding.tenant, finding.account, finding.region";

    /// <summary>A page of the tenant's findings.</summary>
    public async Task<IReadOnlyList<ListedFinding>> ListAsync(TenantScope scope, FindingQuery query, CancellationToken cancel)
    {
        var accounts = await session.QueryAsync("select id from account where tenant = @tenant order by id", r => r.Int32(0), cancel, ("tenant", scope.Tenant));
        var found = new List<ListedFinding>();
        foreach (var account in accounts.Where(a => (query.Account is null || a == query.Account) && a >= (query.After?.Account ?? 0)))
        {
            if (found.Count < query.Limit) found.AddRange(await OfAccountAsync(new(scope.Tenant, account, scope.Region), query, query.Limit - found.Count, cancel));
        }

        return found;
    }

    /// <summary>A page of the account's findings of one vulnerability, in the order of their resources.</summary>
    /// <param name="after">The last finding of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<ListedFinding>> OfVulnerabilityAsync(Scope scope, long vulnerability, ListedFinding? after, int limit, CancellationToken cancel)
    {
        const string list = $"""
            select {Listed} from finding
            where tenant = @tenant and account = @account and region = @region and kind = 1 and fingerprint = @vulnerability and (resource, incarnation) > (@resource, @incarnation)
            order by resource, incarnation limit @limit
            """;
        return await session.QueryAsync(list, ReadListed, cancel, [.. ResourceStore.Of(scope), ("vulnerability", vulnerability),
            ("resource", after?.Finding.Key.Resource ?? 0), ("incarnation", after?.Finding.Incarnation ?? -1), ("limit", limit)]);
    }

    private async Task<List<ListedFinding>> OfAccountAsync(Scope scope, FindingQuery query, int limit, CancellationToken cancel)
    {
        var after = query.After is { } cursor && cursor.Account == scope.Account ? cursor : default;
        var status = query.Statuses.Count == 0 ? "" : $"and status in ({string.Join(", ", query.Statuses.Select(s => (int)s))})";
        var list = $"""
            select {Listed} from finding where tenant = @tenant and account = @account and region = @region {status}
            and (kind, fingerprint, resource, incarnation) > (@kind, @fingerprint, @resource, @incarnation) order by kind, fingerprint, resource, incarnation limit @limit
            """;
        return await session.QueryAsync(list, ReadListed, cancel, [.. ResourceStore.Of(scope), ("kind", (int)after.Kind), ("fingerprint", after.Fingerprint), ("resource", after.Resource),
            ("incarnation", after.Incarnation), ("limit", limit)]);
    }

    internal static ListedFinding ReadListed(System.Data.Common.DbDataReader r) => new(new(r.Int32(16), r.Int32(17), r.Int32(18)), Read(r));
}
