using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Operations;

/// <summary><c>POST /findings/details/batch/get</c>: what is known of the vulnerabilities behind findings.</summary>
[Coverage(OperationState.Complete, "Exploitation is known from CISA's catalogue alone: no tools, techniques or evidence of attacks are given, and no risk score.")]
internal sealed class BatchGetFindingDetails(Backing backing) : IOperation<BatchGetFindingDetailsRequest, BatchGetFindingDetailsResponse>
{
    public async Task<BatchGetFindingDetailsResponse> HandleAsync(BatchGetFindingDetailsRequest request, Caller caller, CancellationToken cancel)
    {
        var sight = await backing.Callers.SightAsync(caller, cancel);
        var asked = request.FindingArns!.Distinct().ToArray();
        var ids = asked.Where(a => FindingArns.TryRead(a, backing.Identity, caller.Region, out _, out _))
            .ToDictionary(a => a, a => FindingArns.TryRead(a, backing.Identity, caller.Region, out var id, out var account) ? (Id: id, Account: account) : default);

        await using var session = await backing.Database.ReadAsync(cancel);
        var criteria = new FindingCriteria { Ids = [.. ids.Values] };
        var page = await new FindingSearch(session).PageAsync(sight.Tenant, new(sight.Account, criteria, FindingSort.None, false, null, asked.Length), cancel);
        var found = (await new FindingStore(session).ContentsAsync(sight.Tenant, page.Findings, cancel)).ToDictionary(c => c.Finding.Id);
        return new()
        {
            FindingDetails = [.. asked.Where(a => ids.TryGetValue(a, out var i) && found.ContainsKey(i.Id)).Select(a => Detail(a, found[ids[a].Id]))],
            Errors = [.. asked.Where(a => !ids.TryGetValue(a, out var i) || !found.ContainsKey(i.Id)).Select(Missing)],
        };
    }

    private static FindingDetail Detail(string arn, FindingContents contents) => new()
    {
        FindingArn = arn,
        CisaData = contents.Details?.Kev is { } kev ? ToWire(kev) : null,
        EpssScore = contents.Vulnerability?.Epss,
        Cwes = [.. contents.Details?.Cwes ?? []],
        ReferenceUrls = [.. contents.Details?.References ?? []],
        ExploitObserved = contents.Details?.Kev?.Added is { } seen ? new() { FirstSeen = Day(seen), LastSeen = Day(seen) } : null,
        Evidences = [],
        Ttps = [],
        Tools = [],
    };

    internal static CisaData ToWire(KnownExploited kev) => new() { DateAdded = Day(kev.Added), DateDue = Day(kev.Due), Action = kev.Action };

    internal static DateTimeOffset? Day(DateOnly? day) => day is { } some ? new DateTimeOffset(some.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

    private static FindingDetailsError Missing(string arn) => new()
    {
        FindingArn = arn,
        ErrorCode = FindingDetailsErrorCode.FindingDetailsNotFound,
        ErrorMessage = "There is no finding of this ARN.",
    };
}
