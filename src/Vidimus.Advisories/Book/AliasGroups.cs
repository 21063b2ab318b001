namespace Vidimus.Advisories;

/// <summary>Which ids name the same vulnerability, and which vulnerabilities an advisory tells of.</summary>
/// <remarks>
/// Aliases are symmetric and transitive. An advisory with <c>upstream</c> ids is a notice: it tells of each of those and joins none of them; an upstream that is itself a notice is followed.
/// A withdrawn advisory joins at most itself to its first alias, so that a mistake that was taken back brings nothing together.
/// </remarks>
internal sealed class AliasGroups
{
    private readonly BookDraft draft;
    private readonly Dictionary<int, int> parents = [];
    private readonly Dictionary<int, List<AdvisoryDraft>> notices = [];

    public AliasGroups(BookDraft draft, IReadOnlyList<AdvisoryDraft> live)
    {
        this.draft = draft;
        foreach (var advisory in live)
        {
            if (advisory.Upstream.Count == 0) continue;
            if (!notices.TryGetValue(advisory.Id, out var same)) notices.Add(advisory.Id, same = []);
            same.Add(advisory);
        }

        foreach (var advisory in live)
        {
            if (advisory.Upstream.Count == 0) Root(advisory.Id);
            if (advisory.Withdrawn == 0) Join(advisory.Id, advisory.Aliases);
        }

        foreach (var advisory in live.Where(a => a.Withdrawn != 0 && a.Aliases.Count > 0))
        {
            if (Root(advisory.Id) == advisory.Id) Union(advisory.Id, Ids(advisory.Aliases).MinBy(id => draft.Strings[id], StringComparer.Ordinal));
        }

        foreach (var advisory in live) Leaves(advisory, []);
    }

    /// <summary>All ids by the root of their group.</summary>
    public IEnumerable<IGrouping<int, int>> All => parents.Keys.ToArray().GroupBy(Root);

    /// <summary>The root of the group of an id; null for an id that only a notice bears.</summary>
    public int? GroupOf(int id) => parents.ContainsKey(id) ? Root(id) : null;

    /// <summary>The roots of the vulnerabilities that an advisory tells of.</summary>
    public IReadOnlyCollection<int> Told(AdvisoryDraft advisory)
    {
        var leaves = Leaves(advisory, []);
        return leaves.Count > 0 ? leaves : [Root(advisory.Id)];
    }

    private HashSet<int> Leaves(AdvisoryDraft advisory, HashSet<int> seen)
    {
        var found = new HashSet<int>();
        if (advisory.Upstream.Count == 0)
        {
            found.Add(Root(advisory.Id));
            return found;
        }

        var waiting = new Stack<int>(Ids(advisory.Upstream));
        seen.Add(advisory.Id);
        while (waiting.TryPop(out var id))
        {
            if (!seen.Add(id)) continue;
            if (!notices.TryGetValue(id, out var further)) found.Add(Root(id));
            else foreach (var notice in further) foreach (var next in Ids(notice.Upstream)) waiting.Push(next);
        }

        return found;
    }

    private IEnumerable<int> Ids(Slice slice) => draft.Integers.Skip(slice.First).Take(slice.Count);

    private void Join(int id, Slice aliases)
    {
        foreach (var alias in Ids(aliases)) Union(id, alias);
    }

    private void Union(int left, int right)
    {
        var (a, b) = (Root(left), Root(right));
        if (a != b) parents[b] = a;
    }

    /// <summary>Finds the root, and halves the way to it for the next one.</summary>
    private int Root(int id)
    {
        parents.TryAdd(id, id);
        while (parents[id] != id)
        {
            parents[id] = parents[parents[id]];
            id = parents[id];
        }

        return id;
    }
}
