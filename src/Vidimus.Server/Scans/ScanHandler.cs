using System.Globalization;
using System.Text;
using System.Text.Json;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Fleet;
using Vidimus.Fleet.Work;
using Vidimus.Model.Push;
using Vidimus.Server.Hosting;
using Vidimus.Storage;

namespace Vidimus.Server.Scans;

/// <summary>Scans what the operator registered: in a child process, its result by the same intake that takes pushes.</summary>
/// <param name="topic">Of all nodes, or of this one alone: see <see cref="TopicOf"/>.</param>
internal sealed class ScanHandler(Node node, ScanChild child, string topic) : IWorkHandler
{
    private const long LongestResult = 1L << 30;
    private const int Due = 1000;
    private static readonly TimeSpan UntilThereIsABook = TimeSpan.FromSeconds(5);

    private readonly Intake intake = new(node.Fleet);

    public string Topic => topic;

    public int Parallel => 2;

    /// <summary>The topic of a scan that any node can do, or only the machine that the target is on.</summary>
    public static string TopicOf(string machine) => machine.Length == 0 ? "scan" : $"scan@{machine}";

    /// <summary>Queues scans whose time has come.</summary>
    public static Task<int> QueueDueAsync(IDatabase database, DateTimeOffset now, CancellationToken cancel) => Conflicts.WriteAsync(database, async session =>
    {
        var due = await new ScanStore(session).TakeDueAsync(now, Due, cancel);
        foreach (var scan in due) await QueueAsync(session, scan, WorkPriority.Periodic, now, cancel);
        return due.Count;
    }, cancel);

    public static Task<int> QueueAsync(Session session, Scan scan, int priority, DateTimeOffset now, CancellationToken cancel) =>
        new WorkQueue(session).AddAsync(scan.Scope, TopicOf(scan.Node), [(scan.Id.ToString(CultureInfo.InvariantCulture), "")], priority, now, cancel);

    public async Task HandleAsync(HeldWork work, CancellationToken cancel)
    {
        var (scope, id) = (work.Unit.Scope, long.Parse(work.Unit.Subject, CultureInfo.InvariantCulture));
        Scan? scan;
        await using (var session = await node.Database.ReadAsync(cancel)) scan = await new ScanStore(session).FindAsync(scope, id, cancel);
        if (scan is null) return; // It was removed meanwhile.
        var folder = Directory.CreateTempSubdirectory("vidimus-scan-");
        try
        {
            var file = Path.Combine(folder.FullName, "result");
            await child.RunAsync(scan.Target, $"{scan.Resource.Kind}:{scan.Resource.Id}", file, folder.FullName, cancel);
            var answer = await TakeAsync(scope, scan, file, cancel);
            var outcome = answer.Unchanged ? "unchanged" : string.Create(CultureInfo.InvariantCulture, $"{answer.Opened} opened, {answer.Updated} updated, {answer.Closed} closed, {answer.Reopened} reopened");
            await work.CommitAsync(session => new ScanStore(session).DoneAsync(scope, id, outcome, node.Time.GetUtcNow(), cancel), cancel);
        }
        catch (BookMissingException e)
        {
            throw new WorkPostponedException(e.Message, UntilThereIsABook);
        }
        catch (Exception e) when (e is ScanFailedException or RefusedException or JsonException or InvalidDataException or IOException)
        {
            await FailedAsync(scan, e.Message, cancel);
            throw new ScanFailedException(e.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Offers what the child found. Its file is as hostile as what it read.</summary>
    private async Task<OfferAnswer> TakeAsync(Scope scope, Scan scan, string file, CancellationToken cancel)
    {
        if (new FileInfo(file).Length > LongestResult) throw new InvalidDataException("what the scanner found is too large");
        using var lines = new StreamReader(file);
        var offer = ReadOffer(await lines.ReadLineAsync(cancel) ?? "") with { Kind = scan.Resource.Kind, Id = scan.Resource.Id };
        var answer = await intake.OfferAsync(scope, offer, "vidimus scan", cancel);
        if (answer.Missing.Count == 0) return answer;
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var body = Encoding.UTF8.GetBytes(line);
            var digest = Digest.Of(body);
            if (answer.Missing.Contains(digest.ToString())) await intake.PutDocumentAsync(scope, digest, body, cancel);
        }

        return await intake.OfferAsync(scope, offer, "vidimus scan", cancel) is { Missing: [] } taken ? taken : throw new InvalidDataException("the scanner's result lacks a document");
    }

    private static Offer ReadOffer(string line)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        return PushText.ReadOffer(ref reader);
    }

    /// <summary>The resource says that it could not be scanned, until it can; what was found of it before stays.</summary>
    private Task FailedAsync(Scan scan, string why, CancellationToken cancel) => Conflicts.WriteAsync(node.Database, async session =>
    {
        var (resources, now) = (new ResourceStore(session), node.Time.GetUtcNow());
        var facts = (await resources.FindAsync(scan.Scope, scan.Resource, cancel))?.Facts ?? ContentsText.Write(new ResourceFacts());
        var resource = (await resources.PutAsync(scan.Scope, [(scan.Resource, facts)], now, cancel))[scan.Resource];
        await resources.SetStatusAsync(scan.Scope, [resource], new(false, "INTERNAL_ERROR"), now, cancel);
        await new ScanStore(session).DoneAsync(scan.Scope, scan.Id, why, now, cancel);
    }, cancel);
}
