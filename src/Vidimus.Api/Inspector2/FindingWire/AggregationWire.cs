using System.Collections.Immutable;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>From the fifteen kinds of aggregation to what the store counts by.</summary>
internal static class AggregationWire
{
    private static readonly string[] Machines = [InspectorForm.Ec2Instance, InspectorForm.AzureMachine];
    private static readonly string[] Images = [InspectorForm.EcrImage, InspectorForm.AzureImage];
    private static readonly string[] Functions = [InspectorForm.LambdaFunction, InspectorForm.AzureFunction];

    /// <returns>Null when nothing can be counted: a type of findings that nobody makes yet, a cloud that there is none of.</returns>
    public static AggregationQuery? ToQuery(ListFindingAggregationsRequest request, int? account, int offset, int limit)
    {
        var r = request.AggregationRequest ?? new();
        var query = new AggregationQuery(account, (request.AccountIds ?? []).ToConditions(), AggregationSubject.Account, [], ResourceCriteria.All, [], [], AggregationSort.Critical, false, offset, limit);
        return request.AggregationType switch
        {
            AggregationType.Account when r.AccountAggregation is { } a => OfFindings(query, a.FindingType, a.ResourceType, a.SortBy, a.SortOrder),
            AggregationType.FindingType when r.FindingTypeAggregation is { } a => OfFindings(query, a.FindingType, a.ResourceType, a.SortBy, a.SortOrder),
            AggregationType.Account or AggregationType.FindingType => query,
            AggregationType.Title => r.TitleAggregation is { } a
                ? OfFindings(query with { Subject = AggregationSubject.Title, Texts = Texts(a.Titles), Vulnerabilities = Texts(a.VulnerabilityIds) }, a.FindingType, a.ResourceType, a.SortBy, a.SortOrder)
                : query with { Subject = AggregationSubject.Title },
            AggregationType.Package => Sorted(query with { Subject = AggregationSubject.Package, Texts = Texts(r.PackageAggregation?.PackageNames) }, r.PackageAggregation?.SortBy, r.PackageAggregation?.SortOrder),
            AggregationType.Repository => Sorted(query with { Subject = AggregationSubject.Repository, Criteria = Facts((ResourceFact.Repository, r.RepositoryAggregation?.Repositories)) }, r.RepositoryAggregation?.SortBy, r.RepositoryAggregation?.SortOrder),
            AggregationType.Ami => Sorted(query with { Subject = AggregationSubject.MachineImage, Types = Types([InspectorForm.Ec2Instance]), Criteria = Facts((ResourceFact.MachineImage, r.AmiAggregation?.Amis)) }, r.AmiAggregation?.SortBy, r.AmiAggregation?.SortOrder),
            AggregationType.ImageLayer => Sorted(query with
            {
                Subject = AggregationSubject.ImageLayer,
                Types = Types(Images),
                Texts = Texts(r.ImageLayerAggregation?.LayerHashes),
                Criteria = Clouds(Facts((ResourceFact.Repository, r.ImageLayerAggregation?.Repositories), (ResourceFact.Id, r.ImageLayerAggregation?.ResourceIds)), r.ImageLayerAggregation?.CloudProviders,
                    r.ImageLayerAggregation?.CloudRegions, r.ImageLayerAggregation?.CloudOrgIds, r.ImageLayerAggregation?.CloudAccountIds),
            }, r.ImageLayerAggregation?.SortBy, r.ImageLayerAggregation?.SortOrder),
            AggregationType.LambdaLayer => null,
            _ => OfResources(query with { Subject = AggregationSubject.Resource }, request.AggregationType!, r),
        };
    }

