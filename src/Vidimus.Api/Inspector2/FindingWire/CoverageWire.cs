using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>Coverage on the wire: what is asked for, and a resource as it is shown.</summary>
internal static class CoverageWire
{
    public static CoverageQuery ToQuery(this CoverageFilterCriteria? w, int? account)
    {
        if (w is null) return new(account, [], null, [], [], ResourceCriteria.All);
        var (active, inactive) = (Meets(w.ScanStatusCode, ScanStatusCode.Active), Meets(w.ScanStatusCode, ScanStatusCode.Inactive));
        var criteria = new ResourceCriteria
        {
            Texts = [.. Texts(w)],
            Numbers =
            [
                .. Numbers(ResourceFact.ImageLastInUse, w.EcrImageLastInUseAt?.Select(ToRange)),
                .. Numbers(ResourceFact.ImageInUse, w.EcrImageInUseCount?.Select(n => new NumberRange(n.LowerInclusive, n.UpperInclusive))),
            ],
            Tags = [.. Tags(w)],
        };

        // Scans here are of packages; how a resource is reached and when an image was pulled nobody records.
        var none = (!active && !inactive) || !Meets(w.ScanType, ScanType.Package) || !Meets(w.ScanMode) || !Meets(w.CodeRepositoryProviderTypeVisibility) || w.ImagePulledAt is { Count: > 0 };
        return new(account, none ? [new(TextComparison.Equals, "none")] : Conditions(w.AccountId), active == inactive ? null : active, Conditions(w.ScanStatusReason),
            [.. (w.LastScannedAt ?? []).Select(ToRange)], criteria);
    }

    public static CoveredResource ToWire(this CoveredResourceRow row)
    {
        var (resource, facts) = (row.Resource, row.Facts);
        return new()
        {
            ResourceType = InspectorForm.Type(resource.Key, facts),
            ResourceId = InspectorForm.Id(resource.Key, facts, row.Account, row.Region),
            AccountId = row.Account,
            ScanType = ScanType.Package,
            ScanStatus = new() { StatusCode = resource.Status.Active ? ScanStatusCode.Active : ScanStatusCode.Inactive, Reason = resource.Status.Reason },
            LastScannedAt = resource.LastScan,
            ResourceMetadata = Metadata(row),
            Provider = Provider.Values.Contains(facts.Provider) ? facts.Provider : null,
            ProviderAccountId = facts.ProviderAccount,
            ProviderOrgId = facts.ProviderOrganization,
            ProviderRegion = facts.ProviderRegion ?? row.Region,
            ProviderPartition = "aws",
            IsPartial = facts.IsPartial,
        };
    }

    private static ResourceScanMetadata? Metadata(CoveredResourceRow row)
    {
        var facts = row.Facts;
        var tags = new Dictionary<string, string>(InspectorForm.Tags(row.Resource.Key, facts));
        return InspectorForm.Type(row.Resource.Key, facts) switch
        {
            InspectorForm.Ec2Instance => new()
            {
                Ec2 = new() { Tags = tags, AmiId = facts.Machine?.ImageReference, Platform = Platform(facts) },
                VmInstance = new() { Tags = tags, VmImageReference = facts.Machine?.ImageReference, Platform = Platform(facts) },
            },
            InspectorForm.EcrImage => new()
            {
                EcrImage = new() { Tags = [.. facts.Image?.Tags ?? []], LastInUseAt = facts.Image?.LastInUseAt, InUseCount = facts.Image?.InUseCount },
                EcrRepository = facts.Image?.Repository is { } repository ? new() { Name = repository } : null,
                ContainerImage = new() { ImageTags = [.. facts.Image?.Tags ?? []], LastInUseAt = facts.Image?.LastInUseAt, InUseCount = facts.Image?.InUseCount },
                ContainerRepository = new() { Name = facts.Image?.Repository },
                ContainerRegistry = new() { Name = facts.Image?.Registry },
            },
            InspectorForm.LambdaFunction => new()
            {
                LambdaFunction = new() { FunctionTags = tags, FunctionName = facts.Function?.Name, Runtime = facts.Function?.Runtime, Layers = [.. facts.Function?.Layers ?? []] },
                ServerlessFunction = new() { ServerlessFunctionName = facts.Function?.Name, Runtime = facts.Function?.Runtime, FunctionTags = tags },
            },
            _ => null,
        };
    }

