using System.Runtime.CompilerServices;
using Vidimus.Api.Inspector2.FindingWire;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Findings;
using Vidimus.Findings.Query;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>The findings of a report, page by page, each page a look of its own: what changes meanwhile neither repeats nor hides another one.</summary>
internal static class ReportFindings
{
    private const int PageSize = 500;

    /// <summary>The active ones when no status is named.</summary>
    /// <param name="region">The region's name.</param>
    /// <exception cref="Protocol.ApiException">A condition means nothing.</exception>
    public static FindingCriteria Criteria(FilterCriteria? asked, IdentityKey identity, string region)
    {
        var criteria = asked ?? new();
        var whole = criteria.FindingStatus is { Count: > 0 } ? criteria : criteria with { FindingStatus = [new() { Comparison = Shapes.StringComparison.Equals, Value = Shapes.FindingStatus.Active }] };
        return whole.ToCriteria(identity, region);
    }

    /// <param name="account">One account; null for all of the tenant.</param>
    /// <exception cref="ReportFailure">A page takes too long to find.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<FindingContents>> PagesAsync(IDatabase database, TenantScope scope, int? account, FindingCriteria criteria, [EnumeratorCancellation] CancellationToken cancel)
    {
        FindingPosition? after = null;
        do
        {
            var (contents, next) = await PageAsync(database, scope, new(account, criteria, FindingSort.None, false, after, PageSize), cancel);
            if (contents.Count > 0) yield return contents;
            after = next;
        }
        while (after is not null);
    }

    private static async Task<(IReadOnlyList<FindingContents> Contents, FindingPosition? Next)> PageAsync(IDatabase database, TenantScope scope, FindingSearchQuery query, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        try
        {
            var page = await new FindingSearch(session).PageAsync(scope, query, cancel);
            return (await new FindingStore(session).ContentsAsync(scope, page.Findings, cancel), page.Next);
        }
        catch (QueryTooLongException e)
        {
            throw new ReportFailure(ReportingErrorCode.InternalError, "The findings take too long to find; narrow the criteria.", e);
        }
    }
}
