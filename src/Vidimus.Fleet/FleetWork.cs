using System.Text.Json;
using System.Text.Json.Serialization;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>A unit of the fleet's work. It names its book: a node that has an older one hands the unit back.</summary>
/// <param name="Versions">Package versions.</param>
/// <param name="Vulnerabilities">Their numbers.</param>
public sealed record FleetUnit(long Book, IReadOnlyList<long> Versions, IReadOnlyList<long> Vulnerabilities);

/// <summary>What is to be done when a book says something new, as units of the work queue.</summary>
internal sealed class FleetWork(Session session)
{
    /// <summary>Versions to decide again.</summary>
    public const string Verdicts = "fleet.verdicts";

    /// <summary>Vulnerabilities whose findings to look at again, on those who hold one of the versions.</summary>
    public const string Findings = "fleet.findings";

    /// <summary>Vulnerabilities whose texts and scores to write anew.</summary>
    public const string Facts = "fleet.facts";

    private const int VersionsInUnit = 500;
    private const int VulnerabilitiesInUnit = 50;
    private const int FactsInUnit = 1000;

    /// <summary>In the order in which they follow of each other.</summary>
    private static readonly Dictionary<string, int> Priorities = new(StringComparer.Ordinal) { [Verdicts] = WorkPriority.Changed - 2, [Findings] = WorkPriority.Changed - 1, [Facts] = WorkPriority.Changed };

    private readonly WorkQueue queue = new(session);

    public Task AddVerdictsAsync(long book, IReadOnlyList<long> versions, DateTimeOffset now, CancellationToken cancel) =>
        AddAsync(Verdicts, versions.Order().Chunk(VersionsInUnit).Select(c => new FleetUnit(book, c, [])), now, cancel);

    public Task AddFindingsAsync(long book, IReadOnlyList<(long Vulnerability, long Version)> changed, DateTimeOffset now, CancellationToken cancel) =>
        AddAsync(Findings, changed.GroupBy(c => c.Vulnerability).OrderBy(g => g.Key).Chunk(VulnerabilitiesInUnit)
            .Select(c => new FleetUnit(book, [.. c.SelectMany(g => g).Select(x => x.Version).Distinct().Order()], [.. c.Select(g => g.Key)])), now, cancel);

    public Task AddFactsAsync(long book, IReadOnlyList<long> vulnerabilities, DateTimeOffset now, CancellationToken cancel) =>
        AddAsync(Facts, vulnerabilities.Order().Chunk(FactsInUnit).Select(c => new FleetUnit(book, [], c)), now, cancel);

    public static FleetUnit Read(WorkUnit unit) => JsonSerializer.Deserialize(unit.Payload, FleetJson.Default.FleetUnit) ?? throw new InvalidDataException($"the work unit {unit.Subject} says nothing");

    private async Task AddAsync(string topic, IEnumerable<FleetUnit> units, DateTimeOffset now, CancellationToken cancel)
    {
        var all = units.Select(u => JsonSerializer.Serialize(u, FleetJson.Default.FleetUnit)).Select(p => (Subject: Digest.Of(System.Text.Encoding.UTF8.GetBytes(p)).ToString(), Payload: p)).ToArray();
        if (all.Length > 0) await queue.AddAsync(FleetServices.Installation, topic, all, Priorities[topic], now, cancel);
    }
}

[JsonSerializable(typeof(FleetUnit))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class FleetJson : JsonSerializerContext;
