using System.Text.Json;
using System.Text.Json.Serialization;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Fleet.Work;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.Reports;

/// <summary>A report that is made again and again. Inspector has none: the member <c>recurrence</c> of the calls that ask for a report is ours.</summary>
/// <param name="Request">The call that asked, JSON.</param>
/// <param name="Cron">Null for one that follows events.</param>
/// <param name="Pause">Minutes between two reports that follow events.</param>
/// <param name="Next">Not before.</param>
/// <param name="Seen">Of events: how far the last report saw.</param>
/// <param name="Last">The report that was made last.</param>
internal sealed record RecurringReport(ReportKind Kind, string Format, string Request, string? Cron, string? Timezone, string? Event, int Pause, DateTimeOffset Next, long Seen, string? Last)
{
    public ReportRecurrence ToWire() => new() { Cron = Cron, Timezone = Timezone, Event = Event, PauseMinutes = Event is null ? null : Pause };
}

/// <summary>Has recurring reports made when their time comes: each is a report like others, under a name with its time, so that none is written over.</summary>
public sealed class RecurringReports(IDatabase database, TimeProvider time)
{
    public const string Topic = "reports.recur";
    private const string Configuration = "report-recurrence";
    private const int MostOfAccount = 20;
    private const int DefaultPause = 15;

    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Queues the reports that are due, and gives how many. One whose account has a report of the kind in progress waits for that.</summary>
    [AcrossTenants("the clock is the same for all")]
    public async Task<int> TickAsync(CancellationToken cancel)
    {
        IReadOnlyList<StoredConfiguration> all;
        await using (var session = await database.ReadAsync(cancel)) all = await new ConfigurationStore(session).OfKindAsync(Configuration, cancel);
        var queued = 0;
        foreach (var stored in all.Where(s => Read(s).Next <= time.GetUtcNow()))
        {
            if (await Conflicts.RetryAsync(() => QueueAsync(stored, cancel), cancel)) queued++;
        }

        return queued;
    }

    private async Task<bool> QueueAsync(StoredConfiguration stored, CancellationToken cancel)
    {
        var (now, report) = (time.GetUtcNow(), Read(stored));
        await using var session = await database.WriteAsync(cancel);
        var store = new ConfigurationStore(session);
        if ((await store.GetAsync(stored.Scope, Configuration, stored.Name, cancel))?.Version != stored.Version) return false; // cancelled, or queued by another
        var seen = await SeenAsync(session, stored.Scope, report, cancel);
        if (report.Event is not null && seen == report.Seen) return false;

        var name = Guid.NewGuid().ToString();
        if (await new ReportStore(session).AddAsync(stored.Scope, report.Kind, name, report.Format, report.Request, now, cancel) == 0) return false;
        await ReportWork.EnqueueAsync(session, stored.Scope, report.Kind, name, now, cancel);
        await PutAsync(session, stored.Scope, stored.Name, report with { Next = NextOf(report, now), Seen = seen, Last = name }, now, cancel);
        await session.CommitAsync(cancel);
        return true;
    }

    /// <summary>Keeps a report that recurs, and gives its id.</summary>
    /// <exception cref="ApiException">The recurrence makes no sense, or the account has too many.</exception>
    internal static async Task<string> CreateAsync(Session session, Scope scope, ReportKind kind, string format, string request, ReportRecurrence recurrence, DateTimeOffset now, CancellationToken cancel)
    {
        var report = Check(kind, format, request, recurrence);
        await session.LockAsync($"report {scope.Account} {scope.Region} {(int)kind}", cancel);
        if ((await new ConfigurationStore(session).ListAsync(scope, Configuration, cancel)).Count >= MostOfAccount) throw ApiException.Validation($"An account has at most {MostOfAccount} reports that recur.");
        var name = Guid.NewGuid().ToString();
        await PutAsync(session, scope, name, report with { Next = report.Cron is null ? now : NextOf(report, now) }, now, cancel);
        return name;
    }

