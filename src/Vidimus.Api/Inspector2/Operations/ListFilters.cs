using System.Globalization;
using System.Text;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /filters/list</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class ListFilters(Backing backing) : IOperation<ListFiltersRequest, ListFiltersResponse>
{
    private const int DefaultSize = 100;

    public async Task<ListFiltersResponse> HandleAsync(ListFiltersRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var bound = ShapeText.Bytes(request with { NextToken = null, MaxResults = null });
        var after = request.NextToken is { } token ? long.Parse(Encoding.UTF8.GetString(backing.Pages.Open(caller, "ListFilters", bound, token)), CultureInfo.InvariantCulture) : 0;
        var size = request.MaxResults ?? DefaultSize;

        await using var session = await backing.Database.ReadAsync(cancel);
        Storage.FilterAction? action = request.Action is { } named ? FilterWire.ToAction(named) : null;

        // An account has no more than its quota, so those that are named are picked here.
        var all = await new FilterStore(session).ListAsync(sight.Own, action, after, 1000, cancel);
        var found = request.Arns is { Count: > 0 } arns ? all.Where(f => arns.Contains(FilterWire.Arn(caller.Region, caller.Account, f.Hex))).ToList() : [.. all];
        var page = found.Take(size).ToList();
        var tags = await new TagStore(session).GetAsync(sight.Own, [.. page.Select(f => FilterWire.Arn(caller.Region, caller.Account, f.Hex))], cancel);
        return new()
        {
            Filters = [.. page.Select(f => f.ToWire(caller, tags[FilterWire.Arn(caller.Region, caller.Account, f.Hex)].ToDictionary(t => t.Key, t => t.Value)))],
            NextToken = found.Count > size ? backing.Pages.Seal(caller, "ListFilters", bound, Encoding.UTF8.GetBytes(page[^1].Id.ToString(CultureInfo.InvariantCulture))) : null,
        };
    }
}
