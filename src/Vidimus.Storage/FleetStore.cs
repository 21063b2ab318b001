using Vidimus.Findings;

namespace Vidimus.Storage;

/// <summary>A book that the fleet was or is judged by.</summary>
public readonly record struct AdoptedBook(long Number, Digest Digest, DateTimeOffset Built);

/// <summary>A document that a resource holds.</summary>
public sealed record Holding(Scope Scope, long Resource, string Kind, long Document);

/// <summary>A holding that changed.</summary>
/// <param name="Sequence">Changes that committed later have a higher one.</param>
/// <param name="Document">Null when the resource holds no document of the kind any more.</param>
public readonly record struct HoldingChange(long Sequence, long Resource, long? Document, long? Before);

/// <summary>What matching needs of the whole fleet: the book in use, which versions it has decided, who holds what.</summary>
[AcrossTenants("a verdict is decided once for all, and what it changes is changed for all")]
public sealed class FleetStore(Session session)
{
    /// <summary>Taken by who adopts a book and by who writes holdings, before they commit: so an inventory is either judged by the new book or seen by who adopts it.</summary>
    public Task LockAsync(CancellationToken cancel) => session.LockAsync("fleet", cancel);

    /// <summary>The book in use; null before the first.</summary>
    public async Task<AdoptedBook?> BookAsync(CancellationToken cancel) =>
        await session.QueryAsync("select id, digest, built_ms from book order by id desc limit 1", r => new AdoptedBook(r.Int64(0), Digest.From(r.Bytes(1)), r.Time(2)), cancel) is [var book] ? book : null;

    /// <summary>Makes a book the one in use and gives its number. Call it under <see cref="LockAsync"/>.</summary>
    public async Task<long> AdoptAsync(Digest digest, DateTimeOffset built, DateTimeOffset now, CancellationToken cancel) =>
        (await session.QueryAsync("insert into book (digest, built_ms, adopted_ms) values (@digest, @built, @now) returning id", r => r.Int64(0), cancel,
            ("digest", digest.ToBytes()), ("built", built.Milliseconds()), ("now", now.Milliseconds())))[0];

    /// <summary>The lists of ecosystems that package versions are filed under.</summary>
    public async Task<IReadOnlyList<string>> EcosystemsAsync(CancellationToken cancel) => await session.QueryAsync("select name from package_ecosystem order by name", r => r.GetString(0), cancel);

    public Task AddEcosystemsAsync(IReadOnlyList<string> names, CancellationToken cancel) =>
        session.ExecuteAsync("insert into package_ecosystem (name) select given.name from @rows as given where true on conflict (name) do nothing", Rows.Of([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]).Add("name", n => n), cancel);

    /// <summary>Marks the decided versions under keys as such that must be decided again, and gives them.</summary>
    public async Task<IReadOnlyList<long>> DoubtAsync(IReadOnlyList<(string Ecosystem, string Name)> keys, CancellationToken cancel)
    {
        const string find = "select package_version.id from @rows as given cross join package_version where package_version.ecosystem = given.ecosystem and package_version.name = given.name and package_version.decided > 0";
        var found = await session.QueryAsync(find, Rows.Of(keys).Add("ecosystem", k => k.Ecosystem).Add("name", k => k.Name), r => r.Int64(0), cancel);
        await session.ExecuteAsync("update package_version set decided = -decided where decided > 0 and id in (select id from @rows as given)", Rows.Of("id", found), cancel);
        return found;
    }

    /// <summary>Marks all decided versions, or those of one list of ecosystems, as such that must be decided again, and gives them.</summary>
    public async Task<IReadOnlyList<long>> DoubtAllAsync(string? ecosystem, CancellationToken cancel) => ecosystem is null
        ? await session.QueryAsync("update package_version set decided = -decided where decided > 0 returning id", r => r.Int64(0), cancel)
        : await session.QueryAsync("update package_version set decided = -decided where decided > 0 and ecosystem = @ecosystem returning id", r => r.Int64(0), cancel, ("ecosystem", ecosystem));

