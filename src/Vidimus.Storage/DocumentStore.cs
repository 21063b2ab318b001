using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A part of an inventory.</summary>
/// <param name="Kind"><c>os</c>, <c>language</c>, <c>binaries</c>, …: a resource holds one document of each.</param>
/// <param name="Versions">The numbers of the package versions in it, see <see cref="PackageVersionStore"/>.</param>
/// <param name="Body">The canonical bytes that the digest is of.</param>
public sealed record Document(Digest Digest, string Kind, IReadOnlyList<long> Versions, ReadOnlyMemory<byte> Body);

/// <summary>Documents by their digest, and which resource holds which. An account knows only the documents that it sent: otherwise a digest would be a key to another's inventory.</summary>
public sealed class DocumentStore(Session session)
{
    /// <summary>Which of the digests the account has sent before, with their row ids.</summary>
    public async Task<IReadOnlyDictionary<Digest, long>> KnownAsync(Scope scope, IReadOnlyList<Digest> digests, CancellationToken cancel)
    {
        const string known = """
            select document.digest, document.id from @rows as given cross join document
            where document.tenant = @tenant and document.account = @account and document.region = @region and document.digest = given.digest
            """;
        var rows = Rows.Of(digests).Add("digest", d => d.ToBytes());
        var found = await session.QueryAsync(known, rows, r => (Digest: Digest.From(r.Bytes(0)), Id: r.Int64(1)), cancel, ResourceStore.Of(scope));
        return found.ToDictionary(f => f.Digest, f => f.Id);
    }

    /// <summary>Brings documents in, of no known time, and gives the row ids of all of them.</summary>
    public Task<IReadOnlyDictionary<Digest, long>> PutAsync(Scope scope, IReadOnlyList<Document> documents, CancellationToken cancel) => PutAsync(scope, documents, DateTimeOffset.UnixEpoch, cancel);

    /// <summary>Brings documents in and gives the row ids of all of them.</summary>
    public async Task<IReadOnlyDictionary<Digest, long>> PutAsync(Scope scope, IReadOnlyList<Document> documents, DateTimeOffset now, CancellationToken cancel)
    {
        const string insert = """
            insert into document (tenant, account, region, digest, kind, versions, body, sent_ms)
            select @tenant, @account, @region, given.digest, given.kind, given.versions, given.body, @now from @rows as given where true
            on conflict (tenant, account, region, digest) do nothing
            """;
        var rows = Rows.Of([.. documents.DistinctBy(d => d.Digest).OrderBy(d => d.Digest)])
            .Add("digest", d => d.Digest.ToBytes()).Add("kind", d => d.Kind).Add("versions", d => PackageVersionSet.Encode(d.Versions)).Add("body", d => d.Body.ToArray());
        await session.ExecuteAsync(insert, rows, cancel, [.. ResourceStore.Of(scope), ("now", now.Milliseconds())]);
        return await KnownAsync(scope, [.. documents.Select(d => d.Digest).Distinct()], cancel);
    }

    public async Task<Document?> ReadAsync(Scope scope, Digest digest, CancellationToken cancel)
    {
        const string read = "select kind, versions, body from document where tenant = @tenant and account = @account and region = @region and digest = @digest";
        var found = await session.QueryAsync(read, r => new Document(digest, r.GetString(0), PackageVersionSet.Decode(r.Bytes(1)), r.Bytes(2)), cancel, [.. ResourceStore.Of(scope), ("digest", digest.ToBytes())]);
        return found is [var document] ? document : null;
    }

    /// <summary>Notes which document of a kind a resource holds now, made by collectors that nobody names.</summary>
    public Task<int> HoldAsync(Scope scope, IReadOnlyList<(long Resource, string Kind, long Document)> holdings, CancellationToken cancel) => HoldAsync(scope, holdings, "", cancel);

