using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /usage/list</c>: what was watched in the last thirty days, and that it costs nothing.</summary>
[Coverage(OperationState.Complete, "Costs are 0.", "Hours count from when a resource was first seen, within the last 30 days, to when it was last scanned.")]
internal sealed class ListUsageTotals(Backing backing) : IOperation<ListUsageTotalsRequest, ListUsageTotalsResponse>
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    public async Task<ListUsageTotalsResponse> HandleAsync(ListUsageTotalsRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var chosen = await ChooseAsync(session, position, caller, request.AccountIds, cancel);
        var rows = (await new UsageStore(session).OfAccountsAsync(position.Tenant, [.. chosen.Select(c => (long)c.Id)], backing.Time.GetUtcNow() - Window, cancel)).ToLookup(u => u.Account);
        var paging = new Paging(backing.Pages, caller, "ListUsageTotals", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(chosen, c => c.Number, request.MaxResults ?? 500, request.NextToken);
        return new() { Totals = [.. items.Select(a => new UsageTotal { AccountId = a.Number, Usage = [.. rows[a.Id].Select(ToWire).OfType<Usage>()] })], NextToken = next };
    }

    /// <summary>The accounts asked for that are the caller's to see; all of them when none was named.</summary>
    private static async Task<IReadOnlyList<AccountName>> ChooseAsync(Session session, Position position, Caller caller, IReadOnlyList<string>? asked, CancellationToken cancel)
    {
        AccountName own = new(position.Own.Account, caller.Account);
        if (!position.IsAdministrator) return asked is not { Count: > 0 } || asked.Contains(caller.Account) ? [own] : [];
        var store = new OrganizationStore(session);
        return asked is { Count: > 0 } ? await store.NumberedAsync(position.Tenant, asked, cancel) : [own, .. (await store.MembersAsync(position.Tenant, true, "", 10_000, cancel)).Select(m => m.Account)];
    }

    private static Usage? ToWire(ResourceUsage usage)
    {
        (string, double)? total = usage.Kind switch
        {
            "host" or "disk" => (UsageType.Ec2InstanceHours, usage.Hours),
            "image" => (UsageType.EcrInitialScan, usage.New),
            "function" => (UsageType.LambdaFunctionHours, usage.Hours),
            _ => null,
        };
        return total is not var (type, n) ? null : new() { Type = type, Total = n, EstimatedMonthlyCost = 0, Currency = Currency.Usd, CloudProvider = CloudProvider.Aws };
    }
}
