using System.Buffers;
using Vidimus.Ecosystems.Versions;
using Vidimus.Model.Versions;

namespace Vidimus.Ecosystems.Java;

/// <summary>Orders versions as Maven's <c>ComparableVersion</c> does.</summary>
/// <remarks>
/// Source: Maven's version order specification and <c>ComparableVersion</c> 3.8.7, which takes every text. A version is items parted by dots, where a hyphen,
/// or a change between digits and letters, begins a list within the list; since such a list is always the last item, a version is a row of items
/// and of openings. Trailing items that mean nothing (0, ga, final, release) are dropped from each list.
/// Its order is not transitive where a qualifier follows an inner zero with a dot (<c>1.0.alpha.1 &lt; 1 &lt; 1.sp &lt; 1.0.alpha.1</c>); neither is this one, being the same.
/// </remarks>
public sealed class MavenVersions : IVersionScheme
{
    private const int UsualItems = 48;

    public string Name => "maven";

    public bool IsTransitive => false;

    public bool IsValid(ReadOnlySpan<char> version) => true;

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        if (left.SequenceEqual(right)) return 0;

        var leftMost = MostItems(left);
        var rightMost = MostItems(right);
        if (leftMost <= UsualItems && rightMost <= UsualItems) return CompareIn(left, stackalloc Item[UsualItems], right, stackalloc Item[UsualItems]);

