using System.Globalization;
using System.Text;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /coverage/list</c></summary>
[Coverage(OperationState.Complete, "Resources have no scan mode and images no time of their last pull: nothing records them yet, and conditions on them are met by inequality alone.",
    "isPartial is true of a resource of which something could not be read, so that more may be there than was found.")]
internal sealed class ListCoverage(Backing backing) : IOperation<ListCoverageRequest, ListCoverageResponse>
{
    private const int DefaultSize = 100;

    public async Task<ListCoverageResponse> HandleAsync(ListCoverageRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var bound = ShapeText.Bytes(request with { NextToken = null, MaxResults = null });
        var after = request.NextToken is { } token ? long.Parse(Encoding.UTF8.GetString(backing.Pages.Open(caller, "ListCoverage", bound, token)), CultureInfo.InvariantCulture) : 0;
        var size = request.MaxResults ?? DefaultSize;

        await using var session = await backing.Database.ReadAsync(cancel);
        var found = await new CoverageStore(session).ListAsync(sight.Tenant, request.FilterCriteria.ToQuery(sight.Account), after, size + 1, cancel);
        return new()
        {
            CoveredResources = [.. found.Take(size).Select(f => f.ToWire())],
            NextToken = found.Count > size ? backing.Pages.Seal(caller, "ListCoverage", bound, Encoding.UTF8.GetBytes(found[size - 1].Resource.Id.ToString(CultureInfo.InvariantCulture))) : null,
        };
    }
}
