using System.Globalization;
using Vidimus.Api.Inspector2.Shapes;
using Vidimus.Api.Protocol;
using Vidimus.Findings;
using Vidimus.Storage;

namespace Vidimus.Api.Inspector2.FindingWire;

/// <summary>Filters on the wire.</summary>
internal static class FilterWire
{
    /// <summary>How long a call works on the findings that its rule hides or shows; the rest is done behind it.</summary>
    public static TimeSpan AtOnce { get; } = TimeSpan.FromSeconds(10);

    public static string Arn(string region, string account, string hex) => $"arn:aws:inspector2:{region}:{account}:owner/{account}/filter/{hex}";

    /// <summary>The digits of an ARN of the caller's; null for any other.</summary>
    public static string? Hex(string arn, Caller caller)
    {
        var head = Arn(caller.Region, caller.Account, "");
        return arn.StartsWith(head, System.StringComparison.Ordinal) && arn.Length == head.Length + 16 ? arn[head.Length..] : null;
    }

    public static async Task<FindingFilterRule> FindAsync(Session session, Sight sight, Caller caller, string arn, CancellationToken cancel) =>
        (Hex(arn, caller) is { } hex ? await new FilterStore(session).FindAsync(sight.Own, hex, cancel) : null) ?? throw ApiException.NotFound($"There is no filter {arn}.");

    public static Filter ToWire(this FindingFilterRule rule, Caller caller, IReadOnlyDictionary<string, string> tags) => new()
    {
        Arn = Arn(caller.Region, caller.Account, rule.Hex),
        OwnerId = caller.Account,
        Name = rule.Name,
        Criteria = ShapeText.Read<FilterCriteria>(rule.Criteria),
        Action = ToWire(rule.Action),
        CreatedAt = rule.Created,
        UpdatedAt = rule.Updated,
        Description = rule.Description,
        Reason = rule.Reason,
        Tags = tags.Count > 0 ? new Dictionary<string, string>(tags) : null,
        DisplayedSeverity = rule.Severity?.ToWire(),
    };

    public static Storage.FilterAction ToAction(string action) => action == Shapes.FilterAction.Suppress ? Storage.FilterAction.Suppress : Storage.FilterAction.None;

    /// <summary>Inspector has no end for a rule; ours is a tag that its clients can set.</summary>
    /// <exception cref="ApiException">The tag's value is no time, or no severity.</exception>
    public static void CheckTags(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is not null && tags.TryGetValue(Suppressor.ExpiresTag, out var end) && !DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            throw ApiException.BadRequest($"The tag {Suppressor.ExpiresTag} must be a time in ISO 8601, as 2027-01-31T00:00:00Z.");
        }

        if (tags is not null && tags.TryGetValue(Suppressor.SeverityTag, out var severity) && !Severity.Values.Contains(severity))
        {
            throw ApiException.BadRequest($"The tag {Suppressor.SeverityTag} must be one of {string.Join(", ", Severity.Values)}.");
        }
    }

    /// <summary>What a rule displays, as its tag says: the member <c>displayedSeverity</c> is written as that tag, which clients that have no such member can set.</summary>
    public static FindingSeverity? SeverityOf(IReadOnlyDictionary<string, string>? tags) =>
        tags is not null && tags.TryGetValue(Suppressor.SeverityTag, out var text) && Severity.Values.Contains(text) ? Enum.Parse<FindingSeverity>(text, ignoreCase: true) : null;

    /// <summary>The tags with the one that the member is.</summary>
    /// <exception cref="ApiException">Tag and member say different things.</exception>
    public static Dictionary<string, string> WithSeverity(IReadOnlyDictionary<string, string>? tags, string? displayed)
    {
        var all = tags is null ? new Dictionary<string, string>() : new(tags);
        if (displayed is null or DisplayedSeverity.None) return all;
        if (all.TryGetValue(Suppressor.SeverityTag, out var text) && text != displayed) throw ApiException.BadRequest($"displayedSeverity and the tag {Suppressor.SeverityTag} say different things.");
        all[Suppressor.SeverityTag] = displayed;
        return all;
    }

    /// <summary>Has the rule of a filter say what its tags say now; false when it does already.</summary>
    public static async Task<bool> FollowTagsAsync(Session session, Sight sight, Caller caller, string arn, DateTimeOffset now, CancellationToken cancel)
    {
        var rule = await FindAsync(session, sight, caller, arn, cancel);
        var severity = SeverityOf(await new TagStore(session).GetAsync(sight.Own, arn, cancel));
        if (severity == rule.Severity) return false;
        await new FilterStore(session).UpdateAsync(sight.Own, rule with { Severity = severity, Updated = now }, cancel);
        return true;
    }

    /// <summary>Brings findings after the rule that a call has changed, as far as its time reaches.</summary>
    public static Task ApplyAsync(Backing backing, Sight sight, CancellationToken cancel) => Suppressor.ApplyPendingAsync(backing.Database, sight.Own.Account, AtOnce, backing.Time, cancel);

    private static string ToWire(Storage.FilterAction action) => action == Storage.FilterAction.Suppress ? Shapes.FilterAction.Suppress : Shapes.FilterAction.None;
}
