using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vidimus.Api.Inspector2.Operations;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Api.Protocol;
using Vidimus.Api.Push;
using Vidimus.Findings;
using Vidimus.Fleet;
using Vidimus.Storage;

namespace Vidimus.Api;

/// <summary>What the API stands on.</summary>
public sealed record ApiServices
{
    public required ICredentials Credentials { get; init; }
    public required IBooks Books { get; init; }

    /// <summary>Where everything is that the service remembers; migrated before.</summary>
    public required IDatabase Database { get; init; }

    /// <summary>The installation's identity, from <see cref="TenantStore.IdentityAsync"/>: makes row ids ARNs and back.</summary>
    public required IdentityKey Identity { get; init; }

    /// <summary>32 bytes, the same on all nodes: seals page tokens.</summary>
    public required ReadOnlyMemory<byte> PageKey { get; init; }

    /// <summary>Takes inventories in; null where none are taken.</summary>
    public FleetServices? Fleet { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public ApiLimits Limits { get; init; } = new();
}

/// <summary>Amazon Inspector's wire on an ASP.NET Core server.</summary>
public static class VidimusApi
{
    /// <summary>Answers, at every path that no other endpoint has, the calls to <c>inspector2</c>, <c>inspector-scan</c> and <c>inspector</c>.</summary>
    public static IEndpointConventionBuilder MapVidimusApi(this IEndpointRouteBuilder endpoints, ApiServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return endpoints.MapApi(services, Operations(services));
    }

