namespace Vidimus.Storage;

/// <summary>Ids that mean one vulnerability, with its number (0 for a new one) and the numbers that end in it.</summary>
internal sealed class AliasSet
{
    public required IReadOnlyList<string> Aliases { get; init; }

    public long Number { get; set; }

    public required IReadOnlyList<long> Merged { get; init; }
}

/// <summary>Joins groups that share an alias, or a number that an alias of each has already.</summary>
internal static class AliasSets
{
    public static IReadOnlyList<AliasSet> Of(IReadOnlyList<IReadOnlyList<string>> groups, IReadOnlyDictionary<string, long> known)
    {
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        var byNumber = new Dictionary<long, string>();
        foreach (var group in groups)
        {
            foreach (var alias in group)
            {
                Join(parents, group[0], alias);
                if (known.TryGetValue(alias, out var number) && !byNumber.TryAdd(number, alias)) Join(parents, byNumber[number], alias);
            }
        }

        return
        [
            .. parents.Keys.GroupBy(a => Root(parents, a), StringComparer.Ordinal)
                .Select(g => (Aliases: g.Order(StringComparer.Ordinal).ToArray(), Numbers: g.Where(known.ContainsKey).Select(a => known[a]).Distinct().Order().ToArray()))
                .OrderBy(s => s.Aliases[0], StringComparer.Ordinal)
                .Select(s => new AliasSet { Aliases = s.Aliases, Number = s.Numbers is [var oldest, ..] ? oldest : 0, Merged = s.Numbers.Length == 0 ? [] : s.Numbers[1..] }),
        ];
    }

    private static void Join(Dictionary<string, string> parents, string left, string right)
    {
        parents.TryAdd(left, left);
        parents.TryAdd(right, right);
        parents[Root(parents, right)] = Root(parents, left);
    }

    private static string Root(Dictionary<string, string> parents, string alias)
    {
        while (parents[alias] != alias) alias = parents[alias] = parents[parents[alias]];
        return alias;
    }
}
