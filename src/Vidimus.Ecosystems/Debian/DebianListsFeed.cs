using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Debian;

/// <summary>Debian's own lists of its security advisories: <c>DSA</c> of the security team, <c>DLA</c> of long-term support.</summary>
/// <remarks>
/// Format: the security tracker's documentation; a head line <c>[day] DSA-1-1 package - words</c>, then indented lines: the CVEs in braces, <c>[release] - source version</c> with the version that repairs it, and notes.
/// <c>&lt;not-affected&gt;</c> and <c>&lt;unfixed&gt;</c> stand in a version's place; an entry may name no CVE at all.
/// </remarks>
public sealed partial class DebianListsFeed : IFeed
{
    private static readonly string[] Lists = ["DSA/list", "DLA/list"];

    public string Name => "debian-lists";

    public string Title => "Debian security advisories (DSA, DLA)";

    public Uri PublicAddress { get; } = new("https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master/data/");

    public string Terms => "none stated (facts collected by Debian's security team)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. Lists.Select(path => new FeedFile(path))];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in Lists.SelectMany(list => snapshot.Entries(list, cancel)))
        {
            foreach (var advisory in Entries(entry, snapshot)) yield return advisory;
        }
    }

    private static IEnumerable<Advisory> Entries(FeedEntry entry, FeedSnapshot snapshot)
    {
        Advisory? open = null;
        var affected = new List<Affected>();
        var line = 0;
        foreach (var text in Encoding.UTF8.GetString(entry.Body.Span).Split('\n').Append(""))
        {
            line++;
            if (text.Length == 0 || !char.IsWhiteSpace(text[0]))
            {
                if (open is not null && affected.Count > 0) yield return open with { Affected = [.. affected] };
                open = text.Length == 0 ? null : Head(text);
                affected.Clear();
                if (open is null && text.Length > 0) snapshot.Reject($"{entry.Name}: line {line}", "it begins no advisory");
            }
            else if (open is not null)
            {
                var told = text.Trim();
                if (told is ['{', ..]) open = open with { Upstream = [.. told.Trim('{', '}').Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(id => id.StartsWith("CVE-", StringComparison.Ordinal))] };
                else if (State().Match(told) is { Success: true } state) Add(state, affected);
                else if (told is ['[', ..]) snapshot.Reject($"{entry.Name}: line {line}", "it is no state of a release");
            }
        }
    }

    private static Advisory? Head(string text)
    {
        if (HeadLine().Match(text) is not { Success: true } head) return null;
        var id = head.Groups["id"].Value;
        DateTimeOffset? day = DateTimeOffset.TryParseExact(head.Groups["day"].Value, ["dd MMM yyyy", "d MMM yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var known) ? known : null;
        return new() { Id = id, Title = head.Groups["words"].Value.Trim(), Published = day, Modified = day, Url = $"https://security-tracker.debian.org/tracker/{id}" };
    }

    private static void Add(Match state, List<Affected> affected)
    {
        if (DebianReleases.Ecosystem(state.Groups["release"].Value) is not { } release) return;
        var version = state.Groups["version"].Value;
        var status = version switch
        {
            "<not-affected>" => AffectedStatus.NotAffected,
            "<end-of-life>" => AffectedStatus.EndOfLife,
            "<undetermined>" => AffectedStatus.UnderInvestigation,
            _ => AffectedStatus.Affected,
        };
        affected.Add(new()
        {
            Ecosystem = release,
            Name = state.Groups["source"].Value,
            Status = status,
            Ranges = status == AffectedStatus.NotAffected ? [] : version is ['<', ..] ? [VersionRange.All] : [VersionRange.Before(version)],
        });
    }

    [GeneratedRegex(@"^\[(?<day>[^\]]+)\]\s+(?<id>D[SL]A-[0-9]+(?:-[0-9]+)?)\s*(?<words>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex HeadLine();

    [GeneratedRegex(@"^\[(?<release>[a-z]+)\]\s+-\s+(?<source>[a-z0-9][a-z0-9+.-]*)\s+(?<version>\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex State();
}
