using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>What an advisory says of a package version, decided once for the fleet.</summary>
/// <param name="Fixed">The version that is no longer affected; null where there is none.</param>
/// <param name="Status">The advisory's word for the package, as the fleet numbers it.</param>
/// <param name="Book">The number of the book that it was decided from.</param>
public readonly record struct Verdict(long PackageVersion, long Vulnerability, string Advisory, string? Fixed, int Status, long Book)
{
    /// <summary>The feed whose advisory it is.</summary>
    public string Source { get; init; } = "";

    /// <summary>What the advisory says is affected, readable.</summary>
    public string? Range { get; init; }

    public FindingSeverity Severity { get; init; }

    public double? Score { get; init; }

    /// <summary>Its vendor takes it to be unimportant: it leads to no finding.</summary>
    public bool Hidden { get; init; }
}

/// <summary>Verdicts, from the package version and from the vulnerability.</summary>
[AcrossTenants("a verdict follows from public knowledge alone")]
public sealed class VerdictStore(Session session)
{
    /// <summary>Makes these the verdicts of the package versions, all of them: what is not given any more is gone.</summary>
    public async Task ReplaceAsync(IReadOnlyList<long> packageVersions, IReadOnlyList<Verdict> verdicts, CancellationToken cancel)
    {
        var rows = Rows.Of([.. verdicts.OrderBy(v => v.PackageVersion).ThenBy(v => v.Vulnerability).ThenBy(v => v.Advisory, StringComparer.Ordinal)])
            .Add("package_version", v => v.PackageVersion).Add("vulnerability", v => v.Vulnerability).Add("advisory", v => v.Advisory).Add("fixed", v => v.Fixed).Add("status", v => v.Status).Add("book", v => v.Book)
            .Add("source", v => v.Source).Add("affected", v => v.Range).Add("severity", v => (long)v.Severity).Add("score", v => v.Score).Add("hidden", v => v.Hidden ? 1L : 0L);
        await session.ExecuteAsync("delete from verdict where package_version in (select id from @rows as given)", Rows.Of("id", packageVersions), cancel);
        const string insert = """
            insert into verdict (package_version, vulnerability, advisory, fixed, status, book, source, affected, severity, score, hidden)
            select given.package_version, given.vulnerability, given.advisory, given.fixed, given.status, given.book, given.source, given.affected, given.severity, given.score, given.hidden
            from @rows as given where true
            on conflict (package_version, vulnerability, advisory) do update set fixed = excluded.fixed, status = excluded.status, book = excluded.book, source = excluded.source,
                affected = excluded.affected, severity = excluded.severity, score = excluded.score, hidden = excluded.hidden
            """;
        await session.ExecuteAsync(insert, rows, cancel);
    }

    public Task<IReadOnlyList<Verdict>> OfPackageVersionsAsync(IReadOnlyList<long> packageVersions, CancellationToken cancel) => ReadAsync("package_version", packageVersions, cancel);

    public Task<IReadOnlyList<Verdict>> OfVulnerabilitiesAsync(IReadOnlyList<long> vulnerabilities, CancellationToken cancel) => ReadAsync("vulnerability", vulnerabilities, cancel);

    private async Task<IReadOnlyList<Verdict>> ReadAsync(string column, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        var read = $"""
            select verdict.package_version, verdict.vulnerability, verdict.advisory, verdict.fixed, verdict.status, verdict.book, verdict.source, verdict.affected, verdict.severity, verdict.score, verdict.hidden
            from @rows as given cross join verdict
            where verdict.{column} = given.id order by verdict.package_version, verdict.vulnerability, verdict.advisory
            """;
        return await session.QueryAsync(read, Rows.Of("id", ids), r => new Verdict(r.Int64(0), r.Int64(1), r.GetString(2), r.StringOrNull(3), r.Int32(4), r.Int64(5))
        {
            Source = r.GetString(6),
            Range = r.StringOrNull(7),
            Severity = (FindingSeverity)r.Int32(8),
            Score = r.DoubleOrNull(9),
            Hidden = r.Int32(10) != 0,
        }, cancel);
    }
}