    internal static IEndpointConventionBuilder MapApi(this IEndpointRouteBuilder endpoints, ApiServices services, OperationSet operations)
    {
        var endpoint = new ApiEndpoint(
            [
                (Inspector2.Shapes.Operations.Service, Inspector2.Shapes.Operations.All),
                (InspectorScan.Shapes.Operations.Service, InspectorScan.Shapes.Operations.All),
                (InspectorClassic.Shapes.Operations.Service, InspectorClassic.Shapes.Operations.All),
                (PushOperations.Service, PushOperations.All),
            ],
            operations, services.Credentials, new(services.Database, new(services.Database), services.Time), services.Limits, services.Time, endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Vidimus.Api"));
        return endpoints.Map("/{**path}", endpoint.HandleAsync);
    }

    private static OperationSet Operations(ApiServices services)
    {
        var backing = new Backing(services.Database, new(services.Database), services.Identity, new(services.PageKey.Span, services.Time), services.Time);
        var operations = new OperationSet()
            // Enablement and status.
            .Add(Inspector2.Shapes.Operations.Enable, new Enable(backing))
            .Add(Inspector2.Shapes.Operations.Disable, new Disable(backing))
            .Add(Inspector2.Shapes.Operations.BatchGetAccountStatus, new BatchGetAccountStatus(backing))
            .Add(Inspector2.Shapes.Operations.ListAccountPermissions, new ListAccountPermissions(backing))
            .Add(Inspector2.Shapes.Operations.GetClustersForImage, new GetClustersForImage())

            // Organization and members.
            .Add(Inspector2.Shapes.Operations.EnableDelegatedAdminAccount, new EnableDelegatedAdminAccount(backing))
            .Add(Inspector2.Shapes.Operations.DisableDelegatedAdminAccount, new DisableDelegatedAdminAccount(backing))
            .Add(Inspector2.Shapes.Operations.GetDelegatedAdminAccount, new GetDelegatedAdminAccount(backing))
            .Add(Inspector2.Shapes.Operations.ListDelegatedAdminAccounts, new ListDelegatedAdminAccounts(backing))
            .Add(Inspector2.Shapes.Operations.AssociateMember, new AssociateMember(backing))
            .Add(Inspector2.Shapes.Operations.DisassociateMember, new DisassociateMember(backing))
            .Add(Inspector2.Shapes.Operations.GetMember, new GetMember(backing))
            .Add(Inspector2.Shapes.Operations.ListMembers, new ListMembers(backing))
            .Add(Inspector2.Shapes.Operations.DescribeOrganizationConfiguration, new DescribeOrganizationConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateOrganizationConfiguration, new UpdateOrganizationConfiguration(backing))

            // Findings.
            .Add(Inspector2.Shapes.Operations.ListFindings, new ListFindings(backing))
            .Add(Inspector2.Shapes.Operations.ListFindingAggregations, new ListFindingAggregations(backing))
            .Add(Inspector2.Shapes.Operations.BatchGetFindingDetails, new BatchGetFindingDetails(backing))
            .Add(Inspector2.Shapes.Operations.BatchGetCodeSnippet, new BatchGetCodeSnippet())

            // Filters.
            .Add(Inspector2.Shapes.Operations.CreateFilter, new CreateFilter(backing))
            .Add(Inspector2.Shapes.Operations.UpdateFilter, new UpdateFilter(backing))
            .Add(Inspector2.Shapes.Operations.DeleteFilter, new DeleteFilter(backing))
            .Add(Inspector2.Shapes.Operations.ListFilters, new ListFilters(backing))

            // Coverage.
            .Add(Inspector2.Shapes.Operations.ListCoverage, new ListCoverage(backing))
            .Add(Inspector2.Shapes.Operations.ListCoverageStatistics, new ListCoverageStatistics(backing))

            // Configuration, encryption, deep inspection.
            .Add(Inspector2.Shapes.Operations.GetConfiguration, new GetConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateConfiguration, new UpdateConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.GetEncryptionKey, new GetEncryptionKey(backing))
            .Add(Inspector2.Shapes.Operations.UpdateEncryptionKey, new UpdateEncryptionKey(backing))
            .Add(Inspector2.Shapes.Operations.ResetEncryptionKey, new ResetEncryptionKey(backing))
            .Add(Inspector2.Shapes.Operations.GetEc2DeepInspectionConfiguration, new GetEc2DeepInspectionConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateEc2DeepInspectionConfiguration, new UpdateEc2DeepInspectionConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateOrgEc2DeepInspectionConfiguration, new UpdateOrgEc2DeepInspectionConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.BatchGetMemberEc2DeepInspectionStatus, new BatchGetMemberEc2DeepInspectionStatus(backing))
            .Add(Inspector2.Shapes.Operations.BatchUpdateMemberEc2DeepInspectionStatus, new BatchUpdateMemberEc2DeepInspectionStatus(backing))

            // Tags.
            .Add(Inspector2.Shapes.Operations.ListTagsForResource, new ListTagsForResource(backing))
            .Add(Inspector2.Shapes.Operations.TagResource, new TagResource(backing))
            .Add(Inspector2.Shapes.Operations.UntagResource, new UntagResource(backing))

            // Vulnerability search, usage, trial.
            .Add(Inspector2.Shapes.Operations.SearchVulnerabilities, new SearchVulnerabilities(backing, services.Books))
            .Add(Inspector2.Shapes.Operations.ListUsageTotals, new ListUsageTotals(backing))
            .Add(Inspector2.Shapes.Operations.BatchGetFreeTrialInfo, new BatchGetFreeTrialInfo(backing))

            // Reports and exports.
            .Add(Inspector2.Shapes.Operations.CreateFindingsReport, new CreateFindingsReport(backing))
            .Add(Inspector2.Shapes.Operations.GetFindingsReportStatus, new GetFindingsReportStatus(backing))
            .Add(Inspector2.Shapes.Operations.CancelFindingsReport, new CancelFindingsReport(backing))
            .Add(Inspector2.Shapes.Operations.CreateSbomExport, new CreateSbomExport(backing))
            .Add(Inspector2.Shapes.Operations.GetSbomExport, new GetSbomExport(backing))
            .Add(Inspector2.Shapes.Operations.CancelSbomExport, new CancelSbomExport(backing))

            // CIS.
            .Add(Inspector2.Shapes.Operations.CreateCisScanConfiguration, new CreateCisScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateCisScanConfiguration, new UpdateCisScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.DeleteCisScanConfiguration, new DeleteCisScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.ListCisScanConfigurations, new ListCisScanConfigurations(backing))
            .Add(Inspector2.Shapes.Operations.ListCisScans, new ListCisScans(backing))
            .Add(Inspector2.Shapes.Operations.ListCisScanResultsAggregatedByChecks, new ListCisScanResultsAggregatedByChecks())
            .Add(Inspector2.Shapes.Operations.ListCisScanResultsAggregatedByTargetResource, new ListCisScanResultsAggregatedByTargetResource())
            .Add(Inspector2.Shapes.Operations.GetCisScanResultDetails, new GetCisScanResultDetails())
            .Add(Inspector2.Shapes.Operations.GetCisScanReport, new GetCisScanReport())
            .Add(Inspector2.Shapes.Operations.StartCisSession, new StartCisSession())
            .Add(Inspector2.Shapes.Operations.SendCisSessionTelemetry, new SendCisSessionTelemetry())
            .Add(Inspector2.Shapes.Operations.SendCisSessionHealth, new SendCisSessionHealth())
            .Add(Inspector2.Shapes.Operations.StopCisSession, new StopCisSession())

            // Code security.
            .Add(Inspector2.Shapes.Operations.CreateCodeSecurityIntegration, new CreateCodeSecurityIntegration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateCodeSecurityIntegration, new UpdateCodeSecurityIntegration(backing))
            .Add(Inspector2.Shapes.Operations.DeleteCodeSecurityIntegration, new DeleteCodeSecurityIntegration(backing))
            .Add(Inspector2.Shapes.Operations.GetCodeSecurityIntegration, new GetCodeSecurityIntegration(backing))
            .Add(Inspector2.Shapes.Operations.ListCodeSecurityIntegrations, new ListCodeSecurityIntegrations(backing))
            .Add(Inspector2.Shapes.Operations.CreateCodeSecurityScanConfiguration, new CreateCodeSecurityScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.UpdateCodeSecurityScanConfiguration, new UpdateCodeSecurityScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.DeleteCodeSecurityScanConfiguration, new DeleteCodeSecurityScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.GetCodeSecurityScanConfiguration, new GetCodeSecurityScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.ListCodeSecurityScanConfigurations, new ListCodeSecurityScanConfigurations(backing))
            .Add(Inspector2.Shapes.Operations.BatchAssociateCodeSecurityScanConfiguration, new BatchAssociateCodeSecurityScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.BatchDisassociateCodeSecurityScanConfiguration, new BatchDisassociateCodeSecurityScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.ListCodeSecurityScanConfigurationAssociations, new ListCodeSecurityScanConfigurationAssociations(backing))
            .Add(Inspector2.Shapes.Operations.StartCodeSecurityScan, new StartCodeSecurityScan())
            .Add(Inspector2.Shapes.Operations.GetCodeSecurityScan, new GetCodeSecurityScan())

            // Connectors.
            .Add(Inspector2.Shapes.Operations.CreateConnector, new CreateConnector(backing))
            .Add(Inspector2.Shapes.Operations.UpdateConnector, new UpdateConnector(backing))
            .Add(Inspector2.Shapes.Operations.DeleteConnector, new DeleteConnector(backing))
            .Add(Inspector2.Shapes.Operations.ListConnectors, new ListConnectors(backing))
            .Add(Inspector2.Shapes.Operations.UpdateConnectorScanConfiguration, new UpdateConnectorScanConfiguration(backing))
            .Add(Inspector2.Shapes.Operations.ListConnectorScanConfigurations, new ListConnectorScanConfigurations(backing))

            // inspector-scan.
            .Add(InspectorScan.Shapes.Operations.ScanSbom, new ScanSbom(services.Books, services.Time))

            // Our own: inventories in, histories out.
            .Add(PushOperations.GetHistory, new HistoryOperation(backing))
            .Add(PushOperations.ListRecurringReports, new RecurringOperation(backing));
        if (services.Fleet is not { } fleet) return operations;
        var intake = new Intake(fleet);
        return operations.Add(PushOperations.Offer, new OfferOperation(backing.Callers, intake)).Add(PushOperations.PutDocument, new PutDocumentOperation(backing.Callers, intake));
    }
}