    private static AggregationQuery OfResources(AggregationQuery query, string type, AggregationRequest r) => type switch
    {
        AggregationType.AwsEc2Instance => Resources(query, [InspectorForm.Ec2Instance], Facts((ResourceFact.MachineImage, r.Ec2InstanceAggregation?.Amis), (ResourceFact.Platform, r.Ec2InstanceAggregation?.OperatingSystems),
            (ResourceFact.Id, r.Ec2InstanceAggregation?.InstanceIds)), r.Ec2InstanceAggregation?.InstanceTags, r.Ec2InstanceAggregation?.SortBy, r.Ec2InstanceAggregation?.SortOrder),
        AggregationType.VmInstance => Resources(query, Machines, Clouds(Facts((ResourceFact.MachineImage, r.VmInstanceAggregation?.VmImageReferences), (ResourceFact.Platform, r.VmInstanceAggregation?.OperatingSystems),
            (ResourceFact.Id, r.VmInstanceAggregation?.ResourceIds)), r.VmInstanceAggregation?.CloudProviders, r.VmInstanceAggregation?.CloudRegions, r.VmInstanceAggregation?.CloudOrgIds, r.VmInstanceAggregation?.CloudAccountIds),
            r.VmInstanceAggregation?.InstanceTags, r.VmInstanceAggregation?.SortBy, r.VmInstanceAggregation?.SortOrder),
        AggregationType.AwsEcrContainer => Resources(query, [InspectorForm.EcrImage], InUse(Facts((ResourceFact.Id, r.AwsEcrContainerAggregation?.ResourceIds), (ResourceFact.ImageDigest, r.AwsEcrContainerAggregation?.ImageShas),
            (ResourceFact.Repository, r.AwsEcrContainerAggregation?.Repositories), (ResourceFact.ImageArchitecture, r.AwsEcrContainerAggregation?.Architectures), (ResourceFact.ImageTag, r.AwsEcrContainerAggregation?.ImageTags)),
            r.AwsEcrContainerAggregation?.LastInUseAt, r.AwsEcrContainerAggregation?.InUseCount), null, r.AwsEcrContainerAggregation?.SortBy, r.AwsEcrContainerAggregation?.SortOrder),
        AggregationType.ContainerImage => Resources(query, Images, InUse(Clouds(Facts((ResourceFact.Id, r.ContainerImageAggregation?.ResourceIds), (ResourceFact.ImageDigest, r.ContainerImageAggregation?.ImageDigests),
            (ResourceFact.Repository, r.ContainerImageAggregation?.Repositories), (ResourceFact.Registry, r.ContainerImageAggregation?.Registries), (ResourceFact.ImageArchitecture, r.ContainerImageAggregation?.Architectures),
            (ResourceFact.ImageTag, r.ContainerImageAggregation?.ImageTags)), r.ContainerImageAggregation?.CloudProviders, r.ContainerImageAggregation?.CloudRegions, r.ContainerImageAggregation?.CloudOrgIds,
            r.ContainerImageAggregation?.CloudAccountIds), r.ContainerImageAggregation?.LastInUseAt, r.ContainerImageAggregation?.InUseCount), null, r.ContainerImageAggregation?.SortBy, r.ContainerImageAggregation?.SortOrder),
        AggregationType.AwsLambdaFunction => Resources(query, [InspectorForm.LambdaFunction], Facts((ResourceFact.Id, r.LambdaFunctionAggregation?.ResourceIds), (ResourceFact.FunctionName, r.LambdaFunctionAggregation?.FunctionNames),
            (ResourceFact.FunctionRuntime, r.LambdaFunctionAggregation?.Runtimes)), r.LambdaFunctionAggregation?.FunctionTags, r.LambdaFunctionAggregation?.SortBy, r.LambdaFunctionAggregation?.SortOrder),
        AggregationType.ServerlessFunction => Resources(query, Functions, Clouds(Facts((ResourceFact.Id, r.ServerlessFunctionAggregation?.ResourceIds), (ResourceFact.FunctionName, r.ServerlessFunctionAggregation?.FunctionNames),
            (ResourceFact.FunctionRuntime, r.ServerlessFunctionAggregation?.Runtimes)), r.ServerlessFunctionAggregation?.CloudProviders, r.ServerlessFunctionAggregation?.CloudRegions,
            r.ServerlessFunctionAggregation?.CloudOrgIds, r.ServerlessFunctionAggregation?.CloudAccountIds), r.ServerlessFunctionAggregation?.FunctionTags, r.ServerlessFunctionAggregation?.SortBy, r.ServerlessFunctionAggregation?.SortOrder),
        _ => Resources(query, [InspectorForm.CodeRepository], Facts((ResourceFact.Id, r.CodeRepositoryAggregation?.ResourceIds), (ResourceFact.Project, r.CodeRepositoryAggregation?.ProjectNames),
            (ResourceFact.ProjectProvider, r.CodeRepositoryAggregation?.ProviderTypes)), null, r.CodeRepositoryAggregation?.SortBy, r.CodeRepositoryAggregation?.SortOrder),
    };

