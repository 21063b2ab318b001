using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Findings.Query;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>From the filter criteria of Inspector's clients to ours.</summary>
/// <remarks>AWS's fields of a resource and the provider-neutral ones beside them read the same facts.</remarks>
internal static class CriteriaWire
{
    /// <exception cref="ApiException">A condition that has no answer.</exception>
    public static FindingCriteria ToCriteria(this FilterCriteria? wire, IdentityKey identity, string region)
    {
        if (wire is null) return FindingCriteria.All;
        var criteria = new FindingCriteria
        {
            Texts = [.. Texts(wire)],
            Times = [.. Times([(FindingTime.FirstObserved, wire.FirstObservedAt), (FindingTime.LastObserved, wire.LastObservedAt), (FindingTime.Updated, wire.UpdatedAt)])],
            Numbers = [.. Numbers([(FindingNumber.Score, wire.InspectorScore), (FindingNumber.Epss, wire.EpssScore)])],
            Packages = [.. (wire.VulnerablePackages ?? []).Select(Package)],
            Ports = wire.PortRange is { Count: > 0 },
            Resource = new()
            {
                Texts = [.. ResourceTexts(wire)],
                Numbers = [.. ResourceNumbers(wire)],
                Tags = wire.ResourceTags is { Count: > 0 } tags ? [[.. tags.Select(t => new TagCondition(t.Key!, t.Value))]] : [],
            },
        };
        return wire.FindingArn is { Count: > 0 } arns ? FindingArns.Apply(criteria, arns, identity, region) : criteria;
    }

    public static TextCondition ToCondition(this StringFilter filter) => new(filter.Comparison switch
    {
        Shapes.StringComparison.Prefix => TextComparison.Prefix,
        Shapes.StringComparison.NotEquals => TextComparison.NotEquals,
        _ => TextComparison.Equals,
    }, filter.Value!);

    public static IReadOnlyList<TextCondition> ToConditions(this IReadOnlyList<StringFilter> filters) => [.. filters.Select(ToCondition)];

    public static NumberRange ToRange(this NumberFilter filter) => new(filter.LowerInclusive, filter.UpperInclusive);

    public static NumberRange ToMilliseconds(this DateFilter filter) => new(filter.StartInclusive is { } start ? (start - DateTimeOffset.UnixEpoch).TotalMilliseconds : null,
        filter.EndInclusive is { } end ? (end - DateTimeOffset.UnixEpoch).TotalMilliseconds : null);

    public static FindingSort ToSort(string field) => field switch
    {
        SortField.AwsAccountId => FindingSort.Account,
        SortField.FindingType => FindingSort.Type,
        SortField.Severity => FindingSort.Severity,
        SortField.FirstObservedAt => FindingSort.FirstObserved,
        SortField.LastObservedAt => FindingSort.LastObserved,
        SortField.FindingStatus => FindingSort.Status,
        SortField.ResourceType => FindingSort.ResourceType,
        SortField.EcrImagePushedAt => FindingSort.ImagePushed,
        SortField.EcrImageRepositoryName => FindingSort.Repository,
        SortField.EcrImageRegistry => FindingSort.Registry,
        SortField.NetworkProtocol => FindingSort.NetworkProtocol,
        SortField.ComponentType => FindingSort.ComponentType,
        SortField.VulnerabilityId => FindingSort.VulnerabilityId,
        SortField.VulnerabilitySource => FindingSort.Source,
        SortField.InspectorScore => FindingSort.Score,
        SortField.VendorSeverity => FindingSort.VendorSeverity,
        SortField.EpssScore => FindingSort.Epss,
        _ => FindingSort.None,
    };

    private static IEnumerable<(FindingText, IReadOnlyList<TextCondition>)> Texts(FilterCriteria w)
    {
        (FindingText, IReadOnlyList<StringFilter>?)[] all =
        [
            (FindingText.Account, w.AwsAccountId), (FindingText.Type, w.FindingType), (FindingText.Severity, w.Severity), (FindingText.Status, w.FindingStatus), (FindingText.Fix, w.FixAvailable),
            (FindingText.Title, w.Title), (FindingText.VulnerabilityId, w.VulnerabilityId), (FindingText.Exploit, w.ExploitAvailable), (FindingText.Related, w.RelatedVulnerabilities),
            (FindingText.Source, w.VulnerabilitySource), (FindingText.VendorSeverity, w.VendorSeverity),
            (FindingText.Absent, w.NetworkProtocol), (FindingText.Absent, w.ComponentId), (FindingText.Absent, w.ComponentType), (FindingText.Absent, w.CodeVulnerabilityDetectorName),
            (FindingText.Absent, w.CodeVulnerabilityDetectorTags), (FindingText.Absent, w.CodeVulnerabilityFilePath),
        ];
        return all.Where(t => t.Item2 is { Count: > 0 }).Select(t => (t.Item1, t.Item2!.ToConditions()));
    }

