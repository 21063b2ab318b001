using System.Text;
using Vidimus.Findings;
using Vidimus.Findings.Contents;
using Vidimus.Findings.Query;

namespace Vidimus.Storage;

/// <summary>What a finding stands on, to be put away.</summary>
/// <param name="Packages">What the body says, where whoever made it has it at hand.</param>
/// <param name="Vulnerability">Whose evidence it is, where that is known already.</param>
public sealed record EvidenceText(string Title, string Body, PackageEvidence? Packages = null, long? Vulnerability = null)
{
    /// <summary>Under which it is kept.</summary>
    public Digest Digest { get; } = FindingStore.DigestOf(Title, Body);
}

public sealed partial class FindingStore
{
    /// <summary>Puts packages and places of findings away under their digest and gives the row ids; resources with the same packages share them.</summary>
    public async Task<IReadOnlyDictionary<Digest, long>> PutEvidenceAsync(Scope scope, IReadOnlyList<(string Title, string Body)> evidence, CancellationToken cancel)
    {
        var put = await PutEvidenceAsync([.. evidence.Select(e => (scope, new EvidenceText(e.Title, e.Body)))], cancel);
        return put.ToDictionary(p => p.Key.Digest, p => p.Value);
    }

    /// <summary>Puts evidence of several accounts away, each for its own account: none sees what another has.</summary>
    [AcrossTenants("a changed advisory changes findings of many accounts in one commit; each row names its account")]
    public async Task<IReadOnlyDictionary<(Scope Scope, Digest Digest), long>> PutEvidenceAsync(IReadOnlyList<(Scope Scope, EvidenceText Text)> evidence, CancellationToken cancel)
    {
        var set = evidence.DistinctBy(e => (e.Scope, e.Text.Digest)).OrderBy(e => e.Scope.Account).ThenBy(e => e.Scope.Region).ThenBy(e => e.Text.Digest).ToArray();
        var known = await EvidenceIdsAsync(set, cancel);
        var fresh = set.Where(e => !known.ContainsKey((e.Scope, e.Text.Digest))).ToArray();
        if (fresh.Length == 0) return known;

        // The first evidence of a title stands for all of it where findings are counted, so it is written before the others.
        var titles = await TitledAsync(fresh, cancel);
        var first = fresh.Where(e => !titles.ContainsKey((e.Scope, e.Text.Title))).DistinctBy(e => (e.Scope, e.Text.Title)).ToArray();
        var written = await InsertEvidenceAsync(first, titles, cancel);
        await session.ExecuteAsync("update evidence set titled = id where id in (select id from @rows as given)", Rows.Of("id", [.. written.Select(w => w.Id)]), cancel);
        foreach (var (id, one) in written) titles.TryAdd((one.Scope, one.Text.Title), id);
        written.AddRange(await InsertEvidenceAsync([.. fresh.Except(first)], titles, cancel));

        await IndexAsync(written, cancel);
        foreach (var (id, one) in written) known[(one.Scope, one.Text.Digest)] = id;
        return known.Count == set.Length ? known : await EvidenceIdsAsync(set, cancel); // another wrote some at the same time
    }

    /// <summary>Under which digest <see cref="PutEvidenceAsync(Scope, IReadOnlyList{ValueTuple{string, string}}, CancellationToken)"/> answers.</summary>
    public static Digest DigestOf(string title, string body) => Digest.Of(Encoding.UTF8.GetBytes($"{title}\0{body}"));

    private static Rows<(Scope Scope, EvidenceText Text)> Scoped(IReadOnlyList<(Scope Scope, EvidenceText Text)> evidence) =>
        Rows.Of(evidence).Add("tenant", e => e.Scope.Tenant).Add("account", e => e.Scope.Account).Add("region", e => e.Scope.Region);

    private async Task<Dictionary<(Scope, Digest), long>> EvidenceIdsAsync((Scope Scope, EvidenceText Text)[] evidence, CancellationToken cancel)
    {
        const string ids = """
            select evidence.tenant, evidence.account, evidence.region, evidence.digest, evidence.id from @rows as given cross join evidence
            where evidence.tenant = given.tenant and evidence.account = given.account and evidence.region = given.region and evidence.digest = given.digest
            """;
        var rows = Scoped(evidence).Add("digest", e => e.Text.Digest.ToBytes());
        var found = await session.QueryAsync(ids, rows, r => (Scope: new Scope(r.Int32(0), r.Int32(1), r.Int32(2)), Digest: Digest.From(r.Bytes(3)), Id: r.Int64(4)), cancel);
        return found.ToDictionary(f => (f.Scope, f.Digest), f => f.Id);
    }