    /// <summary>The kind of system: what cannot be told from its name is Linux, which all others are.</summary>
    private static string Platform(ResourceFacts facts) => (facts.Platform ?? facts.Os?.Id ?? "").ToUpperInvariant() switch
    {
        "" => Ec2Platform.Unknown,
        var name when name.StartsWith("WINDOWS", System.StringComparison.Ordinal) => Ec2Platform.Windows,
        var name when name.StartsWith("MACOS", System.StringComparison.Ordinal) => Ec2Platform.Macos,
        _ => Ec2Platform.Linux,
    };

    private static IEnumerable<(ResourceFact, IReadOnlyList<TextCondition>)> Texts(CoverageFilterCriteria w)
    {
        (ResourceFact, IReadOnlyList<CoverageStringFilter>?)[] all =
        [
            (ResourceFact.Id, w.ResourceId), (ResourceFact.Type, w.ResourceType), (ResourceFact.Repository, w.EcrRepositoryName), (ResourceFact.ImageTag, w.EcrImageTags), (ResourceFact.FunctionName, w.LambdaFunctionName),
            (ResourceFact.FunctionRuntime, w.LambdaFunctionRuntime), (ResourceFact.Project, w.CodeRepositoryProjectName), (ResourceFact.ProjectProvider, w.CodeRepositoryProviderType),
            (ResourceFact.LastCommit, w.LastScannedCommitId), (ResourceFact.Provider, w.CloudProvider), (ResourceFact.ProviderAccount, w.CloudProviderAccountId), (ResourceFact.ProviderRegion, w.CloudProviderRegion),
            (ResourceFact.ImageTag, w.CloudContainerImageTags), (ResourceFact.Repository, w.CloudContainerRepositoryName), (ResourceFact.Registry, w.CloudContainerRegistryName),
            (ResourceFact.FunctionName, w.CloudServerlessFunctionName), (ResourceFact.FunctionRuntime, w.CloudServerlessFunctionRuntime), (ResourceFact.ProviderOrganization, w.CloudProviderOrgId),
        ];
        foreach (var (fact, filters) in all.Where(t => t.Item2 is { Count: > 0 })) yield return (fact, Conditions(filters));

        // Tags of instances are those of resources of that type.
        if (w.Ec2InstanceTags is { Count: > 0 }) yield return OfType(InspectorForm.Ec2Instance);
        if (w.LambdaFunctionTags is { Count: > 0 }) yield return OfType(InspectorForm.LambdaFunction);
        if (w.CloudVmInstanceTags is { Count: > 0 }) yield return OfType(InspectorForm.Ec2Instance, InspectorForm.AzureMachine);
        if (w.CloudServerlessFunctionTags is { Count: > 0 }) yield return OfType(InspectorForm.LambdaFunction, InspectorForm.AzureFunction);
    }

    private static (ResourceFact, IReadOnlyList<TextCondition>) OfType(params string[] types) => (ResourceFact.Type, [.. types.Select(t => new TextCondition(TextComparison.Equals, t))]);

    private static IEnumerable<IReadOnlyList<TagCondition>> Tags(CoverageFilterCriteria w) =>
        new[] { w.Ec2InstanceTags, w.LambdaFunctionTags, w.CloudVmInstanceTags, w.CloudServerlessFunctionTags }.OfType<IReadOnlyList<CoverageMapFilter>>().Where(t => t.Count > 0)
            .Select(t => (IReadOnlyList<TagCondition>)[.. t.Select(m => new TagCondition(m.Key!, m.Value))]);

    private static IEnumerable<(ResourceFact, IReadOnlyList<NumberRange>)> Numbers(ResourceFact fact, IEnumerable<NumberRange>? ranges) => ranges?.ToArray() is { Length: > 0 } some ? [(fact, some)] : [];

    private static NumberRange ToRange(CoverageDateFilter filter) => new(filter.StartInclusive is { } start ? (start - DateTimeOffset.UnixEpoch).TotalMilliseconds : null,
        filter.EndInclusive is { } end ? (end - DateTimeOffset.UnixEpoch).TotalMilliseconds : null);

    private static bool Meets(IReadOnlyList<CoverageStringFilter>? filters, params ReadOnlySpan<string> values) => Conditions(filters).Meets(values);

    private static IReadOnlyList<TextCondition> Conditions(IReadOnlyList<CoverageStringFilter>? filters) =>
        [.. (filters ?? []).Select(f => new TextCondition(f.Comparison == CoverageStringComparison.NotEquals ? TextComparison.NotEquals : TextComparison.Equals, f.Value!))];
}
