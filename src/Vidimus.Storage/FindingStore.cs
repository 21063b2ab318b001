using System.Data.Common;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;

namespace Vidimus.Storage;

/// <summary>Somebody else wrote a finding between reading and writing it: read it again and decide anew.</summary>
public sealed class StaleFindingException(string message) : Exception(message);

/// <summary>An entry of a finding's history: what it was from then on.</summary>
public sealed record FindingHistoryEntry(DateTimeOffset At, FindingCause Cause, FindingStatus Status, FindingFacts Facts, long? Suppression, ClosingReason? Closing, long Fingerprint);

/// <summary>Findings with their history, events and counts.</summary>
public sealed partial class FindingStore(Session session)
{
    private const string Columns =
        "finding.id, finding.resource, finding.kind, finding.fingerprint, finding.incarnation, finding.severity, finding.score, finding.fix, finding.evidence, finding.suppression, finding.closed_ms, finding.closing, finding.first_ms, finding.updated_ms";

    /// <summary>All findings of one kind on a resource, all incarnations. Others who want to write them wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<Finding>> OfResourceAsync(Scope scope, long resource, FindingKind kind, CancellationToken cancel)
    {
        await LockAsync(scope, [resource], cancel);
        const string read = $"select {Columns} from finding where resource = @resource and tenant = @tenant and account = @account and region = @region and kind = @kind order by fingerprint, incarnation";
        return await session.QueryAsync(read, Read, cancel, [.. ResourceStore.Of(scope), ("resource", resource), ("kind", (int)kind)]);
    }

    /// <summary>All findings of the account under the keys. Others who want to write findings of those resources wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<Finding>> OfKeysAsync(Scope scope, IReadOnlyList<FindingKey> keys, CancellationToken cancel)
    {
        await LockAsync(scope, [.. keys.Select(k => k.Resource).Distinct().Order()], cancel);
        const string read = $"""
            select {Columns} from @rows as given cross join finding
            where finding.tenant = @tenant and finding.account = @account and finding.region = @region and finding.kind = given.kind and finding.fingerprint = given.fingerprint
            and finding.resource = given.resource
            """;
        var rows = Rows.Of([.. keys.Order()]).Add("kind", k => (long)k.Kind).Add("fingerprint", k => k.Fingerprint).Add("resource", k => k.Resource);
        return await session.QueryAsync(read, rows, Read, cancel, ResourceStore.Of(scope));
    }

    /// <summary>All findings of vulnerabilities, all incarnations, of all tenants. Others who want to write findings of those resources wait until this transaction ends.</summary>
    [AcrossTenants("what becomes of a vulnerability becomes of it everywhere")]
    public async Task<IReadOnlyList<Finding>> OfVulnerabilitiesAsync(IReadOnlyList<long> vulnerabilities, CancellationToken cancel)
    {
        // The index begins with the account, so each account and region is asked.
        const string where = """
            from account cross join region cross join @rows as given cross join finding
            where finding.account = account.id and finding.region = region.id and finding.kind = 1 and finding.fingerprint = given.fingerprint
            """;
        var rows = Rows.Of("fingerprint", vulnerabilities);
        if (session.ForUpdate.Length > 0)
        {
            var take = $"select id from resource where id in (select finding.resource {where}) order by id {session.ForUpdate}";
            await session.QueryAsync(take, rows, r => r.Int64(0), cancel);
        }

        return await session.QueryAsync($"select {Columns} {where} order by finding.fingerprint, finding.resource, finding.incarnation", rows, Read, cancel);
    }

    /// <summary>Findings of the tenant. Others who want to write findings of those resources wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<Finding>> OfIdsAsync(TenantScope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        var rows = Rows.Of("id", ids);
        if (session.ForUpdate.Length > 0)
        {
            var take = $"select id from resource where tenant = @tenant and id in (select finding.resource from @rows as given cross join finding where finding.id = given.id) order by id {session.ForUpdate}";
            await session.QueryAsync(take, rows, r => r.Int64(0), cancel, ("tenant", scope.Tenant));
        }

