using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>Who holds a package version, in memory: version → documents → resources. Made from the store when first asked, then following its changes.</summary>
/// <remarks>Documents never change and their row ids grow, so a version's documents are differences of seven bits a byte, added at the end; documents that nobody holds any more
/// are passed over, and left out when everything is made anew.</remarks>
public sealed class Postings(IDatabase database) : IDisposable
{
    private const int Page = 10_000;

    private readonly SemaphoreSlim turn = new(1);
    private Dictionary<long, PostingList> byVersion = [];
    private Dictionary<long, Holders> byDocument = [];
    private long sequence = -1;
    private int unheld;

    /// <summary>The resources that hold one of the versions, ascending, as of now.</summary>
    public async Task<IReadOnlyList<long>> HoldersAsync(IReadOnlyList<long> versions, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await FollowAsync(cancel);
            return Resources(versions);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The documents that have one of the versions: at least all of those that are held now.</summary>
    public async Task<IReadOnlySet<long>> DocumentsAsync(IReadOnlyList<long> versions, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await FollowAsync(cancel);
            return Documents(versions);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private HashSet<long> Documents(IReadOnlyList<long> versions)
    {
        var documents = new HashSet<long>();
        foreach (var version in versions)
        {
            if (byVersion.TryGetValue(version, out var list)) list.AddTo(documents);
        }

        return documents;
    }

    private List<long> Resources(IReadOnlyList<long> versions)
    {
        var documents = Documents(versions);
        var resources = new HashSet<long>();
        foreach (var document in documents)
        {
            if (byDocument.TryGetValue(document, out var holders)) holders.AddTo(resources);
        }

        var all = new List<long>(resources);
        all.Sort();
        return all;
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var fleet = new FleetStore(session);
        if (sequence < 0 || unheld > byDocument.Count / 2 + 1000 || !await fleet.CanFollowAsync(sequence, cancel))
        {
            await ReadAllAsync(fleet, cancel);
            return;
        }

        while (await fleet.ChangesAsync(sequence, Page, cancel) is { Count: > 0 } changes)
        {
            await ReadVersionsAsync(fleet, [.. changes.Select(c => c.Document).OfType<long>().Distinct().Where(d => !byDocument.ContainsKey(d))], cancel);
            foreach (var change in changes)
            {
                // A document is in two holdings of one resource only if two of its kinds had the same bytes, and the kind is one of them.
                if (change.Before is { } before && byDocument.TryGetValue(before, out var was) && was.Remove(change.Resource)) unheld++;
                if (change.Document is { } document) byDocument[document].Add(change.Resource);
            }

            sequence = changes[^1].Sequence;
        }
    }

    private async Task ReadAllAsync(FleetStore fleet, CancellationToken cancel)
    {
        (byVersion, byDocument, unheld) = ([], [], 0);
        sequence = await fleet.SequenceAsync(cancel);
        foreach (var (resource, document) in await fleet.HoldingsAsync(cancel))
        {
            if (!byDocument.TryGetValue(document, out var holders)) byDocument[document] = holders = new();
            holders.Add(resource);
        }

        foreach (var chunk in byDocument.Keys.Order().Chunk(Page)) await IndexAsync(fleet, chunk, cancel);
    }

    private async Task ReadVersionsAsync(FleetStore fleet, IReadOnlyList<long> documents, CancellationToken cancel)
    {
        if (documents.Count == 0) return;
        foreach (var document in documents) byDocument[document] = new();
        await IndexAsync(fleet, documents, cancel);
    }

    private async Task IndexAsync(FleetStore fleet, IReadOnlyList<long> documents, CancellationToken cancel)
    {
        foreach (var (document, versions) in await fleet.VersionsAsync(documents, cancel))
        {
            foreach (var version in PackageVersionSet.Decode(versions))
            {
                if (!byVersion.TryGetValue(version, out var list)) byVersion[version] = list = new();
                list.Add(document);
            }
        }
    }

    /// <summary>Documents of a version.</summary>
    private sealed class PostingList
    {
        private byte[] bytes = new byte[4];
        private int length;
        private long last;

        /// <summary>Later ones cost a byte or two; one that comes late is written as a difference below zero.</summary>
        public void Add(long document)
        {
            var difference = document - last;
            last = document;
            for (var rest = (ulong)((difference << 1) ^ (difference >> 63)); ; rest >>= 7)
            {
                if (length == bytes.Length) Array.Resize(ref bytes, length + (length / 2) + 1);
                bytes[length++] = (byte)(rest >= 0x80 ? rest | 0x80 : rest);
                if (rest < 0x80) return;
            }
        }

        public void AddTo(HashSet<long> documents)
        {
            var (at, value, shift) = (0L, 0UL, 0);
            foreach (var b in bytes.AsSpan(0, length))
            {
                value |= (ulong)(b & 0x7f) << shift;
                shift += 7;
                if (b >= 0x80) continue;
                at += (long)(value >> 1) ^ -(long)(value & 1);
                documents.Add(at);
                (value, shift) = (0, 0);
            }
        }
    }

    /// <summary>Resources that hold a document; nearly always one.</summary>
    private sealed class Holders
    {
        private long first;
        private HashSet<long>? more;

        public void Add(long resource)
        {
            if (first == 0 || first == resource) first = resource;
            else (more ??= []).Add(resource);
        }

        /// <summary>True when nobody is left.</summary>
        public bool Remove(long resource)
        {
            more?.Remove(resource);
            if (first != resource) return false;
            first = more?.FirstOrDefault() ?? 0;
            more?.Remove(first);
            return first == 0;
        }

        public void AddTo(HashSet<long> resources)
        {
            if (first != 0) resources.Add(first);
            if (more is not null) resources.UnionWith(more);
        }
    }
}