    internal static async Task<RecurringReport?> FindAsync(Session session, Scope scope, ReportKind kind, string name, CancellationToken cancel) =>
        await new ConfigurationStore(session).GetAsync(scope, Configuration, name, cancel) is { } stored && Read(stored) is var report && report.Kind == kind ? report : null;

    /// <summary>Ends one: no report of it is made any more, one in progress is finished.</summary>
    internal static Task<int> DeleteAsync(Session session, Scope scope, string name, CancellationToken cancel) => new ConfigurationStore(session).DeleteAsync(scope, Configuration, name, cancel);

    internal static async Task<IReadOnlyList<(string Name, RecurringReport Report)>> ListAsync(Session session, Scope scope, CancellationToken cancel) =>
        [.. (await new ConfigurationStore(session).ListAsync(scope, Configuration, cancel)).OrderBy(s => s.Created).Select(s => (s.Name, Read(s)))];

    private static RecurringReport Check(ReportKind kind, string format, string request, ReportRecurrence recurrence)
    {
        var of = kind == ReportKind.Findings ? ReportEvent.Finding : ReportEvent.Inventory;
        if (recurrence.Cron is null == recurrence.Event is null) throw Refused("either cron or event", "recurrence");
        if (recurrence.Event is { } named && named != of) throw Refused($"the event {of}", "recurrence.event");
        if (recurrence.Event is null && recurrence.PauseMinutes is not null) throw Refused("pauseMinutes with an event alone", "recurrence.pauseMinutes");
        if (recurrence.Timezone is { } zone && (recurrence.Cron is null || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))) throw Refused("a time zone that the server knows, and with cron alone", "recurrence.timezone");
        try
        {
            if (recurrence.Cron is { } cron) CronSchedule.Parse(cron);
        }
        catch (FormatException e)
        {
            throw ApiException.Validation($"The schedule can't be kept: {e.Message}.", ValidationReason.FieldValidationFailed, new FieldError("recurrence.cron", e.Message));
        }

        return new(kind, format, request, recurrence.Cron, recurrence.Timezone, recurrence.Event, recurrence.PauseMinutes ?? DefaultPause, default, -1, null);
    }

    private static ApiException Refused(string wanted, string field)
    {
        var why = $"A report recurs by {wanted}.";
        return ApiException.Validation(why, ValidationReason.FieldValidationFailed, new FieldError(field, why));
    }

    private static DateTimeOffset NextOf(RecurringReport report, DateTimeOffset now) => report.Cron is { } cron
        ? CronSchedule.Parse(cron).Next(now, report.Timezone is { } zone ? TimeZoneInfo.FindSystemTimeZoneById(zone) : TimeZoneInfo.Utc) ?? DateTimeOffset.MaxValue
        : now + TimeSpan.FromMinutes(report.Pause);

    /// <summary>A number that is another once there is something new for the report: of the whole tenant where the account administers it.</summary>
    private static async Task<long> SeenAsync(Session session, Scope scope, RecurringReport report, CancellationToken cancel)
    {
        if (report.Event is null) return -1;
        int? account = (await new OrganizationStore(session).GetAsync(scope.OfTenant, cancel))?.Administrator == scope.Account ? null : scope.Account;
        return report.Event == ReportEvent.Finding ? await new FindingStore(session).LatestAsync(scope.OfTenant, account, cancel) : await new DocumentStore(session).LatestAsync(scope.OfTenant, account, report.Seen, cancel);
    }

    private static Task<int> PutAsync(Session session, Scope scope, string name, RecurringReport report, DateTimeOffset now, CancellationToken cancel) =>
        new ConfigurationStore(session).PutAsync(scope, Configuration, name, JsonSerializer.Serialize(report, RecurringJson.Default.RecurringReport), now, cancel);

    private static RecurringReport Read(StoredConfiguration stored) => JsonSerializer.Deserialize(stored.Body, RecurringJson.Default.RecurringReport) ?? throw new JsonException("null");
}

[JsonSerializable(typeof(RecurringReport))]
internal sealed partial class RecurringJson : JsonSerializerContext;
