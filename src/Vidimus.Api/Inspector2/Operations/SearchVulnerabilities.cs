using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.InspectorScan.Operations;
using Vidimus.Api.Protocol;
using Vidimus.Findings.Contents;
using Vidimus.Fleet;
using Vidimus.Storage;
using Vulnerability = Vidimus.Api.Inspector2.Shapes.Vulnerability;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /vulnerabilities/search</c>: what the advisory book says of a CVE, whether or not any package ever had it; without a book, and for a CVE that has left it, what the store knows.</summary>
[Coverage(OperationState.Complete, "Detection platforms are the systems whose advisories speak of the CVE.")]
internal sealed class SearchVulnerabilities(Backing backing, IBooks books) : IOperation<SearchVulnerabilitiesRequest, SearchVulnerabilitiesResponse>
{
    public async Task<SearchVulnerabilitiesResponse> HandleAsync(SearchVulnerabilitiesRequest request, Caller caller, CancellationToken cancel)
    {
        await backing.Callers.SightAsync(caller, cancel);
        var id = request.FilterCriteria!.VulnerabilityIds![0];
        if (await OfBookAsync(id, cancel) is { } known) return new() { Vulnerabilities = [ToWire(id, known)] };
        await using var session = await backing.Database.ReadAsync(cancel);
        var vulnerabilities = new VulnerabilityStore(session);
        if (await vulnerabilities.FindAsync(id, cancel) is not { } number) return new() { Vulnerabilities = [] };
        return (await vulnerabilities.GetAsync([number], cancel)).TryGetValue(number, out var facts) ? new() { Vulnerabilities = [ToWire(id, facts)] } : new() { Vulnerabilities = [] };
    }

    /// <summary>By the id or by any other name of its alias group.</summary>
    private async Task<Vidimus.Findings.VulnerabilityFacts?> OfBookAsync(string id, CancellationToken cancel)
    {
        using var loan = await books.BorrowAsync(cancel);
        return loan?.Book.Find(id) is { } vulnerability ? VulnerabilityFactsMaker.Of(vulnerability) : null;
    }

    private static Vulnerability ToWire(string id, Vidimus.Findings.VulnerabilityFacts facts)
    {
        var details = facts.Details is { } text ? ContentsText.ReadVulnerability(text) : new();
        var source = details.Sources.FirstOrDefault(s => s.Name == Shapes.VulnerabilitySource.Nvd) ?? (details.Sources is [var first, ..] ? first : null);
        SourceCvss? Rating(char version) => details.Cvss.OrderBy(c => c.Source == Shapes.VulnerabilitySource.Nvd ? 0 : 1).FirstOrDefault(c => c.Version.StartsWith(version));
        return new()
        {
            Id = id,
            Cwes = details.Cwes.Count > 0 ? [.. details.Cwes] : null,
            CisaData = details.Kev is { } kev ? BatchGetFindingDetails.ToWire(kev) : null,
            ExploitObserved = details.Kev?.Added is { } seen ? new() { FirstSeen = BatchGetFindingDetails.Day(seen), LastSeen = BatchGetFindingDetails.Day(seen) } : null,
            Source = Shapes.VulnerabilitySource.Nvd,
            Description = details.Description,
            VendorSeverity = source?.Severity,
            VendorCreatedAt = source?.Created,
            VendorUpdatedAt = source?.Updated,
            SourceUrl = source?.Url,
            Cvss2 = Rating('2') is { } two ? new() { BaseScore = two.Score, ScoringVector = two.Vector } : null,
            Cvss3 = Rating('3') is { } three ? new() { BaseScore = three.Score, ScoringVector = three.Vector } : null,
            Cvss4 = Rating('4') is { } four ? new() { BaseScore = four.Score, ScoringVector = four.Vector } : null,
            RelatedVulnerabilities = [.. details.Related],
            ReferenceUrls = [.. details.References],
            DetectionPlatforms = [.. details.Sources.Select(s => s.Name).Distinct()],
            Epss = facts.Epss is { } epss ? new() { Score = epss } : null,
        };
    }
}
