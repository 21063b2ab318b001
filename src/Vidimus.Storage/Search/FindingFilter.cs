using System.Globalization;
using Vidimus.Findings;
using Vidimus.Findings.Query;

namespace Vidimus.Storage.Search;

/// <summary>Criteria as SQL: the condition on each finding, and sets of resources, of vulnerabilities or of rows that hold all that meet it, from which a search may start.</summary>
internal sealed class FindingFilter
{
    private const string DeciderOf =
        "from evidence e join vulnerability_source s on s.vulnerability = finding.fingerprint and s.feed = e.feed where e.id = finding.evidence";

    private readonly SqlValues values;
    private readonly List<string> conditions = [];
    private readonly bool byRule;

    /// <param name="accounts">The accounts that are asked, numbers of ours.</param>
    public FindingFilter(FindingCriteria criteria, TenantScope scope, IReadOnlyList<(int Id, string Number)> accounts, SqlValues values)
    {
        this.values = values;
        var list = string.Join(", ", accounts.Select(a => a.Id.ToString(CultureInfo.InvariantCulture)));
        if (list.Length == 0) list = "0";
        var region = scope.Region.ToString(CultureInfo.InvariantCulture);
        Within = $"finding.account in ({list}) and finding.region = {region}";
        var facts = $"x.account in ({list}) and x.region = {region}";
        var evidence = $"e.account in ({list}) and e.region = {region}";

        byRule = criteria.ByRule;
        foreach (var (field, texts) in criteria.Texts) Text(field, texts, evidence);
        foreach (var (field, ranges) in criteria.Times) Time(field, ranges);
        foreach (var (field, ranges) in criteria.Numbers) Number(field, ranges);
        if (criteria.Packages.Count > 0) Packages(criteria.Packages, facts);
        if (criteria.Ports) Never = true;
        if (criteria.Ids is { } ids) Ids = [.. Own(ids, accounts)];
        if (Own(criteria.NotIds, accounts).ToArray() is { Length: > 0 } not) conditions.Add($"finding.id not in ({string.Join(", ", not.Select(n => values.Add(n)))})");
        conditions.AddRange(criteria.Resource.Conditions("finding.resource", values));
        Resources = [.. criteria.Resource.Sets(facts, values)];
        if (criteria.Due is { } due)
        {
            Rows.Add(due.Severity is null ? "finding.status = 1" : "finding.status in (1, 2)");
            conditions.Add(Due(due));
        }
        else if (criteria.ByRule)
        {
            // Rules are asked of findings that are named.
        }
        else if (statuses is not null || severities is not null)
        {
            Rows.Add($"finding.status in ({statuses ?? "1, 2, 3"})" + (severities is null ? "" : $" and finding.severity in ({severities})"));
        }
    }

    private string? statuses, severities;

    /// <summary>Whether nothing can meet it.</summary>
    public bool Never { get; private set; }

    public string Within { get; }

    /// <summary>Begins with <c>and</c> unless it is empty.</summary>
    public string Condition => string.Concat(conditions.Select(c => $" and {c}"));

    public IReadOnlyList<long>? Ids { get; }

    /// <summary>Statements that give the <c>id</c> of resources.</summary>
    public IReadOnlyList<string> Resources { get; }

    /// <summary>Statements that give the <c>id</c> of vulnerabilities.</summary>
    public List<string> Vulnerabilities { get; } = [];

    /// <summary>Conditions on findings alone that an index answers.</summary>
    public List<string> Rows { get; } = [];

    public void Add(string condition) => conditions.Add(condition);

    private static IEnumerable<long> Own(IReadOnlyList<(long Id, string Account)> ids, IReadOnlyList<(int Id, string Number)> accounts) =>
        ids.Where(i => accounts.Any(a => a.Number == i.Account)).Select(i => i.Id);

