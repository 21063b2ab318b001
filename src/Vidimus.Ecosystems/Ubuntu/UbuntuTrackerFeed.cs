using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Ubuntu;

/// <summary>Ubuntu's CVE tracker: for each vulnerability the state of every source package in every release and archive.</summary>
/// <remarks>
/// Format: the tracker's README; a text a vulnerability in <c>active/</c> and <c>retired/</c>, whose <c>release_source: state (note)</c> lines are read. <c>released</c> has the version that fixes it; <c>not-affected</c> means this release never was;
/// <c>DNE</c>, that it has no such package, says nothing.
/// </remarks>
public sealed partial class UbuntuTrackerFeed : IFeed
{
    private const int MostBytes = 4 << 20;

    public string Name => "ubuntu";

    public string Title => "Ubuntu CVE tracker";

    public Uri PublicAddress { get; } = new("https://git.launchpad.net/ubuntu-cve-tracker/snapshot/");

    public string Terms => "CC-BY-SA-4.0 (Canonical)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("ubuntu-cve-tracker-master.tar.gz"), new("active/"), new("retired/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in FeedPack.Documents(snapshot, "", cancel).Where(entry => Document().IsMatch(entry.Name)))
        {
            foreach (var record in FeedPack.Checked(entry, snapshot, () => [Read(entry, snapshot)])) yield return record;
        }
    }

    private static Advisory Read(FeedEntry entry, FeedSnapshot snapshot)
    {
        if (entry.Body.Length > MostBytes) throw new InvalidDataException($"it is larger than {MostBytes >> 20} MiB");
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var packageRatings = new Dictionary<string, string>(StringComparer.Ordinal);
        var affected = new List<Affected>();
        var states = new List<(string Release, string Source, string State)>();
        var field = "";
        foreach (var line in Encoding.UTF8.GetString(entry.Body.Span).Split('\n'))
        {
            if (line is [' ' or '\t', ..])
            {
                if (field is "Description" or "CVSS") fields[field] = $"{fields.GetValueOrDefault(field)}\n{line.Trim()}".Trim();
                continue;
            }

            if (line is ['#', ..] || line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) continue;
            field = line[..colon].Trim();
            var value = line[(colon + 1)..].Trim();
            if (field.StartsWith("Priority_", StringComparison.Ordinal)) packageRatings.TryAdd(field["Priority_".Length..], value);
            else if (field.IndexOf('_', StringComparison.Ordinal) is > 0 and var mark && char.IsAsciiLetterLower(field[0])) states.Add((field[..mark], field[(mark + 1)..], value));
            else fields.TryAdd(field, value);
        }

        foreach (var (release, source, state) in states)
        {
            if (UbuntuReleases.Ecosystem(release) is not { } ecosystem || state.Length == 0) continue;
            if (State(state) is { } known) affected.Add(ToAffected(ecosystem, source, known, packageRatings));
            else if (!state.StartsWith("DNE", StringComparison.Ordinal)) snapshot.Reject($"{entry.Name}: {release}_{source}", $"'{state}' is no state of the tracker's");
        }

        var id = fields.GetValueOrDefault("Candidate") is { Length: > 0 } candidate ? candidate : throw new InvalidDataException("it has no Candidate");
        return new()
        {
            Id = id,
            Details = fields.GetValueOrDefault("Description"),
            Url = $"https://ubuntu.com/security/{Uri.EscapeDataString(id)}",
            Published = FeedDates.Day(fields.GetValueOrDefault("PublicDate")),
            Severities = Ratings(fields),
            Affected = affected,
        };
    }

    private static Affected ToAffected(string ecosystem, string source, (AffectedStatus Status, string? Fix) state, Dictionary<string, string> ratings) => new()
    {
        Ecosystem = ecosystem,
        Name = source,
        Status = state.Status,
        Ranges = state.Status == AffectedStatus.NotAffected ? [] : state.Fix is null ? [VersionRange.All] : [VersionRange.Before(state.Fix)],
        Severities = ratings.GetValueOrDefault(source) is { Length: > 0 } word ? [new("ubuntu", "word", Word(word))] : [],
    };

    /// <summary>A state and, where it is fixed, the version; null for one that the tracker does not have, and for <c>DNE</c>.</summary>
    private static (AffectedStatus Status, string? Fix)? State(string text)
    {
        var match = StateText().Match(text);
        var note = match.Groups["note"].Value.Trim();
        return match.Groups["state"].Value switch
        {
            "released" => note.Length > 0 && char.IsAsciiDigit(note[0]) ? (AffectedStatus.Affected, note.Split(' ', ',', ')', ']')[0]) : null,
            "needed" or "pending" or "active" or "in-progress" => (AffectedStatus.Affected, null),
            "needs-triage" => (AffectedStatus.UnderInvestigation, null),
            "deferred" => (AffectedStatus.Deferred, null),
            "ignored" => (EndOfLife().IsMatch(note) ? AffectedStatus.EndOfLife : AffectedStatus.WillNotFix, null),
            "not-affected" => (AffectedStatus.NotAffected, null),
            _ => null,
        };
    }

    private static List<SeverityRating> Ratings(Dictionary<string, string> fields)
    {
        var ratings = new List<SeverityRating>();
        if (fields.GetValueOrDefault("Priority") is { Length: > 0 } priority && Word(priority) is not "untriaged") ratings.Add(new("ubuntu", "word", Word(priority)));
        foreach (var line in (fields.GetValueOrDefault("CVSS") ?? "").Split('\n'))
        {
            if (Vector().Match(line) is { Success: true } vector && FeedElements.TypeOf(vector.Groups[2].Value) is { } type) ratings.Add(new(vector.Groups[1].Value, type, vector.Groups[2].Value));
        }

        return ratings;
    }

    /// <summary>A priority's first word: a reason may follow.</summary>
    private static string Word(string priority) => priority.Split(' ', '\t')[0];

    [GeneratedRegex(@"(?:^|/)CVE-[0-9]{4}-[0-9N]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Document();

    [GeneratedRegex(@"^(?<state>[A-Za-z-]+)\s*(?:[(\[](?<note>.*))?", RegexOptions.CultureInvariant)]
    private static partial Regex StateText();

    [GeneratedRegex("end[ -]of[ -](?:life|standard support|support)|out of (?:standard )?support|end-of-life|EOL", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EndOfLife();

    [GeneratedRegex(@"^([a-z]+):\s*(CVSS:[^\s\[]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Vector();
}
