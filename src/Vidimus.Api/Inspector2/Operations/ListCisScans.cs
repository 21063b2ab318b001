using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /cis/scan/list</c></summary>
[Coverage(OperationState.Empty, "No engine for CIS scans yet: there are none.")]
internal sealed class ListCisScans(Backing backing) : IOperation<ListCisScansRequest, ListCisScansResponse>
{
    public async Task<ListCisScansResponse> HandleAsync(ListCisScansRequest request, Caller caller, CancellationToken cancel)
    {
        await backing.Callers.SightAsync(caller, cancel);
        new Paging(backing.Pages, caller, "ListCisScans", request with { NextToken = null, MaxResults = null }).After(request.NextToken);
        return new() { Scans = [] };
    }
}