    private static IEnumerable<(ResourceFact, IReadOnlyList<TextCondition>)> ResourceTexts(FilterCriteria w)
    {
        (ResourceFact, IReadOnlyList<StringFilter>?)[] all =
        [
            (ResourceFact.Type, w.ResourceType), (ResourceFact.Id, w.ResourceId), (ResourceFact.MachineImage, w.Ec2InstanceImageId), (ResourceFact.Network, w.Ec2InstanceVpcId),
            (ResourceFact.Subnet, w.Ec2InstanceSubnetId), (ResourceFact.ImageArchitecture, w.EcrImageArchitecture), (ResourceFact.Registry, w.EcrImageRegistry),
            (ResourceFact.Repository, w.EcrImageRepositoryName), (ResourceFact.ImageTag, w.EcrImageTags), (ResourceFact.ImageDigest, w.EcrImageHash), (ResourceFact.FunctionName, w.LambdaFunctionName),
            (ResourceFact.FunctionLayer, w.LambdaFunctionLayers), (ResourceFact.FunctionRuntime, w.LambdaFunctionRuntime), (ResourceFact.FunctionRole, w.LambdaFunctionExecutionRoleArn),
            (ResourceFact.Project, w.CodeRepositoryProjectName), (ResourceFact.ProjectProvider, w.CodeRepositoryProviderType), (ResourceFact.Provider, w.CloudProvider),
            (ResourceFact.ProviderRegion, w.CloudProviderRegion), (ResourceFact.ProviderAccount, w.CloudProviderAccountId), (ResourceFact.ProviderOrganization, w.CloudProviderOrgId),
            (ResourceFact.MachineImage, w.CloudVmImageReference), (ResourceFact.Network, w.CloudVmNetworkId), (ResourceFact.Subnet, w.CloudVmSubnetIds), (ResourceFact.Repository, w.CloudImageRepositoryName),
            (ResourceFact.Registry, w.CloudImageRegistry), (ResourceFact.ImageDigest, w.CloudImageDigest), (ResourceFact.ImageTag, w.CloudImageTags), (ResourceFact.ImageArchitecture, w.CloudImageArchitecture),
            (ResourceFact.FunctionName, w.CloudServerlessFunctionName), (ResourceFact.FunctionRuntime, w.CloudServerlessFunctionRuntime), (ResourceFact.FunctionRole, w.CloudServerlessFunctionExecutionRole),
        ];
        return all.Where(t => t.Item2 is { Count: > 0 }).Select(t => (t.Item1, t.Item2!.ToConditions()));
    }

    private static IEnumerable<(ResourceFact, IReadOnlyList<NumberRange>)> ResourceNumbers(FilterCriteria w)
    {
        (ResourceFact Fact, IReadOnlyList<DateFilter>? Dates)[] dates =
        [
            (ResourceFact.ImagePushed, w.EcrImagePushedAt), (ResourceFact.ImageLastInUse, w.EcrImageLastInUseAt), (ResourceFact.FunctionModified, w.LambdaFunctionLastModifiedAt),
            (ResourceFact.ImagePushed, w.CloudImagePushedAt), (ResourceFact.ImageLastInUse, w.CloudImageLastInUseAt), (ResourceFact.FunctionModified, w.CloudServerlessFunctionLastModifiedAt),
        ];
        return dates.Where(d => d.Dates is { Count: > 0 }).Select(d => (d.Fact, (IReadOnlyList<NumberRange>)[.. d.Dates!.Select(ToMilliseconds)]))
            .Concat(Numbers([(ResourceFact.ImageInUse, w.EcrImageInUseCount), (ResourceFact.ImageInUse, w.CloudImageInUseCount)]));
    }

    private static IEnumerable<(FindingTime, IReadOnlyList<TimeRange>)> Times((FindingTime Field, IReadOnlyList<DateFilter>? Dates)[] all) =>
        all.Where(t => t.Dates is { Count: > 0 }).Select(t => (t.Field, (IReadOnlyList<TimeRange>)[.. t.Dates!.Select(d => new TimeRange(d.StartInclusive, d.EndInclusive))]));

    private static IEnumerable<(T, IReadOnlyList<NumberRange>)> Numbers<T>((T Field, IReadOnlyList<NumberFilter>? Numbers)[] all) =>
        all.Where(n => n.Numbers is { Count: > 0 }).Select(n => (n.Field, (IReadOnlyList<NumberRange>)[.. n.Numbers!.Select(ToRange)]));

    private static PackageCondition Package(PackageFilter p) => new()
    {
        Name = p.Name?.ToCondition(),
        Version = p.Version?.ToCondition(),
        Epoch = p.Epoch?.ToRange(),
        Release = p.Release?.ToCondition(),
        Architecture = p.Architecture?.ToCondition(),
        Layer = p.SourceLayerHash?.ToCondition(),
        FunctionLayer = p.SourceLambdaLayerArn?.ToCondition(),
        Path = p.FilePath?.ToCondition(),
    };
}
