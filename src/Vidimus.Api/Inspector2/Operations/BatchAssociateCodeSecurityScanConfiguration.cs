using Vidimus.Api.Inspector2.Configurations;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /codesecurity/scan-configuration/batch/associate</c></summary>
[Coverage(OperationState.Empty, "Projects come from integrations, which nothing reads yet: each fails as a project that isn't there.")]
internal sealed class BatchAssociateCodeSecurityScanConfiguration(Backing backing) : IOperation<BatchAssociateCodeSecurityScanConfigurationRequest, BatchAssociateCodeSecurityScanConfigurationResponse>
{
    public async Task<BatchAssociateCodeSecurityScanConfigurationResponse> HandleAsync(BatchAssociateCodeSecurityScanConfigurationRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        await using var session = await backing.Database.ReadAsync(cancel);
        var failed = new List<FailedAssociationResult>();
        foreach (var asked in request.AssociateConfigurationRequests!) failed.Add(await FailedAsync(session, sight, asked.ScanConfigurationArn!, asked.Resource!, cancel));
        return new() { FailedAssociations = failed, SuccessfulAssociations = [] };
    }

    internal static async Task<FailedAssociationResult> FailedAsync(Storage.Session session, Sight sight, string arn, CodeSecurityResource resource, CancellationToken cancel)
    {
        var known = await CodeSecurityConfigurations.All.TryFindAsync(session, sight, arn, cancel) is not null;
        return new()
        {
            ScanConfigurationArn = arn,
            Resource = resource,
            StatusCode = known ? AssociationResultStatusCode.ResourceNotFound : AssociationResultStatusCode.ScanConfigurationNotFound,
            StatusMessage = known ? "The project is not known here." : "The scan configuration is not known here.",
        };
    }
}
