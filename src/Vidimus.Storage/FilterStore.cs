using System.Data.Common;
using System.Security.Cryptography;
using Vidimus.Findings;
using Vidimus.Findings.Query;

namespace Vidimus.Storage;

/// <summary>What a filter does. The numbers are in the store.</summary>
public enum FilterAction : short
{
    /// <summary>It is a question that is kept.</summary>
    None = 1,
    Suppress = 2,

    /// <summary>It is gone for whoever asks; the findings that it hid come back.</summary>
    Deleted = 3,
}

/// <summary>A filter as it is kept.</summary>
/// <param name="Hex">The 16 digits that end its ARN.</param>
/// <param name="Criteria">As the caller wrote it, JSON.</param>
/// <param name="Wide">Whether it is an organization's and of all its accounts.</param>
public sealed record FindingFilterRule(
    Scope Scope, long Id, string Hex, string Name, FilterAction Action, string? Description, string? Reason, string Criteria, FindingCriteria Parsed, bool Wide, DateTimeOffset Created, DateTimeOffset Updated)
{
    /// <summary>What it displays in place of the source's severity, hidden or not; null for nothing.</summary>
    public FindingSeverity? Severity { get; init; }

    internal RuleEffect Effect => new(Id, Action == FilterAction.Suppress, Action == FilterAction.Deleted ? null : Severity);
}

/// <summary>Filters and suppression rules of an account in a region.</summary>
public sealed class FilterStore(Session session)
{
    internal const string Columns = "filter.tenant, filter.account, filter.region, filter.id, filter.hex, filter.name, filter.action, filter.description, filter.reason, filter.criteria, filter.parsed, "
        + "filter.wide, filter.created_ms, filter.updated_ms, filter.severity";

    /// <summary>How many there are.</summary>
    public async Task<int> CountAsync(Scope scope, CancellationToken cancel) =>
        (await session.QueryAsync("select count(*) from filter where tenant = @tenant and account = @account and region = @region and action <> 3", r => r.Int32(0), cancel, ResourceStore.Of(scope)))[0];

    /// <summary>Adds a filter; null when the name is taken.</summary>
    public async Task<FindingFilterRule?> AddAsync(Scope scope, FindingFilterRule rule, CancellationToken cancel)
    {
        await session.LockAsync($"filters {scope.Account} {scope.Region}", cancel);
        const string add = $"""
            insert into filter (tenant, account, region, hex, name, action, description, reason, criteria, parsed, wide, pending, created_ms, updated_ms, severity)
            select @tenant, @account, @region, @hex, @name, @action, @description, @reason, @criteria, @parsed, @wide, @pending, @now, @now, @severity
            where not exists (select 1 from filter where tenant = @tenant and account = @account and region = @region and name = @name and action <> 3)
            returning {Columns}
            """;
        return await session.QueryAsync(add.Replace("filter.", "", StringComparison.Ordinal), Read, cancel,
            [.. ResourceStore.Of(scope), .. Values(rule), ("hex", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))), ("wide", rule.Wide ? 1 : 0), ("now", rule.Created.Milliseconds())]) is [var added] ? added : null;
    }

    /// <summary>Writes a filter over what it was and gives 1; 0 when another has the name, or it is none of the account's.</summary>
    public async Task<int> UpdateAsync(Scope scope, FindingFilterRule rule, CancellationToken cancel)
    {
        await session.LockAsync($"filters {scope.Account} {scope.Region}", cancel);
        const string update = """
            update filter set name = @name, action = @action, description = @description, reason = @reason, criteria = @criteria, parsed = @parsed, pending = @pending, updated_ms = @now, severity = @severity
            where tenant = @tenant and account = @account and region = @region and id = @id
            and not exists (select 1 from filter other where other.tenant = @tenant and other.account = @account and other.region = @region and other.name = @name and other.id <> @id and other.action <> 3)
            """;
        return await session.ExecuteAsync(update, cancel, [.. ResourceStore.Of(scope), .. Values(rule), ("id", rule.Id), ("now", rule.Updated.Milliseconds())]);
    }

    public async Task<FindingFilterRule?> FindAsync(Scope scope, string hex, CancellationToken cancel)
    {
        const string find = $"select {Columns} from filter where tenant = @tenant and account = @account and region = @region and hex = @hex and action <> 3";
        return await session.QueryAsync(find, Read, cancel, [.. ResourceStore.Of(scope), ("hex", hex)]) is [var found] ? found : null;
    }

    /// <summary>A page in the order of making.</summary>
    /// <param name="action">Null for all.</param>
    /// <param name="after">The last id of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<FindingFilterRule>> ListAsync(Scope scope, FilterAction? action, long after, int limit, CancellationToken cancel)
    {
        const string list = $"""
            select {Columns} from filter where tenant = @tenant and account = @account and region = @region and action <> 3 and (@action = 0 or action = @action) and id > @after order by id limit @limit
            """;
        return await session.QueryAsync(list, Read, cancel, [.. ResourceStore.Of(scope), ("action", (int)(action ?? 0)), ("after", after), ("limit", limit)]);
    }

    /// <summary>Makes the account's rules of its whole organization, which it administers from now on, or of its own findings alone. Findings follow as after any change of a rule.</summary>
    public async Task<int> WidenAsync(Scope scope, bool wide, DateTimeOffset now, CancellationToken cancel)
    {
        await session.LockAsync($"filters {scope.Account} {scope.Region}", cancel);
        const string widen = "update filter set wide = @wide, pending = 1, updated_ms = @now where tenant = @tenant and account = @account and region = @region and action <> 3";
        return await session.ExecuteAsync(widen, cancel, [.. ResourceStore.Of(scope), ("wide", wide ? 1 : 0), ("now", now.Milliseconds())]);
    }

    internal static FindingFilterRule Read(DbDataReader r) => new(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), r.GetString(4), r.GetString(5), (FilterAction)r.Int32(6), r.StringOrNull(7), r.StringOrNull(8),
        r.GetString(9), CriteriaText.Read(r.GetString(10)), r.Int32(11) != 0, r.Time(12), r.Time(13)) { Severity = (FindingSeverity?)r.Int64OrNull(14) };

    private static (string, object?)[] Values(FindingFilterRule rule) =>
    [
        ("name", rule.Name), ("action", (int)rule.Action), ("description", rule.Description), ("reason", rule.Reason), ("criteria", rule.Criteria), ("parsed", CriteriaText.Write(rule.Parsed)), ("pending", 1), ("severity", (int?)rule.Severity),
    ];
}
