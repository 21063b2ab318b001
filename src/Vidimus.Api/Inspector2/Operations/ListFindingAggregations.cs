using System.Globalization;
using System.Text;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings.Contents;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /findings/aggregation/list</c>: counts of active findings.</summary>
[Coverage(OperationState.Complete, "No finding is known by a layer of a function yet: LAMBDA_LAYER is empty.", "Conditions on the partition of a cloud are not looked at: there is one.")]
internal sealed class ListFindingAggregations(Backing backing) : IOperation<ListFindingAggregationsRequest, ListFindingAggregationsResponse>
{
    private const int DefaultSize = 100;

    public async Task<ListFindingAggregationsResponse> HandleAsync(ListFindingAggregationsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var bound = ShapeText.Bytes(request with { NextToken = null, MaxResults = null });
        var offset = request.NextToken is { } token ? int.Parse(Encoding.UTF8.GetString(backing.Pages.Open(caller, "ListFindingAggregations", bound, token)), CultureInfo.InvariantCulture) : 0;
        var size = request.MaxResults ?? DefaultSize;
        if (AggregationWire.ToQuery(request, sight.Account, offset, size + 1) is not { } query) return new() { AggregationType = request.AggregationType!, Responses = [] };

        await using var session = await backing.Database.ReadAsync(cancel);
        var aggregations = new AggregationStore(session);
        var found = await aggregations.ListAsync(sight.Tenant, query, cancel);
        var page = found.Take(size).ToList();
        var resources = page.Any(p => p.Resource > 0) ? await aggregations.ResourcesAsync(sight.Tenant, [.. page.Select(p => p.Resource)], cancel) : new Dictionary<long, CoveredResourceRow>();
        return new()
        {
            AggregationType = request.AggregationType!,
            Responses = [.. page.Where(p => p.Resource == 0 || resources.ContainsKey(p.Resource)).Select(p => ToWire(request.AggregationType!, p, resources.GetValueOrDefault(p.Resource)))],
            NextToken = found.Count > size ? backing.Pages.Seal(caller, "ListFindingAggregations", bound, Encoding.UTF8.GetBytes((offset + size).ToString(CultureInfo.InvariantCulture))) : null,
        };
    }

    private static AggregationResponse ToWire(string type, Aggregate a, CoveredResourceRow? row) => type switch
    {
        AggregationType.Account => new() { AccountAggregation = new() { AccountId = a.Account, SeverityCounts = Counts(a), ExploitAvailableCount = a.Exploitable, FixAvailableCount = a.Fixable } },
        AggregationType.FindingType => new() { FindingTypeAggregation = new() { AccountId = a.Account, SeverityCounts = Counts(a), ExploitAvailableCount = a.Exploitable, FixAvailableCount = a.Fixable } },
        AggregationType.Title => new() { TitleAggregation = new() { Title = a.Key, VulnerabilityId = a.Second, AccountId = a.Account, SeverityCounts = Counts(a) } },
        AggregationType.Package => new() { PackageAggregation = new() { PackageName = a.Key, AccountId = a.Account, SeverityCounts = Counts(a) } },
        AggregationType.Repository => new() { RepositoryAggregation = new() { Repository = a.Key, AccountId = a.Account, SeverityCounts = Counts(a), AffectedImages = a.Affected } },
        AggregationType.Ami => new() { AmiAggregation = new() { Ami = a.Key, AccountId = a.Account, SeverityCounts = Counts(a), AffectedInstances = a.Affected } },
        AggregationType.ImageLayer => new() { ImageLayerAggregation = new() { Repository = a.Second!, ResourceId = Id(row!), LayerHash = a.Key, AccountId = a.Account, SeverityCounts = Counts(a) } },
        _ => OfResource(type, a, row!, row!.Facts),
    };

