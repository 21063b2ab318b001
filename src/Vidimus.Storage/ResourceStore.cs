using System.Data.Common;
using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A resource as it is kept.</summary>
/// <param name="Facts">Tags, addresses, operating system, …: JSON of the caller's.</param>
/// <param name="LastScan">When it was last seen to hold what it holds; null before the first inventory.</param>
public sealed record Resource(Scope Scope, long Id, ResourceKey Key, string Facts, ScanStatus Status, DateTimeOffset First, DateTimeOffset? LastScan);

/// <summary>What is watched.</summary>
public sealed class ResourceStore(Session session)
{
    internal const string Columns =
        "resource.tenant, resource.account, resource.region, resource.id, resource.kind, resource.name, resource.facts, resource.active, resource.reason, resource.first_ms, resource.last_scan_ms";

    /// <summary>Brings a set of resources in, new ones as waiting for their first scan, and gives their row ids. A row whose facts are the same isn't written.</summary>
    public async Task<IReadOnlyDictionary<ResourceKey, long>> PutAsync(Scope scope, IReadOnlyList<(ResourceKey Key, string Facts)> resources, DateTimeOffset now, CancellationToken cancel)
    {
        // In one order, so that two writers can't wait for each other in a circle.
        var rows = Rows.Of([.. resources.OrderBy(r => r.Key.Kind, StringComparer.Ordinal).ThenBy(r => r.Key.Id, StringComparer.Ordinal)])
            .Add("kind", r => r.Key.Kind).Add("name", r => r.Key.Id).Add("facts", r => r.Facts)
            .Add("type", r => ResourceFactStore.TypeOf(r.Key, r.Facts));
        const string upsert = """
            insert into resource (tenant, account, region, kind, name, facts, type, active, reason, first_ms)
            select @tenant, @account, @region, given.kind, given.name, given.facts, given.type, 1, @reason, @now from @rows as given where true
            on conflict (tenant, account, region, kind, name) do update set facts = excluded.facts, type = excluded.type where resource.facts <> excluded.facts
            returning id, kind, name
            """;
        var written = await session.QueryAsync(upsert, rows, r => (Id: r.Int64(0), Key: new ResourceKey(r.GetString(1), r.GetString(2))), cancel,
            [.. Of(scope), ("reason", ScanStatus.PendingInitialScan.Reason), ("now", now.Milliseconds())]);
        if (written.Count > 0) await new ResourceFactStore(session).ReplaceAsync(scope, written, resources.ToDictionary(r => r.Key, r => r.Facts), cancel);

        const string ids = """
            select resource.kind, resource.name, resource.id from @rows as given cross join resource
            where resource.tenant = @tenant and resource.account = @account and resource.region = @region and resource.kind = given.kind and resource.name = given.name
            """;
        var found = await session.QueryAsync(ids, rows, r => (Key: new ResourceKey(r.GetString(0), r.GetString(1)), Id: r.Int64(2)), cancel, Of(scope));
        return found.ToDictionary(f => f.Key, f => f.Id);
    }

    /// <summary>The resource with the key; null when there is none.</summary>
    public async Task<Resource?> FindAsync(Scope scope, ResourceKey key, CancellationToken cancel)
    {
        const string find = $"select {Columns} from resource where tenant = @tenant and account = @account and region = @region and kind = @kind and name = @name";
        return await session.QueryAsync(find, Read, cancel, [.. Of(scope), ("kind", key.Kind), ("name", key.Id)]) is [var found] ? found : null;
    }

    public async Task<IReadOnlyList<Resource>> GetAsync(Scope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        const string get = $"select {Columns} from resource where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given) order by id";
        return await session.QueryAsync(get, Rows.Of("id", ids), Read, cancel, Of(scope));
    }

    /// <summary>A page of the tenant's resources in the order of their row ids.</summary>
    /// <param name="after">The last row id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<Resource>> ListAsync(TenantScope scope, long after, int limit, CancellationToken cancel)
    {
        const string list = $"select {Columns} from resource where tenant = @tenant and region = @region and id > @after order by id limit @limit";
        return await session.QueryAsync(list, Read, cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("after", after), ("limit", limit));
    }