        const string get = $"select {Columns} from @rows as given cross join finding where finding.id = given.id and finding.tenant = @tenant and finding.region = @region order by finding.id";
        return await session.QueryAsync(get, rows, Read, cancel, ("tenant", scope.Tenant), ("region", scope.Region));
    }

    public async Task<IReadOnlyList<Finding>> GetAsync(Scope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        const string get = $"select {Columns} from @rows as given cross join finding where finding.id = given.id and finding.tenant = @tenant and finding.account = @account and finding.region = @region order by finding.id";
        return await session.QueryAsync(get, Rows.Of("id", ids), Read, cancel, ResourceStore.Of(scope));
    }

    /// <summary>A finding's history, oldest first. It outlives the finding.</summary>
    public async Task<IReadOnlyList<FindingHistoryEntry>> HistoryAsync(Scope scope, long finding, CancellationToken cancel)
    {
        const string read = """
            select at_ms, cause, status, severity, score, fix, evidence, suppression, closing, fingerprint from finding_history
            where finding = @finding and tenant = @tenant and account = @account and region = @region order by id
            """;
        return await session.QueryAsync(read, r => new FindingHistoryEntry(r.Time(0), (FindingCause)r.Int32(1), (FindingStatus)r.Int32(2),
            new((FindingSeverity)r.Int32(3), r.DoubleOrNull(4), (FixAvailable)r.Int32(5), r.Int64(6)), r.Int64OrNull(7), (ClosingReason?)r.Int64OrNull(8), r.Int64(9)),
            cancel, [.. ResourceStore.Of(scope), ("finding", finding)]);
    }

    /// <summary>Puts packages and places of findings away under their digest and gives the row ids; resources with the same packages share them.</summary>
    public async Task<IReadOnlyDictionary<Digest, long>> PutEvidenceAsync(Scope scope, IReadOnlyList<(string Title, string Body)> evidence, CancellationToken cancel)
    {
        var set = evidence.Select(e => (e.Title, e.Body, Digest: DigestOf(e.Title, e.Body))).DistinctBy(e => e.Digest).OrderBy(e => e.Digest).ToArray();
        var digests = Rows.Of(set).Add("digest", e => e.Digest.ToBytes());
        var known = await EvidenceIdsAsync(scope, digests, cancel);
        if (known.Count == set.Length) return known;

        var fresh = set.Where(e => !known.ContainsKey(e.Digest)).Select(e => (e.Title, e.Body, e.Digest, Packages: PackagesOf(e.Body))).ToArray();
        var rows = Rows.Of(fresh).Add("digest", e => e.Digest.ToBytes()).Add("title", e => e.Title).Add("body", e => e.Body).Add("feed", e => e.Packages?.Feed ?? "");
        const string insert = """
            insert into evidence (tenant, account, region, digest, title, body, feed) select @tenant, @account, @region, given.digest, given.title, given.body, given.feed from @rows as given where true
            on conflict (tenant, account, region, digest) do nothing
            returning id, digest
            """;
        var written = await session.QueryAsync(insert, rows, r => (Id: r.Int64(0), Digest: Digest.From(r.Bytes(1))), cancel, ResourceStore.Of(scope));
        var packages = fresh.ToDictionary(e => e.Digest, e => e.Packages?.Packages ?? []);
        await IndexAsync(scope, [.. written.Select(w => (w.Id, packages[w.Digest]))], cancel);
        foreach (var (id, digest) in written) known[digest] = id;
        return known.Count == set.Length ? known : await EvidenceIdsAsync(scope, digests, cancel); // another wrote some at the same time
    }

    private async Task<Dictionary<Digest, long>> EvidenceIdsAsync(Scope scope, Rows digests, CancellationToken cancel)
    {
        const string ids = """
            select evidence.digest, evidence.id from @rows as given cross join evidence
            where evidence.tenant = @tenant and evidence.account = @account and evidence.region = @region and evidence.digest = given.digest
            """;
        var found = await session.QueryAsync(ids, digests, r => (Digest: Digest.From(r.Bytes(0)), Id: r.Int64(1)), cancel, ResourceStore.Of(scope));
        return found.ToDictionary(f => f.Digest, f => f.Id);
    }

    public async Task<IReadOnlyDictionary<long, (string Title, string Body)>> EvidenceAsync(Scope scope, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        const string get = "select id, title, body from evidence where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given)";
        var found = await session.QueryAsync(get, Rows.Of("id", ids), r => (Id: r.Int64(0), Title: r.GetString(1), Body: r.GetString(2)), cancel, ResourceStore.Of(scope));
        return found.ToDictionary(f => f.Id, f => (f.Title, f.Body));
    }

    /// <summary>Under which digest <see cref="PutEvidenceAsync"/> answers.</summary>
    public static Digest DigestOf(string title, string body) => Digest.Of(System.Text.Encoding.UTF8.GetBytes($"{title}\0{body}"));

    /// <summary>Scores are kept as thousandths: they have one decimal, and a narrow number is exact and sorts.</summary>
    internal static long ScoreOf(double? score) => score is { } some ? (long)Math.Round(Math.Clamp(some, 0, 30) * 1000) : -1;

    internal static double? ScoreOf(int thousandths) => thousandths < 0 ? null : thousandths / 1000.0;

    /// <summary>Null for the evidence of other kinds.</summary>
    private static PackageEvidence? PackagesOf(string body) => body.StartsWith('{') ? ContentsText.ReadEvidence(body) : null;

    /// <summary>Keeps what new evidence is found by.</summary>
    private async Task IndexAsync(Scope scope, IReadOnlyList<(long Id, IReadOnlyList<AffectedPackage> Packages)> written, CancellationToken cancel)
    {
        // The first evidence of a title stands for all of it where findings are counted.
        const string title = """
            update evidence set titled = (
                select min(other.id) from evidence other where other.account = @account and other.region = @region and substr(other.title, 1, 256) = substr(evidence.title, 1, 256)
                and other.title = evidence.title)
            where id in (select id from @rows as given)
            """;
        await session.ExecuteAsync(title, Rows.Of("id", [.. written.Select(w => w.Id)]), cancel, ("account", scope.Account), ("region", scope.Region));
        var packages = written.SelectMany(w => w.Packages, (w, p) => (w.Id, Package: p)).ToArray();
        if (packages.Length == 0) return;
        const string insert = """
            insert into evidence_package (tenant, account, region, evidence, name, version, epoch, release, arch, layer, path)
            select @tenant, @account, @region, given.evidence, given.name, given.version, given.epoch, given.release, given.arch, given.layer, given.path from @rows as given
            """;
        var rows = Rows.Of(packages).Add("evidence", p => p.Id).Add("name", p => ResourceFactValue.Cut(p.Package.Name)).Add("version", p => ResourceFactValue.Cut(p.Package.Version))
            .Add("epoch", p => (long?)p.Package.Epoch).Add("release", p => Some(p.Package.Release)).Add("arch", p => Some(p.Package.Arch)).Add("layer", p => p.Package.Layer).Add("path", p => Some(p.Package.Path));
        await session.ExecuteAsync("insert into package_name (name) select distinct given.name from @rows as given where true order by given.name on conflict (name) do nothing", rows, cancel);
        const string layers = "insert into layer_name (name) select distinct given.layer from @rows as given where given.layer is not null order by given.layer on conflict (name) do nothing";
        if (packages.Any(p => p.Package.Layer is not null)) await session.ExecuteAsync(layers, rows, cancel);
        await session.ExecuteAsync(insert, rows, cancel, ResourceStore.Of(scope));
    }

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : ResourceFactValue.Cut(text);

    /// <summary>Row locks, in one order; a resource's findings are only written by who holds its row.</summary>
    private async Task LockAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel)
    {
        if (session.ForUpdate.Length == 0) return;
        var take = $"select id from resource where tenant = @tenant and account = @account and region = @region and id in (select id from @rows as given) order by id {session.ForUpdate}";
        await session.QueryAsync(take, Rows.Of("id", resources), r => r.Int64(0), cancel, ResourceStore.Of(scope));
    }

    private static Finding Read(DbDataReader r) => new(
        r.Int64(0),
        new(r.Int64(1), (FindingKind)r.Int32(2), r.Int64(3)),
        r.Int32(4),
        new((FindingSeverity)r.Int32(5), ScoreOf(r.Int32(6)), (FixAvailable)r.Int32(7), r.Int64(8)),
        r.Int64OrNull(9),
        r.IsDBNull(10) ? null : new(r.Time(10), (ClosingReason)r.Int32(11)),
        r.Time(12),
        r.Time(13));
}