    private void Text(FindingText field, IReadOnlyList<TextCondition> texts, string evidence)
    {
        switch (field)
        {
            case FindingText.Account:
                break; // the list of accounts is chosen by it
            case FindingText.Type:
                OneOf("finding.kind", Enum.GetValues<FindingKind>().Where(k => texts.Meets(FindingNames.Of(k))).Select(k => (int)k));
                break;
            case FindingText.Severity:
                severities = OneOf(byRule ? "coalesce(finding.source_severity, finding.severity)" : "finding.severity", Enum.GetValues<FindingSeverity>().Where(s => texts.Meets(FindingNames.Of(s))).Select(s => (int)s));
                break;
            case FindingText.Status:
                statuses = OneOf(byRule ? "case when finding.closed_ms is null then 1 else 3 end" : "finding.status", Enum.GetValues<FindingStatus>().Where(s => texts.Meets(FindingNames.Of(s))).Select(s => (int)s));
                break;
            case FindingText.Fix:
                OneOf("finding.fix", Enum.GetValues<FixAvailable>().Where(f => texts.Meets(FindingNames.Of(f))).Select(f => (int)f));
                break;
            case FindingText.Title:
                Scalar("coalesce((select substr(e.title, 1, 1024) from evidence e where e.id = finding.evidence), (select v.display from vulnerability v where v.id = finding.fingerprint))", texts);
                if (texts.Select(t => t with { Value = t.Value.Length > 256 ? t.Value[..256] : t.Value }).ToArray().Positive("substr(e.title, 1, 256)", values) is { } titled) Evidence($"{evidence} and {titled}");
                break;
            case FindingText.VulnerabilityId:
                Scalar("(select v.display from vulnerability v where v.id = finding.fingerprint)", texts);
                if (texts.Positive("v.display", values) is { } named) Vulnerabilities.Add($"select v.id from vulnerability v where {named}");
                break;
            case FindingText.Exploit:
                Exploit(texts);
                break;
            case FindingText.Related:
                const string related = "select 1 from vulnerability_related x where x.vulnerability between finding.fingerprint and finding.fingerprint";
                if (texts.Positive("x.related", values) is { } some) conditions.Add(SqlText.Exists($"{related} and {some}"));
                if (texts.Excluded("x.related", values) is { } none) conditions.Add(SqlText.NotExists($"{related} and {none}"));
                if (texts.Positive("x.related", values) is { } set) Vulnerabilities.Add($"select x.vulnerability as id from vulnerability_related x where {set}");
                break;
            case FindingText.Source:
                Scalar($"coalesce((select s.name {DeciderOf}), (select case e.feed when '' then 'VIDIMUS' else upper(e.feed) end from evidence e where e.id = finding.evidence), 'VIDIMUS')", texts);
                if (texts.Positive("s.name", values) is { } source && !texts.Meets("VIDIMUS"))
                {
                    Vulnerabilities.Add($"""
                        select s.vulnerability as id from vulnerability_source s where {source}
                        union all select e.vulnerability from evidence e where {evidence} and e.undescribed = 1 and {texts.Positive("upper(e.feed)", values)}
                        union all select v.id from vulnerability v where v.merged_into is not null
                        """);
                }

                break;
            case FindingText.VendorSeverity:
                Scalar($"(select s.severity {DeciderOf})", texts);
                if (texts.Positive("s.severity", values) is { } severe) Vulnerabilities.Add($"select s.vulnerability as id from vulnerability_source s where {severe}");
                break;
            default:
                if (!texts.Meets()) Never = true;
                break;
        }
    }

    /// <summary>Open findings that don't show yet what the rule says and no older rule says otherwise.</summary>
    private string Due(RuleEffect rule)
    {
        var id = values.Add(rule.Rule);
        string[] either =
        [
            .. rule.Hides ? ["finding.suppression is null"] : Array.Empty<string>(),
            .. rule.Severity is { } severity ? [$"finding.rating is null or finding.rating > {id} or (finding.rating = {id} and finding.severity <> {(int)severity})"] : Array.Empty<string>(),
        ];
        return $"finding.closed_ms is null and ({string.Join(" or ", either)})";
    }

    private void Exploit(IReadOnlyList<TextCondition> texts)
    {
        var (yes, no, unknown) = (texts.Meets("YES"), texts.Meets("NO"), texts.Meets());
        int[] allowed = [.. yes ? [1] : Array.Empty<int>(), .. no ? [0] : Array.Empty<int>(), .. unknown ? [2] : Array.Empty<int>()];
        OneOf("coalesce((select case when v.display is null then 2 else v.exploited end from vulnerability v where v.id = finding.fingerprint), 2)", allowed);
        if (yes && !no && !unknown) Vulnerabilities.Add("select v.id from vulnerability v where v.exploited = 1");
    }