    /// <summary>Of some versions those that must be decided, with whether they have been before. Others who want to decide them wait until this transaction ends.</summary>
    public async Task<IReadOnlyList<(long Number, PackageVersion Version, bool Before)>> UndecidedAsync(IReadOnlyList<long> numbers, CancellationToken cancel)
    {
        var read = $"""
            select id, ecosystem, name, version, context, decided from package_version
            where decided <= 0 and id in (select id from @rows as given) order by id {session.ForUpdate}
            """;
        return await session.QueryAsync(read, Rows.Of("id", numbers), r => (r.Int64(0), new PackageVersion(r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)), r.Int64(5) < 0), cancel);
    }

    /// <summary>Notes that the verdicts of versions are those of a book.</summary>
    public Task DecidedAsync(IReadOnlyList<long> numbers, long book, CancellationToken cancel) =>
        session.ExecuteAsync("update package_version set decided = @book where id in (select id from @rows as given)", Rows.Of("id", numbers), cancel, ("book", book));

    /// <summary>What resources hold.</summary>
    public async Task<IReadOnlyList<Holding>> HeldAsync(IReadOnlyList<long> resources, CancellationToken cancel)
    {
        const string held = """
            select resource.tenant, resource.account, resource.region, holding.resource, holding.kind, holding.document from @rows as given cross join resource cross join holding
            where resource.id = given.id and holding.tenant = resource.tenant and holding.account = resource.account and holding.region = resource.region and holding.resource = given.id
            order by holding.resource, holding.kind
            """;
        return await session.QueryAsync(held, Rows.Of("id", resources), r => new Holding(new(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3), r.GetString(4), r.Int64(5)), cancel);
    }

    /// <summary>The bytes of documents.</summary>
    public async Task<IReadOnlyDictionary<long, byte[]>> BodiesAsync(IReadOnlyList<long> documents, CancellationToken cancel)
    {
        const string read = "select document.id, document.body from @rows as given cross join document where document.id = given.id";
        var found = await session.QueryAsync(read, Rows.Of("id", documents), r => (Id: r.Int64(0), Body: r.Bytes(1)), cancel);
        return found.ToDictionary(f => f.Id, f => f.Body);
    }

    /// <summary>All that is held, as (resource, document).</summary>
    public async Task<IReadOnlyList<(long Resource, long Document)>> HoldingsAsync(CancellationToken cancel) =>
        await session.QueryAsync("select resource, document from holding", r => (r.Int64(0), r.Int64(1)), cancel);

    /// <summary>The versions in documents.</summary>
    public async Task<IReadOnlyList<(long Document, byte[] Versions)>> VersionsAsync(IReadOnlyList<long> documents, CancellationToken cancel)
    {
        const string read = "select document.id, document.versions from @rows as given cross join document where document.id = given.id order by document.id";
        return await session.QueryAsync(read, Rows.Of("id", documents), r => (r.Int64(0), r.Bytes(1)), cancel);
    }

    /// <summary>The last change of a holding; 0 before the first.</summary>
    public async Task<long> SequenceAsync(CancellationToken cancel) => (await session.QueryAsync("select coalesce(max(id), 0) from holding_change", r => r.Int64(0), cancel))[0];

    /// <summary>The changes after one, in their order.</summary>
    public async Task<IReadOnlyList<HoldingChange>> ChangesAsync(long after, int limit, CancellationToken cancel) =>
        await session.QueryAsync("select id, resource, document, before from holding_change where id > @after order by id limit @limit",
            r => new HoldingChange(r.Int64(0), r.Int64(1), r.Int64OrNull(2), r.Int64OrNull(3)), cancel, ("after", after), ("limit", limit));

    /// <summary>Forgets changes up to one that all nodes have followed; one that is further behind begins anew.</summary>
    public Task<int> ForgetChangesAsync(long upTo, CancellationToken cancel) => session.ExecuteAsync("delete from holding_change where id <= @last", cancel, ("last", upTo));

    /// <summary>Whether changes right after one are still there to follow.</summary>
    public async Task<bool> CanFollowAsync(long after, CancellationToken cancel) =>
        (await session.QueryAsync("select coalesce(min(id), 0) from holding_change", r => r.Int64(0), cancel))[0] is var first && first <= after + 1;

    /// <summary>Resources whose documents were made by other collectors than these: they are to be scanned again, and until then hold what they hold.</summary>
    /// <param name="after">The last resource of the page before; 0 for the first page.</param>
    public async Task<IReadOnlyList<(Scope Scope, long Resource)>> ByOtherCollectorsAsync(string collectors, long after, int limit, CancellationToken cancel) =>
        await session.QueryAsync("select distinct tenant, account, region, resource from holding where collectors <> @collectors and resource > @after order by resource limit @limit",
            r => (new Scope(r.Int32(0), r.Int32(1), r.Int32(2)), r.Int64(3)), cancel, ("collectors", collectors), ("after", after), ("limit", limit));
}
