using System.Text.Json;
using System.Text.Json.Nodes;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Sinks;
using Vidimus.Storage;

namespace Vidimus.Api.Events;

/// <summary>Events in the forms that receivers know: EventBridge's, as Inspector sends them; findings also in Security Hub's (ASFF) and in OCSF's.</summary>
/// <param name="identity">Makes row ids the hexadecimal digits of ARNs and of events' ids.</param>
public sealed class EventForms(IdentityKey identity) : IEventForms
{
    public IReadOnlyList<string> Names { get; } = ["eventbridge", "asff", "ocsf"];

    public bool Tells(string form, EventKind kind) => form == "eventbridge" || kind == EventKind.Finding;

    public async Task<IReadOnlyList<EventText?>> WriteAsync(Session session, string form, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var findings = await FindingsAsync(session, events, cancel);
        var resources = form == "eventbridge" ? await ResourcesAsync(session, events, cancel) : [];
        return [.. events.Select(e => findings.GetValueOrDefault(e.Id) is { } finding ? Write(e, form, finding) : resources.GetValueOrDefault(e.Id) is { } resource ? Write(e, resource) : Write(e, form))];
    }

    /// <summary>The event's id: a UUID made of its number. Findings' are made of positive numbers, so none of the two is ever the other.</summary>
    internal string IdOf(StoredEvent e) => Guid.ParseExact(identity.ToHex(-e.Id), "N").ToString();

    private EventText Write(StoredEvent e, string form, FindingContents finding)
    {
        var body = form switch
        {
            "asff" => AsffForm.Write(finding, identity),
            "ocsf" => OcsfForm.Write(e, IdOf(e), finding, identity),
            _ => EventBridgeForm.Finding(e, IdOf(e), finding, identity),
        };
        return new(e.Id, IdOf(e), $"finding {finding.Finding.Id}", e.At, $"{finding.Finding.Status} {finding.Title} on {finding.Resource.Key.Id}", Inspector2.FindingWire.FindingWire.ToWire(finding.Finding.Severity), Bytes(body));
    }

    private EventText Write(StoredEvent e, ResourceEvent resource) =>
        new(e.Id, IdOf(e), $"resource {e.Resource}", e.At, $"{e.Kind} of {resource.Resource.Key.Id}{(e.Status is { } status ? $": {status.Reason}" : "")}", null,
            Bytes(e.Kind == EventKind.Scan ? EventBridgeForm.Scan(e, IdOf(e), resource) : EventBridgeForm.Coverage(e, IdOf(e), resource)));

    private EventText? Write(StoredEvent e, string form) => form == "eventbridge" && e.Kind == EventKind.AutoEnable
        ? new(e.Id, IdOf(e), "account", e.At, $"{e.Kind} of {e.Account}", null, Bytes(EventBridgeForm.AutoEnable(e, IdOf(e))))
        : null;

    /// <summary>The findings as they were from their events on.</summary>
    private static async Task<Dictionary<long, FindingContents>> FindingsAsync(Session session, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var result = new Dictionary<long, FindingContents>();
        var store = new FindingStore(session);
        foreach (var ofScope in events.Where(e => e.Finding is not null).GroupBy(e => e.Scope))
        {
            var now = (await store.GetAsync(ofScope.Key, [.. ofScope.Select(e => e.Finding!.Finding).Distinct().Order()], cancel)).ToDictionary(f => f.Id);
            var then = ofScope.Where(e => now.ContainsKey(e.Finding!.Finding)).Select(e => (Event: e.Id, Listed: new ListedFinding(e.Scope, AsOf(now[e.Finding!.Finding], e)))).ToList();
            var contents = await store.ContentsAsync(ofScope.Key.OfTenant, [.. then.Select(t => t.Listed)], cancel);
            var byListed = contents.GroupBy(c => c.Listed).ToDictionary(g => g.Key, g => g.First());
            foreach (var (id, listed) in then)
            {
                if (byListed.TryGetValue(listed, out var found)) result.Add(id, found);
            }
        }

        return result;
    }

    private static Finding AsOf(Finding finding, StoredEvent e) => finding with
    {
        Facts = e.Finding!.Facts,
        Suppression = e.Finding.Suppression,
        Rating = e.Finding.Rating,
        Closing = e.Finding.Status == FindingStatus.Closed ? new(e.At, finding.Closing?.Reason ?? ClosingReason.NotObserved) : null,
        Updated = e.At,
    };

    private static async Task<Dictionary<long, ResourceEvent>> ResourcesAsync(Session session, IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        var result = new Dictionary<long, ResourceEvent>();
        foreach (var ofScope in events.Where(e => e.Kind is EventKind.Scan or EventKind.Coverage).GroupBy(e => e.Scope))
        {
            long[] ids = [.. ofScope.Select(e => e.Resource).Distinct().Order()];
            var resources = (await new ResourceStore(session).GetAsync(ofScope.Key, ids, cancel)).ToDictionary(r => r.Id);
            var counts = await new Counters(session).ReadAsync(ofScope.Key, CounterDimension.Resource, ids, cancel);
            foreach (var e in ofScope.Where(e => resources.ContainsKey(e.Resource)))
                result.Add(e.Id, new(resources[e.Resource], ContentsText.ReadResource(resources[e.Resource].Facts), counts.Where(c => c.Key.Subject == e.Resource).ToDictionary(c => c.Key.Severity, c => c.Value)));
        }

        return result;
    }

    private static byte[] Bytes(JsonObject body)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output)) body.WriteTo(writer);
        return output.WrittenSpan.ToArray();
    }
}

/// <summary>What an event of a scan or of coverage is about.</summary>
/// <param name="Active">How many active findings it has.</param>
internal sealed record ResourceEvent(Resource Resource, ResourceFacts Facts, IReadOnlyDictionary<FindingSeverity, long> Active);
