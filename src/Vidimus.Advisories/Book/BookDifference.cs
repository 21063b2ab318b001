using Vidimus.Model.Matching;

namespace Vidimus.Advisories;

/// <summary>What one book says otherwise than another: where verdicts may differ, which vulnerabilities are shown otherwise, which names came together or apart.</summary>
/// <param name="Keys">The match keys, by ecosystem and name, under which a version may be judged otherwise: all others give the same answers in both books.</param>
/// <param name="Vulnerabilities">The vulnerabilities of the later book, by the names that are shown, of which a text, a rating or a score is another or that the earlier one did not know.</param>
/// <param name="Groups">The names of each vulnerability of the later book that names others, or others' names, than in the earlier one.</param>
/// <param name="EndOfLife">Whether the end of a release's support is another.</param>
public sealed record BookDifference(IReadOnlyList<MatchKey> Keys, IReadOnlyList<string> Vulnerabilities, IReadOnlyList<IReadOnlyList<string>> Groups, bool EndOfLife)
{
    /// <summary>Compares two books. Costs a pass over each.</summary>
    public static BookDifference Of(Book earlier, Book later)
    {
        using var before = new BookDigests(earlier);
        using var after = new BookDigests(later);
        var vulnerabilities = new List<string>();
        var groups = new List<IReadOnlyList<string>>();
        for (var i = 0; i < later.VulnerabilityCount; i++)
        {
            var now = later.Vulnerability(i);
            if (earlier.Find(now.Id) is not { } was || was.Id != now.Id || !was.Aliases.SequenceEqual(now.Aliases, StringComparer.Ordinal))
            {
                groups.Add([now.Id, .. now.Aliases]);
                vulnerabilities.Add(now.Id);
            }
            else if (before.OfFacts(was) != after.OfFacts(now))
            {
                vulnerabilities.Add(now.Id);
            }
        }

        return new(Changed(earlier, later, before, after), vulnerabilities, groups, !earlier.EndOfLives().SequenceEqual(later.EndOfLives()));
    }

    /// <summary>Both books have their keys in the same order, so they are walked side by side.</summary>
    private static List<MatchKey> Changed(Book earlier, Book later, BookDigests before, BookDigests after)
    {
        var changed = new List<MatchKey>();
        using var left = earlier.Keys().GetEnumerator();
        using var right = later.Keys().GetEnumerator();
        var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
        while (hasLeft || hasRight)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : Order(left.Current, right.Current);
            if (order != 0 || before.OfKey(left.Current) != after.OfKey(right.Current)) changed.Add(KeyOf(order <= 0 ? left.Current : right.Current));
            if (order <= 0) hasLeft = left.MoveNext();
            if (order >= 0) hasRight = right.MoveNext();
        }

        return changed;
    }

    private static int Order(BookKey left, BookKey right) =>
        string.CompareOrdinal(left.Ecosystem, right.Ecosystem) is not 0 and var byEcosystem ? byEcosystem : string.CompareOrdinal(left.Name, right.Name);

    private static MatchKey KeyOf(BookKey key) => new(key.Ecosystem, key.Name);
}
