using Vidimus.Findings;
using Vidimus.Findings.Contents;

namespace Vidimus.Storage;

/// <summary>A finding with all that is shown of it.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="Region">The region's name.</param>
/// <param name="Vulnerability">Null for findings of other kinds, and while nothing is known of the vulnerability.</param>
/// <param name="Details">The texts and ratings of the vulnerability; null as it.</param>
/// <param name="Title">The evidence's.</param>
/// <param name="Evidence">Null when it isn't that of a package finding.</param>
public sealed record FindingContents(
    ListedFinding Listed, string Account, string Region, Resource Resource, ResourceFacts Facts, VulnerabilityFacts? Vulnerability, VulnerabilityDetails? Details, string Title, PackageEvidence? Evidence)
{
    public Finding Finding => Listed.Finding;

    /// <summary>The rule whose severity is displayed; null for none, or one that is gone.</summary>
    public RatingRule? RatedBy { get; init; }
}

/// <summary>A rule that displays a severity.</summary>
/// <param name="Account">Twelve digits of its owner.</param>
/// <param name="Hex">The 16 digits that end its ARN.</param>
public sealed record RatingRule(string Account, string Hex, string? Reason, string? Description);

public sealed partial class FindingStore
{
    /// <summary>Loads what is shown of a page of findings: one round trip each for resources, vulnerabilities and evidence. In the order given; a finding whose resource is gone is left out.</summary>
    public async Task<IReadOnlyList<FindingContents>> ContentsAsync(TenantScope scope, IReadOnlyList<ListedFinding> findings, CancellationToken cancel)
    {
        if (findings.Count == 0) return [];
        var resources = await ResourcesAsync(scope, [.. findings.Select(f => f.Finding.Key.Resource).Distinct().Order()], cancel);
        var vulnerabilities = await VulnerabilitiesAsync([.. findings.Where(f => f.Finding.Key.Kind == FindingKind.Package).Select(f => f.Finding.Key.Fingerprint).Distinct().Order()], cancel);
        var evidence = await EvidenceAsync(scope, [.. findings.Select(f => f.Finding.Facts.Evidence).Distinct().Order()], cancel);

        var rules = await RulesAsync(scope, [.. findings.Select(f => f.Finding.Rating?.Rule).OfType<long>().Distinct().Order()], cancel);

        var contents = new List<FindingContents>(findings.Count);
        foreach (var listed in findings)
        {
            if (!resources.TryGetValue(listed.Finding.Key.Resource, out var resource)) continue;
            var (facts, details) = listed.Finding.Key.Kind == FindingKind.Package ? vulnerabilities.GetValueOrDefault(listed.Finding.Key.Fingerprint) : default;
            var (title, packages) = evidence.GetValueOrDefault(listed.Finding.Facts.Evidence);
            contents.Add(new(listed, resource.Account, resource.Region, resource.Resource, resource.Facts, facts, details, title ?? facts?.DisplayId ?? "", packages) { RatedBy = listed.Finding.Rating is { } rating ? rules.GetValueOrDefault(rating.Rule) : null });
        }

        return contents;
    }

    private async Task<Dictionary<long, RatingRule>> RulesAsync(TenantScope scope, long[] ids, CancellationToken cancel)
    {
        if (ids.Length == 0) return [];
        const string get = """
            select filter.id, account.number, filter.hex, filter.reason, filter.description from @rows as given cross join filter join account on account.id = filter.account
            where filter.id = given.id and filter.tenant = @tenant and filter.region = @region and filter.action <> 3
            """;
        var found = await session.QueryAsync(get, Rows.Of("id", ids), r => (Id: r.Int64(0), Rule: new RatingRule(r.GetString(1), r.GetString(2), r.StringOrNull(3), r.StringOrNull(4))), cancel,
            ("tenant", scope.Tenant), ("region", scope.Region));
        return found.ToDictionary(f => f.Id, f => f.Rule);
    }

    private async Task<Dictionary<long, (Resource Resource, ResourceFacts Facts, string Account, string Region)>> ResourcesAsync(TenantScope scope, long[] ids, CancellationToken cancel)
    {
        const string get = $"""
            select {ResourceStore.Columns}, account.number, region.name from @rows as given cross join resource
            join account on account.id = resource.account join region on region.id = resource.region
            where resource.id = given.id and resource.tenant = @tenant and resource.region = @region
            """;
        var found = await session.QueryAsync(get, Rows.Of("id", ids), r => (Resource: ResourceStore.Read(r), Account: r.GetString(11), Region: r.GetString(12)), cancel, ("tenant", scope.Tenant), ("region", scope.Region));
        return found.ToDictionary(f => f.Resource.Id, f => (f.Resource, ContentsText.ReadResource(f.Resource.Facts), f.Account, f.Region));
    }

    private async Task<Dictionary<long, (VulnerabilityFacts? Facts, VulnerabilityDetails? Details)>> VulnerabilitiesAsync(long[] numbers, CancellationToken cancel)
    {
        var facts = await new VulnerabilityStore(session).GetAsync(numbers, cancel);
        return facts.ToDictionary(f => f.Key, f => ((VulnerabilityFacts?)f.Value, f.Value.Details is null ? null : ContentsText.ReadVulnerability(f.Value.Details)));
    }

    private async Task<Dictionary<long, (string Title, PackageEvidence? Packages)>> EvidenceAsync(TenantScope scope, long[] ids, CancellationToken cancel)
    {
        const string get = "select evidence.id, evidence.title, evidence.body from @rows as given cross join evidence where evidence.id = given.id and evidence.tenant = @tenant and evidence.region = @region";
        var found = await session.QueryAsync(get, Rows.Of("id", ids), r => (Id: r.Int64(0), Title: r.GetString(1), Body: r.GetString(2)), cancel, ("tenant", scope.Tenant), ("region", scope.Region));
        return found.ToDictionary(f => f.Id, f => (f.Title, f.Body.StartsWith('{') ? ContentsText.ReadEvidence(f.Body) : null));
    }
}
