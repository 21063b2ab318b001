using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;

namespace Vidimus.Storage;

/// <summary>What resources are found by; kept with each change of a resource's facts.</summary>
internal sealed class ResourceFactStore(Session session)
{
    /// <summary>The place of the resource's type in <see cref="InspectorForm.Types"/>.</summary>
    public static long TypeOf(ResourceKey key, string facts) => InspectorForm.Types.IndexOf(InspectorForm.Type(key, ContentsText.ReadResource(facts)));

    public async Task ReplaceAsync(Scope scope, IReadOnlyList<(long Id, ResourceKey Key)> resources, Dictionary<ResourceKey, string> facts, CancellationToken cancel)
    {
        const string names = "select account.number, region.name from account cross join region where account.id = @account and region.id = @region";
        var (account, region) = (await session.QueryAsync(names, r => (r.GetString(0), r.GetString(1)), cancel, ("account", scope.Account), ("region", scope.Region)))[0];
        var values = resources.OrderBy(r => r.Id).SelectMany(r => ResourceFactValue.Of(r.Key, ContentsText.ReadResource(facts[r.Key]), account, region), (r, v) => (r.Id, Value: v)).ToArray();

        await session.ExecuteAsync("delete from resource_fact where resource in (select id from @rows as given)", Rows.Of("id", [.. resources.Select(r => r.Id)]), cancel);
        const string insert = """
            insert into resource_fact (tenant, account, region, resource, fact, text, number)
            select @tenant, @account, @region, given.resource, given.fact, given.text, given.number from @rows as given
            """;
        await session.ExecuteAsync(insert, Rows.Of(values).Add("resource", v => v.Id).Add("fact", v => (long)v.Value.Fact).Add("text", v => v.Value.Text).Add("number", v => v.Value.Number), cancel,
            ResourceStore.Of(scope));
    }
}
