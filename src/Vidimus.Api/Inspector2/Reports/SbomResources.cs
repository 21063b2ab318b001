using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings.Contents;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Which resources an SBOM export is of.</summary>
internal static class SbomResources
{
    /// <param name="account">Twelve digits.</param>
    /// <param name="id">As the wire has it.</param>
    public static bool Meets(this ResourceFilterCriteria? criteria, Storage.Resource resource, ResourceFacts facts, string account, string type, string id)
    {
        if (criteria is null) return true;
        var tags = InspectorForm.Tags(resource.Key, facts);
        return Meets(criteria.AccountId, account)
            && Meets(criteria.ResourceId, id, resource.Key.Id)
            && Meets(criteria.ResourceType, type)
            && Meets(criteria.EcrRepositoryName, facts.Image?.Repository)
            && Meets(criteria.LambdaFunctionName, facts.Function?.Name)
            && Meets(criteria.EcrImageTags, [.. facts.Image?.Tags ?? []])
            && Meets(criteria.Ec2InstanceTags, type == ResourceType.AwsEc2Instance ? tags : null)
            && Meets(criteria.LambdaFunctionTags, type == ResourceType.AwsLambdaFunction ? tags : null)
            && Meets(criteria.CloudProvider, facts.Provider)
            && Meets(criteria.CloudProviderAccountId, facts.ProviderAccount)
            && Meets(criteria.CloudProviderOrgId, facts.ProviderOrganization)
            && Meets(criteria.CloudProviderRegion, facts.ProviderRegion)
            && Meets(criteria.CloudVmInstanceTags, facts.Machine is not null ? tags : null)
            && Meets(criteria.CloudContainerImageTags, [.. facts.Image?.Tags ?? []])
            && Meets(criteria.CloudContainerRepositoryName, facts.Image?.Repository)
            && Meets(criteria.CloudContainerRegistryName, facts.Image?.Registry)
            && Meets(criteria.CloudServerlessFunctionName, facts.Function?.Name)
            && Meets(criteria.CloudServerlessFunctionRuntime, facts.Function?.Runtime)
            && Meets(criteria.CloudServerlessFunctionTags, facts.Function is not null ? tags : null);
    }

    private static bool Meets(IReadOnlyList<ResourceStringFilter>? filters, params ReadOnlySpan<string?> values)
    {
        if (filters is not { Count: > 0 }) return true;
        bool? wanted = null;
        foreach (var filter in filters)
        {
            var hit = values.Contains(filter.Value);
            if (filter.Comparison != ResourceStringComparison.NotEquals) wanted = wanted == true || hit;
            else if (hit) return false;
        }

        return wanted ?? true;
    }

    private static bool Meets(IReadOnlyList<ResourceMapFilter>? filters, IReadOnlyDictionary<string, string>? tags) =>
        filters is not { Count: > 0 } || (tags is not null && filters.Any(f => tags.TryGetValue(f.Key!, out var value) && (f.Value is null || f.Value == value)));
}