    /// <summary>Notes which document of a kind a resource holds now. Resources and documents that are not the account's are passed over; gives how many holdings changed.</summary>
    /// <param name="collectors">Which collectors, of which versions, made the documents.</param>
    public async Task<int> HoldAsync(Scope scope, IReadOnlyList<(long Resource, string Kind, long Document)> holdings, string collectors, CancellationToken cancel)
    {
        const string note = """
            insert into holding_change (tenant, account, region, resource, kind, document, before)
            select @tenant, @account, @region, given.resource, given.kind, given.document, holding.document from @rows as given
            cross join resource cross join document
            left join holding on holding.tenant = @tenant and holding.account = @account and holding.region = @region and holding.resource = given.resource and holding.kind = given.kind
            where resource.id = given.resource and resource.tenant = @tenant and resource.account = @account and resource.region = @region
            and document.id = given.document and document.tenant = @tenant and document.account = @account and document.region = @region
            and holding.document is distinct from given.document
            """;
        const string hold = """
            insert into holding (tenant, account, region, resource, kind, document, collectors)
            select @tenant, @account, @region, given.resource, given.kind, given.document, @collectors from @rows as given
            cross join resource cross join document
            where resource.id = given.resource and resource.tenant = @tenant and resource.account = @account and resource.region = @region
            and document.id = given.document and document.tenant = @tenant and document.account = @account and document.region = @region
            on conflict (tenant, account, region, resource, kind) do update set document = excluded.document, collectors = excluded.collectors
                where holding.document <> excluded.document or holding.collectors <> excluded.collectors
            """;
        var rows = Rows.Of([.. holdings.OrderBy(h => h.Resource).ThenBy(h => h.Kind, StringComparer.Ordinal)]).Add("resource", h => h.Resource).Add("kind", h => h.Kind).Add("document", h => h.Document);
        await session.ExecuteAsync(note, rows, cancel, ResourceStore.Of(scope));
        return await session.ExecuteAsync(hold, rows, cancel, [.. ResourceStore.Of(scope), ("collectors", collectors)]);
    }

    /// <summary>Notes that resources hold nothing any more; gives how many holdings ended.</summary>
    public async Task<int> ReleaseAsync(Scope scope, IReadOnlyList<long> resources, CancellationToken cancel)
    {
        const string where = "where holding.tenant = @tenant and holding.account = @account and holding.region = @region and holding.resource in (select id from @rows as given)";
        const string note = $"insert into holding_change (tenant, account, region, resource, kind, document, before) select tenant, account, region, resource, kind, null, document from holding {where}";
        var rows = Rows.Of("id", resources);
        await session.ExecuteAsync(note, rows, cancel, ResourceStore.Of(scope));
        return await session.ExecuteAsync($"delete from holding {where}", rows, cancel, ResourceStore.Of(scope));
    }

    /// <summary>What a resource holds: the digest for each kind.</summary>
    public async Task<IReadOnlyDictionary<string, Digest>> HeldByAsync(Scope scope, long resource, CancellationToken cancel) =>
        (await HeldWithAsync(scope, resource, cancel)).ToDictionary(h => h.Key, h => h.Value.Digest, StringComparer.Ordinal);

    /// <summary>What a resource holds: for each kind the digest, and which collectors found it.</summary>
    public async Task<IReadOnlyDictionary<string, (Digest Digest, string Collectors)>> HeldWithAsync(Scope scope, long resource, CancellationToken cancel)
    {
        const string held = """
            select holding.kind, document.digest, holding.collectors from holding join document on document.id = holding.document
            where holding.tenant = @tenant and holding.account = @account and holding.region = @region and holding.resource = @resource
            """;
        var found = await session.QueryAsync(held, r => (Kind: r.GetString(0), Digest: Digest.From(r.Bytes(1)), Collectors: r.GetString(2)), cancel, [.. ResourceStore.Of(scope), ("resource", resource)]);
        return found.ToDictionary(f => f.Kind, f => (f.Digest, f.Collectors), StringComparer.Ordinal);
    }

    /// <summary>Deletes documents that nobody holds and that were sent before a time, at most <paramref name="limit"/>, and gives how many.</summary>
    [AcrossTenants("a chore; it takes nothing that is held")]
    public Task<int> DeleteUnheldAsync(DateTimeOffset before, int limit, CancellationToken cancel)
    {
        const string delete = """
            delete from document where id in (
                select id from document where sent_ms < @before and not exists (select 1 from holding where holding.document = document.id) order by id limit @limit)
            """;
        return session.ExecuteAsync(delete, cancel, ("before", before.Milliseconds()), ("limit", limit));
    }

    /// <summary>The last change of what resources hold after one; that one itself where there is none.</summary>
    /// <param name="account">One account; null for all of the tenant.</param>
    public async Task<long> LatestAsync(TenantScope scope, int? account, long after, CancellationToken cancel)
    {
        const string latest = "select coalesce(max(id), @after) from holding_change where id > @after and tenant = @tenant and region = @region and (@account = 0 or account = @account)";
        return (await session.QueryAsync(latest, r => r.Int64(0), cancel, ("tenant", scope.Tenant), ("region", scope.Region), ("account", account ?? 0), ("after", after)))[0];
    }

    /// <summary>Which resources of the account hold one of the documents.</summary>
    public async Task<IReadOnlyList<long>> HoldersAsync(Scope scope, IReadOnlyList<long> documents, CancellationToken cancel)
    {
        const string holders = """
            select distinct holding.resource from @rows as given cross join holding
            where holding.document = given.document and holding.tenant = @tenant and holding.account = @account and holding.region = @region order by holding.resource
            """;
        return await session.QueryAsync(holders, Rows.Of("document", documents), r => r.Int64(0), cancel, ResourceStore.Of(scope));
    }
}