    /// <summary>For each title that an account has evidence of, which stands for it. Any other of the title knows it.</summary>
    private async Task<Dictionary<(Scope Scope, string Title), long>> TitledAsync((Scope Scope, EvidenceText Text)[] fresh, CancellationToken cancel)
    {
        var titles = fresh.DistinctBy(e => (e.Scope, e.Text.Title)).ToArray();
        const string read = """
            select given.place, (
                select evidence.titled from evidence where evidence.account = given.account and evidence.region = given.region and substr(evidence.title, 1, 256) = substr(given.title, 1, 256)
                and evidence.title = given.title and evidence.titled is not null limit 1)
            from @rows as given
            """;
        var places = Rows.Of([.. titles.Select((e, i) => (e.Scope, e.Text.Title, Place: i))])
            .Add("account", e => e.Scope.Account).Add("region", e => e.Scope.Region).Add("title", e => e.Title).Add("place", e => e.Place);
        var found = await session.QueryAsync(read, places, r => (Place: r.Int32(0), Titled: r.Int64OrNull(1)), cancel);
        return found.Where(f => f.Titled is not null).ToDictionary(f => (titles[f.Place].Scope, titles[f.Place].Text.Title), f => f.Titled!.Value);
    }

    private async Task<List<(long Id, (Scope Scope, EvidenceText Text) Evidence)>> InsertEvidenceAsync(
        (Scope Scope, EvidenceText Text)[] fresh, Dictionary<(Scope, string), long> titles, CancellationToken cancel)
    {
        if (fresh.Length == 0) return [];
        const string insert = $"""
            insert into evidence (tenant, account, region, digest, title, body, feed, vulnerability, titled, undescribed)
            select given.tenant, given.account, given.region, given.digest, given.title, given.body, given.feed, given.vulnerability, given.titled, {VulnerabilityStore.UndescribedAtFirst} from @rows as given where true
            on conflict (tenant, account, region, digest) do nothing
            returning id, account, region, digest
            """;
        (Scope Scope, EvidenceText Text)[] read = [.. fresh.Select(e => (e.Scope, e.Text with { Packages = e.Text.Packages ?? PackagesOf(e.Text.Body) }))];
        var rows = Scoped(read).Add("digest", e => e.Text.Digest.ToBytes()).Add("title", e => e.Text.Title).Add("body", e => e.Text.Body).Add("feed", e => e.Text.Packages?.Feed ?? "")
            .Add("vulnerability", e => e.Text.Vulnerability).Add("titled", e => titles.TryGetValue((e.Scope, e.Text.Title), out var titled) ? titled : (long?)null);
        var written = await session.QueryAsync(insert, rows, r => (Id: r.Int64(0), Key: (r.Int32(1), r.Int32(2), Digest.From(r.Bytes(3)))), cancel);
        var byKey = read.ToDictionary(e => (e.Scope.Account, e.Scope.Region, e.Text.Digest));
        return [.. written.Select(w => (w.Id, byKey[w.Key]))];
    }

    /// <summary>Null for the evidence of other kinds.</summary>
    private static PackageEvidence? PackagesOf(string body) => body.StartsWith('{') ? ContentsText.ReadEvidence(body) : null;

    /// <summary>Keeps the packages that new evidence is found by.</summary>
    private async Task IndexAsync(IReadOnlyList<(long Id, (Scope Scope, EvidenceText Text) Evidence)> written, CancellationToken cancel)
    {
        var packages = written.SelectMany(w => w.Evidence.Text.Packages?.Packages ?? [], (w, p) => (w.Id, w.Evidence.Scope, Package: p)).ToArray();
        if (packages.Length == 0) return;
        string[] names = [.. packages.Select(p => ResourceFactValue.Cut(p.Package.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        await session.ExecuteAsync("insert into package_name (name) select given.name from @rows as given where true order by given.name on conflict (name) do nothing", Rows.Of(names).Add("name", n => n), cancel);
        string[] layers = [.. packages.Where(p => p.Package.Layer is not null).Select(p => p.Package.Layer!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (layers.Length > 0) await session.ExecuteAsync("insert into layer_name (name) select given.name from @rows as given where true order by given.name on conflict (name) do nothing", Rows.Of(layers).Add("name", n => n), cancel);
        const string insert = """
            insert into evidence_package (tenant, account, region, evidence, name, version, epoch, release, arch, layer, path)
            select given.tenant, given.account, given.region, given.evidence, given.name, given.version, given.epoch, given.release, given.arch, given.layer, given.path from @rows as given
            """;
        var rows = Rows.Of(packages).Add("tenant", p => p.Scope.Tenant).Add("account", p => p.Scope.Account).Add("region", p => p.Scope.Region)
            .Add("evidence", p => p.Id).Add("name", p => ResourceFactValue.Cut(p.Package.Name)).Add("version", p => ResourceFactValue.Cut(p.Package.Version))
            .Add("epoch", p => (long?)p.Package.Epoch).Add("release", p => Some(p.Package.Release)).Add("arch", p => Some(p.Package.Arch)).Add("layer", p => p.Package.Layer).Add("path", p => Some(p.Package.Path));
        await session.ExecuteAsync(insert, rows, cancel);
    }

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : ResourceFactValue.Cut(text);
}