    private void Time(FindingTime field, IReadOnlyList<TimeRange> ranges)
    {
        var column = field == FindingTime.FirstObserved ? "finding.first_ms" : "finding.updated_ms";
        NumberRange[] all = [.. ranges.Select(r => new NumberRange(Up(r.Start), r.End?.ToUnixTimeMilliseconds()))];
        Whole(column, all);

        static double? Up(DateTimeOffset? time) => time is null ? null : Math.Ceiling((time.Value.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / (double)TimeSpan.TicksPerMillisecond);
    }

    private void Number(FindingNumber field, IReadOnlyList<NumberRange> ranges)
    {
        if (field == FindingNumber.Score)
        {
            Whole("finding.score", [.. ranges.Select(r => new NumberRange(Math.Max(0, Math.Ceiling(Math.Round((r.Lower ?? 0) * 1000, 6))), r.Upper is { } upper ? Math.Floor(Math.Round(upper * 1000, 6)) : null))]);
            return;
        }

        conditions.Add(SqlText.Exists($"select 1 from vulnerability v where v.id = finding.fingerprint and {ranges.Any("v.epss", r => (r.Lower, r.Upper), values)}"));
        Vulnerabilities.Add($"select v.id from vulnerability v where {ranges.Any("v.epss", r => (r.Lower, r.Upper), values)}");
    }

    /// <summary>Ranges of whole numbers: the bounds go as such, or the index would not answer.</summary>
    private void Whole(string column, NumberRange[] ranges)
    {
        static object? Long(double? bound) => bound is { } some ? (long)Math.Clamp(some, -9e15, 9e15) : null;
        var condition = ranges.Any(column, r => (Long(r.Lower), Long(r.Upper)), values);
        conditions.Add(condition);
        if (ranges.All(r => r.Lower is not null || r.Upper is not null)) Rows.Add(condition);
    }

    private void Packages(IReadOnlyList<PackageCondition> packages, string facts)
    {
        if (packages.Any(p => p.FunctionLayer is { Comparison: not TextComparison.NotEquals }) && packages.Count == 1) Never = true;
        var any = packages.Where(p => p.FunctionLayer is null or { Comparison: TextComparison.NotEquals }).Select(Package).ToArray();
        conditions.Add(any.Length == 0 ? SqlText.Never : SqlText.Exists($"select 1 from evidence_package x where x.evidence between finding.evidence and finding.evidence and ({string.Join(" or ", any)})"));

        TextCondition[] names = [.. packages.Select(p => p.Name).OfType<TextCondition>().Where(n => n.Comparison != TextComparison.NotEquals)];
        if (names.Length == packages.Count) Evidence($"e.id in (select x.evidence from evidence_package x where {facts} and {names.Positive("x.name", values)})");
    }

    private string Package(PackageCondition package)
    {
        (string Column, TextCondition? Condition)[] texts =
            [("x.name", package.Name), ("x.version", package.Version), ("x.release", package.Release), ("x.arch", package.Architecture), ("x.layer", package.Layer), ("x.path", package.Path)];
        string[] all =
        [
            .. texts.Where(t => t.Condition is not null).Select(t => new[] { t.Condition! }.Single(t.Column, values)),
            .. package.Epoch is { } epoch ? [new[] { epoch }.Any("x.epoch", r => (r.Lower, r.Upper), values)] : Array.Empty<string>(),
        ];
        return all.Length == 0 ? "1 = 1" : $"({string.Join(" and ", all)})";
    }

    /// <summary>Vulnerabilities by their evidence. A closed finding stays under a number that was swallowed while its evidence goes on.</summary>
    private void Evidence(string condition)
    {
        var set = $"select e.vulnerability as id from evidence e where {condition}";
        Vulnerabilities.Add($"{set} union select v.id from vulnerability v where v.merged_into in ({set})");
    }

    private void Scalar(string expression, IReadOnlyList<TextCondition> texts) => conditions.Add(SqlText.Exists($"select 1 from (select {expression} as text) x where {texts.Single("x.text", values)}"));

    private string? OneOf(string expression, IEnumerable<int> allowed)
    {
        var list = string.Join(", ", allowed);
        if (list.Length == 0) Never = true;
        conditions.Add($"{expression} in ({(list.Length == 0 ? "-1" : list)})");
        return list.Length == 0 ? null : list;
    }
}