    private static AggregationResponse OfResource(string type, Aggregate a, CoveredResourceRow row, ResourceFacts facts) => type switch
    {
        AggregationType.AwsEc2Instance => new()
        {
            Ec2InstanceAggregation = new() { InstanceId = Id(row), Ami = facts.Machine?.ImageReference, OperatingSystem = facts.Platform, InstanceTags = Tags(row), AccountId = a.Account, SeverityCounts = Counts(a), NetworkFindings = 0 },
        },
        AggregationType.VmInstance => new()
        {
            VmInstanceAggregation = new()
            {
                ResourceId = Id(row), VmImageReference = facts.Machine?.ImageReference, OperatingSystem = facts.Platform, Tags = Tags(row), AccountId = a.Account, SeverityCounts = Counts(a), NetworkFindings = 0,
                CloudProvider = facts.Provider, CloudRegion = facts.ProviderRegion ?? row.Region, CloudAccountId = facts.ProviderAccount, CloudOrgId = facts.ProviderOrganization,
                ExploitAvailableActiveFindingsCount = a.Exploitable, FixAvailableActiveFindingsCount = a.Fixable,
            },
        },
        AggregationType.AwsEcrContainer => new()
        {
            AwsEcrContainerAggregation = new()
            {
                ResourceId = Id(row), ImageSha = facts.Image?.Digest, Repository = facts.Image?.Repository, Architecture = facts.Architecture, ImageTags = [.. facts.Image?.Tags ?? []], AccountId = a.Account,
                SeverityCounts = Counts(a), LastInUseAt = facts.Image?.LastInUseAt, InUseCount = facts.Image?.InUseCount,
            },
        },
        AggregationType.ContainerImage => new()
        {
            ContainerImageAggregation = new()
            {
                ResourceId = Id(row), ImageDigest = facts.Image?.Digest, Repository = facts.Image?.Repository, Registry = facts.Image?.Registry, Architecture = facts.Architecture,
                ImageTags = [.. facts.Image?.Tags ?? []], AccountId = a.Account, SeverityCounts = Counts(a), LastInUseAt = facts.Image?.LastInUseAt, InUseCount = facts.Image?.InUseCount,
                CloudProvider = facts.Provider, CloudRegion = facts.ProviderRegion ?? row.Region, CloudAccountId = facts.ProviderAccount, CloudOrgId = facts.ProviderOrganization,
                ExploitAvailableActiveFindingsCount = a.Exploitable, FixAvailableActiveFindingsCount = a.Fixable,
            },
        },
        AggregationType.AwsLambdaFunction => new()
        {
            LambdaFunctionAggregation = new()
            {
                ResourceId = Id(row), FunctionName = facts.Function?.Name, Runtime = facts.Function?.Runtime, LambdaTags = Tags(row), AccountId = a.Account, SeverityCounts = Counts(a),
                LastModifiedAt = facts.Function?.LastModifiedAt,
            },
        },
        AggregationType.ServerlessFunction => new()
        {
            ServerlessFunctionAggregation = new()
            {
                ResourceId = Id(row), FunctionName = facts.Function?.Name, Runtime = facts.Function?.Runtime, Tags = Tags(row), AccountId = a.Account, SeverityCounts = Counts(a),
                LastModifiedAt = facts.Function?.LastModifiedAt, CloudProvider = facts.Provider, CloudRegion = facts.ProviderRegion ?? row.Region, CloudAccountId = facts.ProviderAccount,
                CloudOrgId = facts.ProviderOrganization, ExploitAvailableActiveFindingsCount = a.Exploitable, FixAvailableActiveFindingsCount = a.Fixable,
            },
        },
        _ => new()
        {
            CodeRepositoryAggregation = new()
            {
                ProjectNames = facts.Repository?.ProjectName ?? row.Resource.Key.Id, ProviderType = facts.Repository?.ProviderType, ResourceId = Id(row), AccountId = a.Account, SeverityCounts = Counts(a),
                ExploitAvailableActiveFindingsCount = a.Exploitable, FixAvailableActiveFindingsCount = a.Fixable,
            },
        },
    };

    private static SeverityCounts Counts(Aggregate a) => new() { All = a.All, Critical = a.Critical, High = a.High, Medium = a.Medium };

    private static string Id(CoveredResourceRow row) => InspectorForm.Id(row.Resource.Key, row.Facts, row.Account, row.Region);

    private static Dictionary<string, string> Tags(CoveredResourceRow row) => new(InspectorForm.Tags(row.Resource.Key, row.Facts));
}