        var room = ArrayPool<Item>.Shared.Rent(leftMost + rightMost);
        var result = CompareIn(left, room.AsSpan(0, leftMost), right, room.AsSpan(leftMost));
        ArrayPool<Item>.Shared.Return(room);
        return result;
    }

    private enum Kind : byte
    {
        Text,
        Number,
        Open,
    }

    /// <summary>An item's place in the text, or the opening of a list; the rank is a known qualifier's place.</summary>
    private readonly record struct Item(int Start, int Length, Kind Kind, byte Rank)
    {
        public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text.Slice(Start, Length);

        public bool IsNull(ReadOnlySpan<char> text) => Kind == Kind.Number ? In(text).TrimStart('0').IsEmpty : Rank == Release;
    }

    private const byte Release = 5;
    private const byte Unknown = 7;

    /// <summary>A bound: what ends at a separator or a change between digits and letters is one item, with an opening before and one after.</summary>
    private static int MostItems(ReadOnlySpan<char> text)
    {
        if (3 * text.Length <= UsualItems) return UsualItems;

        var ends = 1;
        for (var i = 1; i <= text.Length; i++)
        {
            var isSeparator = text[i - 1] is '.' or '-';
            if (isSeparator || (i < text.Length && char.IsAsciiDigit(text[i]) != char.IsAsciiDigit(text[i - 1]))) ends++;
        }

        return 3 * ends;
    }

    private static int CompareIn(ReadOnlySpan<char> left, Span<Item> leftRoom, ReadOnlySpan<char> right, Span<Item> rightRoom)
    {
        var a = Trim(left, leftRoom[..Read(left, leftRoom)]);
        var b = Trim(right, rightRoom[..Read(right, rightRoom)]);
        while (!a.IsEmpty && !b.IsEmpty)
        {
            if (a[0].Kind != b[0].Kind)
            {
                // A number is after a list, a list after a text; a text is before both.
                return Order(a[0].Kind) - Order(b[0].Kind);
            }

            var byItem = a[0].Kind switch
            {
                Kind.Number => Numbers.Compare(a[0].In(left), b[0].In(right)),
                Kind.Text => CompareTexts(a[0], left, b[0], right),
                _ => 0,
            };
            if (byItem != 0) return byItem;
            a = a[1..];
            b = b[1..];
        }

        return AgainstNothing(left, a) - AgainstNothing(right, b);
    }

    private static int Order(Kind kind) => kind switch { Kind.Text => 0, Kind.Open => 1, _ => 2 };

    /// <summary>A list that goes on where the other has ended: its first item that means something decides.</summary>
    private static int AgainstNothing(ReadOnlySpan<char> text, ReadOnlySpan<Item> items)
    {
        foreach (var item in items)
        {
            if (item.Kind == Kind.Open || item.IsNull(text)) continue;
            return item.Kind == Kind.Number || item.Rank > Release ? 1 : -1;
        }

        return 0;
    }

    private static int CompareTexts(Item a, ReadOnlySpan<char> left, Item b, ReadOnlySpan<char> right)
    {
        if (a.Rank != b.Rank || a.Rank != Unknown) return a.Rank - b.Rank;

        var x = a.In(left);
        var y = b.In(right);
        var shorter = Math.Min(x.Length, y.Length);
        for (var i = 0; i < shorter; i++)
        {
            if (char.ToLowerInvariant(x[i]) - char.ToLowerInvariant(y[i]) is not 0 and var bySign) return bySign;
        }

        return x.Length - y.Length;
    }

    /// <summary>Writes the items of a version in their order and tells how many.</summary>
    private static int Read(ReadOnlySpan<char> text, Span<Item> items)
    {
        var count = 0;
        var listIsEmpty = true;
        var start = 0;
        while (start < text.Length)
        {
            var end = start;
            var digits = char.IsAsciiDigit(text[start]);
            while (end < text.Length && text[end] is not ('.' or '-') && char.IsAsciiDigit(text[end]) == digits) end++;

            var beforeDigit = end < text.Length && char.IsAsciiDigit(text[end]);
            var opensBefore = end > start && !digits && (beforeDigit || end == text.Length) && !listIsEmpty;
            if (opensBefore) items[count++] = new(0, 0, Kind.Open, 0);

            items[count++] = digits || end == start
                ? new(start, end - start, Kind.Number, 0)
                : new(start, end - start, Kind.Text, Rank(text[start..end], beforeDigit));

            var opensAfter = end < text.Length && text[end] != '.';
            if (opensAfter) items[count++] = new(0, 0, Kind.Open, 0);
            listIsEmpty = opensAfter;
            start = end < text.Length && text[end] is '.' or '-' ? end + 1 : end;
        }

        return count;
    }

    /// <summary>Drops from each list, the innermost first, the trailing items that mean nothing, and lists left empty.</summary>
    private static ReadOnlySpan<Item> Trim(ReadOnlySpan<char> text, Span<Item> items)
    {
        var kept = items.Length;
        var inList = false;
        for (var i = items.Length - 1; i >= 0; i--)
        {
            var keep = items[i].Kind == Kind.Open ? kept < items.Length : inList || !items[i].IsNull(text);
            inList = items[i].Kind != Kind.Open && keep;
            if (keep) items[--kept] = items[i];
        }

        return items[kept..];
    }

    /// <summary>alpha, beta, milestone, rc, snapshot, the release itself, sp, then every other word by its letters; a, b and m only before a digit.</summary>
    private static byte Rank(ReadOnlySpan<char> word, bool beforeDigit) => word switch
    {
        ['a' or 'A'] when beforeDigit => 0,
        ['b' or 'B'] when beforeDigit => 1,
        ['m' or 'M'] when beforeDigit => 2,
        { Length: 2 } when Is(word, "rc") || Is(word, "cr") => 3,
        { Length: 2 } when Is(word, "ga") => Release,
        { Length: 2 } when Is(word, "sp") => 6,
        { Length: 4 } when Is(word, "beta") => 1,
        { Length: 5 } when Is(word, "alpha") => 0,
        { Length: 5 } when Is(word, "final") => Release,
        { Length: 7 } when Is(word, "release") => Release,
        { Length: 8 } when Is(word, "snapshot") => 4,
        { Length: 9 } when Is(word, "milestone") => 2,
        _ => Unknown,
    };

    private static bool Is(ReadOnlySpan<char> word, string known) => word.Equals(known, StringComparison.OrdinalIgnoreCase);
}