    /// <summary>A page of the resources, of everybody, that are watched and were last looked at before a time; in the order of their row ids.</summary>
    /// <param name="after">The last row id of the page before; 0 for the first page.</param>
    [AcrossTenants("the clock is the same for all")]
    public async Task<IReadOnlyList<Resource>> UnseenAsync(DateTimeOffset before, long after, int limit, CancellationToken cancel)
    {
        const string list = $"select {Columns} from resource where active = 1 and last_scan_ms < @before and id > @after order by id limit @limit";
        return await session.QueryAsync(list, Read, cancel, ("before", before.Milliseconds()), ("after", after), ("limit", limit));
    }

    /// <summary>Notes that resources hold what they held: one row each, and no finding. The first scan, and coverage that begins or comes back, are events.</summary>
    public async Task<int> ScannedAsync(Scope scope, IReadOnlyList<long> ids, DateTimeOffset now, CancellationToken cancel)
    {
        const string first = """
            insert into outbox (tenant, account, region, kind, resource, at_ms)
            select @tenant, @account, @region, 2, id, @now from resource
            where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given) and last_scan_ms is null
            """;
        var rows = Rows.Of("id", ids);
        await TellAsync(scope, rows, ScanStatus.Successful, now, cancel);
        await session.ExecuteAsync(first, rows, cancel, [.. Of(scope), ("now", now.Milliseconds())]);
        const string touch = """
            update resource set last_scan_ms = @now, active = 1, reason = @reason
            where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given)
            """;
        return await session.ExecuteAsync(touch, rows, cancel, [.. Of(scope), ("now", now.Milliseconds()), ("reason", ScanStatus.Successful.Reason)]);
    }

    /// <summary>As <see cref="ScannedAsync"/>, in one statement, for those of whom nothing is to be told: they are watched, and this is not their first scan. Gives them.</summary>
    [AcrossTenants("unchanged inventories of several accounts share a commit; each row names its account")]
    public async Task<IReadOnlySet<long>> SeenAsync(IReadOnlyList<(Scope Scope, long Resource)> resources, DateTimeOffset now, CancellationToken cancel)
    {
        const string touch = """
            update resource set last_scan_ms = @now from @rows as given
            where resource.id = given.id and resource.tenant = given.tenant and resource.account = given.account and resource.region = given.region
            and resource.active = 1 and resource.reason = @reason and resource.last_scan_ms is not null
            returning resource.id
            """;
        var rows = Rows.Of(resources).Add("id", r => r.Resource).Add("tenant", r => r.Scope.Tenant).Add("account", r => r.Scope.Account).Add("region", r => r.Scope.Region);
        return (await session.QueryAsync(touch, rows, r => r.Int64(0), cancel, ("now", now.Milliseconds()), ("reason", ScanStatus.Successful.Reason))).ToHashSet();
    }

    /// <summary>Sets why resources are watched or not; each change is an event. Gives how many of the resources there are.</summary>
    public async Task<int> SetStatusAsync(Scope scope, IReadOnlyList<long> ids, ScanStatus status, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = Rows.Of("id", ids);
        await TellAsync(scope, rows, status, now, cancel);
        const string set = """
            update resource set active = @active, reason = @reason
            where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given)
            """;
        return await session.ExecuteAsync(set, rows, cancel, [.. Of(scope), ("active", status.Active ? 1 : 0), ("reason", status.Reason)]);
    }

    /// <summary>Writes a coverage event for each of the resources whose status is another: <c>status</c> says whether it is active, <c>body</c> the reason.</summary>
    private async Task TellAsync(Scope scope, Rows rows, ScanStatus status, DateTimeOffset now, CancellationToken cancel)
    {
        var told = $"""
            insert into outbox (tenant, account, region, kind, resource, at_ms, status, body)
            select tenant, account, region, 3, id, @now, @active, @reason from resource
            where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given) and (active <> @active or reason <> @reason) order by id {session.ForUpdate}
            """;
        var written = await session.ExecuteAsync(told, rows, cancel, [.. Of(scope), ("now", now.Milliseconds()), ("active", status.Active ? 1 : 0), ("reason", status.Reason)]);
        if (written > 0) await session.NotifyAsync("outbox", cancel);
    }

    internal static (string, object?)[] Of(Scope scope) => [("tenant", scope.Tenant), ("account", scope.Account), ("region", scope.Region)];

    internal static Resource Read(DbDataReader r) => new(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), new(r.GetString(4), r.GetString(5)), r.GetString(6),
        new(r.Int32(7) != 0, r.GetString(8)), r.Time(9), r.TimeOrNull(10));
}