    private static AggregationQuery? OfFindings(AggregationQuery query, string? findingType, string? resourceType, string? by, string? order) =>
        findingType is not null and not AggregationFindingType.PackageVulnerability ? null : Sorted(resourceType is null ? query : query with { Types = Types([resourceType]) }, by, order);

    private static AggregationQuery Resources(AggregationQuery query, string[] types, ResourceCriteria criteria, IReadOnlyList<MapFilter>? tags, string? by, string? order) => Sorted(query with
    {
        Types = Types(types),
        Criteria = tags is { Count: > 0 } ? criteria with { Tags = [[.. tags.Select(t => new TagCondition(t.Key!, t.Value))]] } : criteria,
    }, by, order);

    /// <summary>Network findings are none, so that sorting by them leaves the order to the rest.</summary>
    private static AggregationQuery Sorted(AggregationQuery query, string? by, string? order) => query with
    {
        Sort = by switch
        {
            TitleSortBy.High => AggregationSort.High,
            TitleSortBy.All => AggregationSort.All,
            AmiSortBy.AffectedInstances or RepositorySortBy.AffectedImages => AggregationSort.Affected,
            _ => AggregationSort.Critical,
        },
        Ascending = order == SortOrder.Asc,
    };

    private static IReadOnlyList<int> Types(string[] types) => [.. types.Select(t => InspectorForm.Types.IndexOf(t))];

    private static IReadOnlyList<TextCondition> Texts(IReadOnlyList<StringFilter>? filters) => filters is null ? [] : filters.ToConditions();

    private static ResourceCriteria Facts(params ReadOnlySpan<(ResourceFact Fact, IReadOnlyList<StringFilter>? Filters)> all)
    {
        var texts = ImmutableArray.CreateBuilder<(ResourceFact, IReadOnlyList<TextCondition>)>();
        foreach (var (fact, filters) in all)
        {
            if (filters is { Count: > 0 }) texts.Add((fact, filters.ToConditions()));
        }

        return new() { Texts = texts.ToImmutable() };
    }

    private static ResourceCriteria Clouds(ResourceCriteria criteria, IReadOnlyList<StringFilter>? providers, IReadOnlyList<StringFilter>? regions, IReadOnlyList<StringFilter>? organizations, IReadOnlyList<StringFilter>? accounts) =>
        criteria with
        {
            Texts =
            [
                .. criteria.Texts,
                .. Facts((ResourceFact.Provider, providers), (ResourceFact.ProviderRegion, regions), (ResourceFact.ProviderOrganization, organizations), (ResourceFact.ProviderAccount, accounts)).Texts,
            ],
        };

    private static ResourceCriteria InUse(ResourceCriteria criteria, IReadOnlyList<DateFilter>? last, IReadOnlyList<NumberFilter>? count) => criteria with
    {
        Numbers =
        [
            .. last is { Count: > 0 } ? [(ResourceFact.ImageLastInUse, (IReadOnlyList<NumberRange>)[.. last.Select(d => d.ToMilliseconds())])] : Array.Empty<(ResourceFact, IReadOnlyList<NumberRange>)>(),
            .. count is { Count: > 0 } ? [(ResourceFact.ImageInUse, (IReadOnlyList<NumberRange>)[.. count.Select(n => n.ToRange())])] : Array.Empty<(ResourceFact, IReadOnlyList<NumberRange>)>(),
        ],
    };
}
