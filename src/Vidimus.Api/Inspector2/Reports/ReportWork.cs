using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>Writes the reports that callers asked for, each a unit of the work queue whose subject is the report's id.</summary>
/// <remarks>A unit may be done again after a death: a file is whole under its name or not there, and what an earlier try finished stays.</remarks>
public sealed class ReportWork(IDatabase database, IdentityKey identity, TimeProvider time)
{
    public const string Topic = "report";

    /// <summary>As AWS's.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(12);

    private const int MostAttempts = 5;

    /// <summary>Ends reports that nobody finished in time, so that their account may ask for others.</summary>
    public async Task GiveUpAsync(CancellationToken cancel)
    {
        await using var session = await database.WriteAsync(cancel);
        var now = time.GetUtcNow();
        await new ReportStore(session).GiveUpAsync(now - Limit, ReportingErrorCode.InternalError, "The report was not finished within twelve hours.", now, cancel);
        await session.CommitAsync(cancel);
    }

    /// <summary>Puts a report into the queue, in the transaction that adds it.</summary>
    internal static Task EnqueueAsync(Session session, Scope scope, ReportKind kind, string name, DateTimeOffset now, CancellationToken cancel) =>
        new WorkQueue(session).AddAsync(scope, Topic, [(name, kind.ToString())], WorkPriority.Asked, now, cancel);

    /// <summary>Does a unit and commits what became of the report together with the unit's end.</summary>
    /// <exception cref="IOException">The disk; the unit is to be tried again.</exception>
    public Task RunAsync(WorkUnit unit, CancellationToken cancel) => RunAsync(unit, async (write, ending) =>
    {
        await using var session = await database.WriteAsync(ending);
        await write(session);
        await new WorkQueue(session).CompleteAsync(unit, ending);
        await session.CommitAsync(ending);
    }, cancel);

    /// <summary>Does a unit.</summary>
    /// <param name="commit">Writes what it is given together with the unit's end.</param>
    /// <exception cref="IOException">The disk; the unit is to be tried again.</exception>
    public async Task RunAsync(WorkUnit unit, Func<Func<Session, Task>, CancellationToken, Task> commit, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(commit);
        var kind = Enum.Parse<ReportKind>(unit.Payload);
        Report? report;
        await using (var session = await database.ReadAsync(cancel)) report = await new ReportStore(session).GetAsync(unit.Scope, kind, unit.Subject, cancel);
        (string Code, string Message)? failure = null;
        Action takeBack = () => { };
        if (report is { Status: Storage.ReportStatus.InProgress })
        {
            try
            {
                takeBack = await WriteAsync(report, cancel);
            }
            catch (ReportFailure e)
            {
                failure = (e.Code, e.Message);
            }
            catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException) && (unit.Attempts >= MostAttempts || time.GetUtcNow() - report.Created > Limit))
            {
                failure = (ReportingErrorCode.InternalError, e.Message);
            }
        }

        var status = failure is null ? Storage.ReportStatus.Succeeded : Storage.ReportStatus.Failed;
        var wanted = false;
        await commit(
            async session => wanted = report is not null && await new ReportStore(session).FinishAsync(unit.Scope, kind, unit.Subject, status, failure?.Code, failure?.Message, time.GetUtcNow(), cancel) == 1,
            cancel);
        if (!wanted) takeBack();
    }

    /// <returns>Takes back what was written, for a report that was cancelled at the last moment.</returns>
    private async Task<Action> WriteAsync(Report report, CancellationToken cancel)
    {
        string root;
        int? account;
        string region;
        var bucket = (report.Kind == ReportKind.Findings ? ShapeText.Read<CreateFindingsReportRequest>(report.Request).S3Destination : ShapeText.Read<CreateSbomExportRequest>(report.Request).S3Destination)!.BucketName!;
        await using (var session = await database.ReadAsync(cancel))
        {
            root = (await new DestinationStore(session).FindAsync(report.Scope.OfTenant, bucket, cancel))?.Folder ?? throw new ReportFailure(ReportingErrorCode.BucketNotFound, "There is no such bucket.");
            account = (await new OrganizationStore(session).GetAsync(report.Scope.OfTenant, cancel))?.Administrator == report.Scope.Account ? null : report.Scope.Account;
            region = await new TenantStore(session).RegionNameAsync(report.Scope.Region, cancel);
        }

        return report.Kind == ReportKind.Findings ? await WriteFindingsAsync(report, account, root, region, cancel) : await WriteSbomsAsync(report, account, root, region, cancel);
    }

    private async Task<Action> WriteFindingsAsync(Report report, int? account, string root, string region, CancellationToken cancel)
    {
        var request = ShapeText.Read<CreateFindingsReportRequest>(report.Request);
        await using var pages = ReportFindings.PagesAsync(database, report.Scope.OfTenant, account, ReportFindings.Criteria(request.FilterCriteria, identity, region), cancel).GetAsyncEnumerator(cancel);
        if (!await pages.MoveNextAsync()) throw new ReportFailure(ReportingErrorCode.NoFindingsFound, "No finding meets the criteria.");

        var segments = ObjectKey.Segments(request.S3Destination!.KeyPrefix);
        var name = $"{FileName(report, request.Recurrence)}.{(report.Format == ReportFormat.Json ? "json" : "csv")}";
        using var folder = DestinationFolder.Open(root, segments);
        await folder.WriteAsync(name, stream => new FindingsReport(identity, time.GetUtcNow()).WriteAsync(report.Format, WhileWantedAsync(report, pages), stream, cancel));
        return () =>
        {
            using var again = DestinationFolder.Open(root, segments);
            again.Remove(name);
        };
    }

    /// <summary>Of a report that recurs with its time, so that a folder shows them in order.</summary>
    internal static string FileName(Report report, ReportRecurrence? recurrence) =>
        recurrence is null ? report.Name : $"{report.Created.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture)}-{report.Name}";

    private async Task<Action> WriteSbomsAsync(Report report, int? account, string root, string region, CancellationToken cancel)
    {
        var request = ShapeText.Read<CreateSbomExportRequest>(report.Request);
        var files = await new SbomExport(database, time).WriteAsync(report, request, account, root, region, () => IsWantedAsync(report, cancel), cancel);
        if (files == 0) throw new ReportFailure(ReportingErrorCode.NoFindingsFound, "No resource with an inventory meets the criteria.");
        return () => { }; // the files of a cancelled export that were whole stay, as AWS's do
    }

    private async IAsyncEnumerable<IReadOnlyList<FindingContents>> WhileWantedAsync(Report report, IAsyncEnumerator<IReadOnlyList<FindingContents>> pages)
    {
        do
        {
            yield return pages.Current;
        }
        while (await IsWantedAsync(report, CancellationToken.None) && await pages.MoveNextAsync());
    }

    private async Task<bool> IsWantedAsync(Report report, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        return (await new ReportStore(session).GetAsync(report.Scope, report.Kind, report.Name, cancel))?.Status == Storage.ReportStatus.InProgress;
    }
}
