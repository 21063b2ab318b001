using System.Runtime.CompilerServices;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;
using FindingStatus = Vidimus.Findings.FindingStatus;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>The findings of a report, page by page, each page a look of its own: what changes meanwhile neither repeats nor hides another one.</summary>
internal static class ReportFindings
{
    private const int PageSize = 500;

    /// <summary>The statuses that are asked for: the active ones when none is named.</summary>
    /// <exception cref="ApiException">A criterion that reports don't know.</exception>
    public static IReadOnlyList<FindingStatus> Statuses(FilterCriteria? criteria)
    {
        if (criteria is null) return [FindingStatus.Active];
        if (ShapeText.Write(criteria with { FindingStatus = null }) != "{}") throw ApiException.Validation("A report is filtered by findingStatus alone.");
        if (criteria.FindingStatus is not { Count: > 0 } filters) return [FindingStatus.Active];
        return [.. Enum.GetValues<FindingStatus>().Where(s => Meets(filters, s.ToString().ToUpperInvariant()))];
    }

    /// <param name="account">One account; null for all of the tenant.</param>
    public static async IAsyncEnumerable<IReadOnlyList<FindingContents>> PagesAsync(IDatabase database, TenantScope scope, int? account, FilterCriteria? criteria, [EnumeratorCancellation] CancellationToken cancel)
    {
        var statuses = Statuses(criteria);
        if (statuses.Count == 0) yield break;
        FindingCursor? after = null;
        while (true)
        {
            IReadOnlyList<FindingContents> contents;
            int found;
            await using (var session = await database.ReadAsync(cancel))
            {
                var store = new FindingStore(session);
                var page = await store.ListAsync(scope, new(account, statuses, FindingOrder.Stable, after, PageSize), cancel);
                contents = await store.ContentsAsync(scope, page, cancel);
                found = page.Count;
                if (found > 0) after = page[^1].Cursor;
            }

            if (contents.Count > 0) yield return contents;
            if (found < PageSize) yield break;
        }
    }

    private static bool Meets(IReadOnlyList<StringFilter> filters, string value)
    {
        var wanted = filters.Where(f => f.Comparison != Shapes.StringComparison.NotEquals).ToList();
        return filters.Except(wanted).All(f => f.Value != value)
            && (wanted.Count == 0 || wanted.Any(f => f.Comparison == Shapes.StringComparison.Prefix ? value.StartsWith(f.Value!, System.StringComparison.Ordinal) : f.Value == value));
    }
}
