using Vidimus.Api.Inspector2.Organizations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /accountpermissions/list</c></summary>
[Coverage(OperationState.Complete)]
internal sealed class ListAccountPermissions(Backing backing) : IOperation<ListAccountPermissionsRequest, ListAccountPermissionsResponse>
{
    public async Task<ListAccountPermissionsResponse> HandleAsync(ListAccountPermissionsRequest request, Caller caller, CancellationToken cancel)
    {
        var position = await Position.FindAsync(backing, caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);

        // A member switches scans on; off only the administrator does.
        string[] scans = position.IsMember ? [Operation.EnableScanning] : [Operation.EnableScanning, Operation.DisableScanning];
        var all = Service.Values.Where(s => request.Service is null || s == request.Service)
            .SelectMany(service => (service == Service.Ecr ? [.. scans, Operation.EnableRepository, Operation.DisableRepository] : scans).Select(operation => new Permission { Service = service, Operation = operation }));
        var paging = new Paging(backing.Pages, caller, "ListAccountPermissions", request with { NextToken = null, MaxResults = null });
        var (items, next) = paging.Page(all, p => $"{p.Service} {p.Operation}", request.MaxResults ?? 100, request.NextToken);
        return new() { Permissions = items, NextToken = next };
    }
}
