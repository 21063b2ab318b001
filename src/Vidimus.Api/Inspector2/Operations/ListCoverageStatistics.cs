using System.Globalization;
using System.Text;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /coverage/statistics/list</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class ListCoverageStatistics(Backing backing) : IOperation<ListCoverageStatisticsRequest, ListCoverageStatisticsResponse>
{
    private const int Size = 1000;

    public async Task<ListCoverageStatisticsResponse> HandleAsync(ListCoverageStatisticsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var bound = ShapeText.Bytes(request with { NextToken = null });
        var from = request.NextToken is { } token ? int.Parse(Encoding.UTF8.GetString(backing.Pages.Open(caller, "ListCoverageStatistics", bound, token)), CultureInfo.InvariantCulture) : 0;
        var group = request.GroupBy switch
        {
            GroupKey.ScanStatusCode => CoverageGroup.Active,
            GroupKey.ScanStatusReason => CoverageGroup.Reason,
            GroupKey.AccountId => CoverageGroup.Account,
            GroupKey.ResourceType => CoverageGroup.Type,
            GroupKey.EcrRepositoryName => CoverageGroup.Repository,
            GroupKey.Provider => CoverageGroup.Provider,
            GroupKey.ProviderAccountId => CoverageGroup.ProviderAccount,
            GroupKey.ProviderRegion => CoverageGroup.ProviderRegion,
            GroupKey.ProviderOrgId => CoverageGroup.ProviderOrganization,
            _ => CoverageGroup.None,
        };

        await using var session = await backing.Database.ReadAsync(cancel);
        var counts = await new CoverageStore(session).CountAsync(sight.Tenant, request.FilterCriteria.ToQuery(sight.Account), group, cancel);
        var groups = group == CoverageGroup.None ? [] : counts.Where(c => c.Key is not null).Select(c => new Counts { GroupKey = c.Key, Count = c.Count }).ToArray();
        return new()
        {
            TotalCounts = counts.Sum(c => c.Count),
            CountsByGroup = [.. groups.Skip(from).Take(Size)],
            NextToken = groups.Length > from + Size ? backing.Pages.Seal(caller, "ListCoverageStatistics", bound, Encoding.UTF8.GetBytes((from + Size).ToString(CultureInfo.InvariantCulture))) : null,
        };
    }
}
