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
    public required IEnablement Enablement { get; init; }
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
            .Add(Inspector2.Shapes.Operations.BatchGetAccountStatus, new BatchGetAccountStatus(services.Enablement))

            // Organization and members.

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

            // Tags.

            // Vulnerability search, usage, trial.
            .Add(Inspector2.Shapes.Operations.SearchVulnerabilities, new SearchVulnerabilities(backing))

            // Reports and exports.

            // CIS.

            // Code security.

            // Connectors.

            // inspector-scan.
            .Add(InspectorScan.Shapes.Operations.ScanSbom, new ScanSbom(services.Books, services.Time))

            // Our own: inventories in, histories out.
            .Add(PushOperations.GetHistory, new HistoryOperation(backing));
        if (services.Fleet is not { } fleet) return operations;
        var intake = new Intake(fleet);
        return operations.Add(PushOperations.Offer, new OfferOperation(backing.Callers, intake)).Add(PushOperations.PutDocument, new PutDocumentOperation(backing.Callers, intake));
    }
}
