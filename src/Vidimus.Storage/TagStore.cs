using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>Tags of what has an ARN and belongs to an account: filters, configurations, connectors.</summary>
public sealed class TagStore(Session session)
{
    public async Task<IReadOnlyDictionary<string, string>> GetAsync(Scope scope, string arn, CancellationToken cancel) =>
        (await session.QueryAsync("select key, value from tag where tenant = @tenant and account = @account and region = @region and arn = @arn order by key", r => (Key: r.GetString(0), Value: r.GetString(1)),
            cancel, [.. ResourceStore.Of(scope), ("arn", arn)])).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);

    /// <summary>The tags of several at once.</summary>
    public async Task<ILookup<string, (string Key, string Value)>> GetAsync(Scope scope, IReadOnlyList<string> arns, CancellationToken cancel)
    {
        const string get = """
            select tag.arn, tag.key, tag.value from @rows as given cross join tag
            where tag.tenant = @tenant and tag.account = @account and tag.region = @region and tag.arn = given.arn order by tag.arn, tag.key
            """;
        var found = await session.QueryAsync(get, Rows.Of(arns).Add("arn", a => a), r => (Arn: r.GetString(0), Key: r.GetString(1), Value: r.GetString(2)), cancel, ResourceStore.Of(scope));
        return found.ToLookup(f => f.Arn, f => (f.Key, f.Value), StringComparer.Ordinal);
    }

    /// <summary>Adds tags, or gives those that are there another value.</summary>
    public Task<int> PutAsync(Scope scope, string arn, IReadOnlyDictionary<string, string> tags, CancellationToken cancel)
    {
        const string put = """
            insert into tag (tenant, account, region, arn, key, value) select @tenant, @account, @region, @arn, given.key, given.value from @rows as given where true
            on conflict (tenant, account, region, arn, key) do update set value = excluded.value
            """;
        var rows = Rows.Of([.. tags.OrderBy(t => t.Key, StringComparer.Ordinal)]).Add("key", t => t.Key).Add("value", t => t.Value);
        return session.ExecuteAsync(put, rows, cancel, [.. ResourceStore.Of(scope), ("arn", arn)]);
    }

    public Task<int> RemoveAsync(Scope scope, string arn, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        const string remove = "delete from tag where tenant = @tenant and account = @account and region = @region and arn = @arn and key in (select key from @rows as given)";
        return session.ExecuteAsync(remove, Rows.Of(keys).Add("key", k => k), cancel, [.. ResourceStore.Of(scope), ("arn", arn)]);
    }

    public Task<int> ClearAsync(Scope scope, string arn, CancellationToken cancel) =>
        session.ExecuteAsync("delete from tag where tenant = @tenant and account = @account and region = @region and arn = @arn", cancel, [.. ResourceStore.Of(scope), ("arn", arn)]);
}
