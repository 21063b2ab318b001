using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /connector/delete</c></summary>
[Coverage(OperationState.Configuration, "Gone at once, never PENDING_DELETION.")]
internal sealed class DeleteConnector(Backing backing) : IOperation<DeleteConnectorRequest, DeleteConnectorResponse>
{
    public async Task<DeleteConnectorResponse> HandleAsync(DeleteConnectorRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.WriteAsync(cancel);
        await Connectors.All.DeleteAsync(session, sight, request.ConnectorArn!, cancel);
        await session.CommitAsync(cancel);
        return new();
    }
}
