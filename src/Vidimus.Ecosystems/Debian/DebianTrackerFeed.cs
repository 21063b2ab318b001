using System.Text.Json;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Debian;

/// <summary>Debian's security tracker: for each source package and vulnerability the state in every release, the open ones included.</summary>
/// <remarks>
/// Format: one document, source → id → <c>{description, releases: {codename: {status, fixed_version, urgency, nodsa, nodsa_reason}}}</c>. <c>resolved</c> with version <c>0</c> means not affected;
/// <c>nodsa</c> is there when no security advisory is planned: <c>ignored</c> for good, otherwise put off to a point release or the next advisory.
/// </remarks>
public sealed class DebianTrackerFeed : IFeed
{
    public string Name => "debian";

    public string Title => "Debian security tracker";

    public Uri PublicAddress { get; } = new("https://security-tracker.debian.org/tracker/");

    public string Terms => "none stated (facts collected by Debian's security team)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("data/json")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("data/json", cancel))
        {
            var document = new FeedJsonCursor(entry.Body);
            foreach (var source in document.Records(null, (string name, ref Utf8JsonReader reader) => ReadSource(name, ref reader, snapshot, entry.Name), snapshot, entry.Name))
            {
                foreach (var advisory in source) yield return advisory;
            }
        }
    }

    private static List<Advisory> ReadSource(string source, ref Utf8JsonReader reader, FeedSnapshot snapshot, string file)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a source package");
        var advisories = new List<Advisory>();
        while (FeedJson.NextMember(ref reader, out var name))
        {
            var behind = reader;
            behind.Skip();
            var id = name.GetString()!;
            try
            {
                if (ReadVulnerability(source, id, ref reader) is { } advisory) advisories.Add(advisory);
            }
            catch (Exception e) when (FeedJson.IsBadRecord(e))
            {
                snapshot.Reject($"{file}: {source}: {id}", e.Message);
            }

            reader = behind;
        }

        return advisories;
    }

    private static Advisory? ReadVulnerability(string source, string id, ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a vulnerability");
        string? details = null;
        var affected = new List<Affected>();
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("description"u8)) details = FeedJson.Text(ref reader, "description");
            else if (name.ValueTextEquals("releases"u8)) ReadReleases(source, ref reader, affected);
            else reader.Skip();
        }

        return affected.Count == 0 ? null : new() { Id = id, Details = details, Url = $"https://security-tracker.debian.org/tracker/{Uri.EscapeDataString(id)}", Affected = affected };
    }

    private static void ReadReleases(string source, ref Utf8JsonReader reader, List<Affected> affected)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "releases");
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (DebianReleases.Ecosystem(name.GetString()!) is { } release) affected.Add(ReadState(ref reader).ToAffected(release, source));
            else reader.Skip();
        }
    }

    private static State ReadState(ref Utf8JsonReader reader)
    {
        FeedJson.Expect(ref reader, JsonTokenType.StartObject, "a release");
        var state = new State();
        while (FeedJson.NextMember(ref reader, out var name))
        {
            if (name.ValueTextEquals("status"u8)) state.Status = FeedJson.Text(ref reader, "status");
            else if (name.ValueTextEquals("fixed_version"u8)) state.Fixed = FeedJson.Text(ref reader, "fixed_version");
            else if (name.ValueTextEquals("urgency"u8)) state.Urgency = FeedJson.Text(ref reader, "urgency");
            else if (name.ValueTextEquals("nodsa_reason"u8)) state.Reason = FeedJson.Text(ref reader, "nodsa_reason");
            else
            {
                state.HasNoAdvisory |= name.ValueTextEquals("nodsa"u8);
                reader.Skip();
            }
        }

        return state;
    }

    private struct State
    {
        public string? Status, Fixed, Urgency, Reason;
        public bool HasNoAdvisory;

        public readonly Affected ToAffected(string release, string source)
        {
            var status = Meaning();
            return new()
            {
                Ecosystem = release,
                Name = source,
                Status = status,
                Ranges = status == AffectedStatus.NotAffected ? [] : [new(Fixed is null ? [new(RangeEventKind.Introduced, "0")] : [new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, Fixed)])],
                Severities = Rating() is { } word ? [new("debian", "word", word)] : [],
            };
        }

        private readonly AffectedStatus Meaning() => Status switch
        {
            "resolved" when Fixed is null or "" => throw new JsonException("it is resolved without a fixed version"),
            "resolved" => Fixed == "0" ? AffectedStatus.NotAffected : AffectedStatus.Affected,
            "undetermined" => AffectedStatus.UnderInvestigation,
            "open" when Urgency == "end-of-life" => AffectedStatus.EndOfLife,
            "open" when HasNoAdvisory || Reason is not null => Reason == "ignored" ? AffectedStatus.WillNotFix : AffectedStatus.Deferred,
            "open" => AffectedStatus.Affected,
            _ => throw new JsonException($"its status is {Status ?? "absent"}"),
        };

        /// <summary>The urgency as a rating; the tracker marks some with asterisks for "set by hand", and <c>not yet assigned</c> and <c>end-of-life</c> rate nothing.</summary>
        private readonly string? Rating() => Urgency?.Trim('*') is { } word && word is not ("" or "not yet assigned" or "end-of-life") ? word : null;
    }
}
