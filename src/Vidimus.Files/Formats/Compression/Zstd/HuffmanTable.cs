using System.Numerics;

namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>A Huffman code of literals (RFC 8878, 4.2).</summary>
internal sealed class HuffmanTable
{
    private const int MostBits = 11;
    private const int MostSymbols = 256;
    private const int MostWeightLog = 6;

    private readonly byte[] symbols = new byte[1 << MostBits];
    private readonly byte[] lengths = new byte[1 << MostBits];
    private readonly FseTable weightTable = new();
    private int log;

    /// <summary>Whether a code was read, so that a later block may use it again.</summary>
    public bool IsSet { get; set; }

    /// <summary>Reads the code's description: the symbols' weights, plain or by finite state entropy.</summary>
    /// <param name="source">The description and at least <see cref="BackwardBits.Slack"/> bytes more in all.</param>
    /// <param name="length">What is left of the block's literals.</param>
    /// <returns>How many bytes the description has.</returns>
    public int Read(ReadOnlySpan<byte> source, int length)
    {
        if (length == 0) throw Damaged();
        Span<byte> weights = stackalloc byte[MostSymbols];
        int count, used;
        if (source[0] >= 128)
        {
            count = source[0] - 127;
            used = 1 + ((count + 1) / 2);
            if (used > length) throw Damaged();
            for (var i = 0; i < count; i++) weights[i] = (byte)(i % 2 == 0 ? source[1 + (i / 2)] >> 4 : source[1 + (i / 2)] & 15);
        }
        else
        {
            used = 1 + source[0];
            if (used > length) throw Damaged();
            count = ReadWeights(source[1..], source[0], weights);
        }

        Set(weights, count);
        return used;
    }

    /// <summary>Decodes one stream, which must end exactly with the last symbol.</summary>
    public void Decode(ReadOnlySpan<byte> source, int length, Span<byte> target)
    {
        var stream = new BackwardBits(source, length);
        for (var i = 0; i < target.Length; i++)
        {
            var entry = stream.Peek(log);
            target[i] = symbols[entry];
            stream.Skip(lengths[entry]);
        }

        if (stream.Left != 0) throw Damaged();
    }

    /// <summary>The weights as two states that take turns until the bits run out.</summary>
    private int ReadWeights(ReadOnlySpan<byte> source, int length, Span<byte> weights)
    {
        var header = weightTable.Read(source[..length], MostWeightLog, MostBits + 1);
        var stream = new BackwardBits(source[header..], length - header);
        var one = (int)stream.Read(weightTable.Log);
        var other = (int)stream.Read(weightTable.Log);
        for (var count = 0; count < MostSymbols - 2; (one, other) = (other, one))
        {
            weights[count++] = weightTable.Symbol(one);
            one = weightTable.Next(one, ref stream);
            if (stream.Left >= 0) continue;

            weights[count++] = weightTable.Symbol(other);
            return count;
        }

        throw Damaged();
    }

    /// <summary>Builds the table from the weights: a code has 2^(weight-1) places in it; the last symbol's weight is what is missing to a power of two.</summary>
    private void Set(Span<byte> weights, int count)
    {
        var sum = 0;
        foreach (var weight in weights[..count])
        {
            if (weight > MostBits) throw Damaged();
            if (weight > 0) sum += 1 << (weight - 1);
        }

        if (sum == 0) throw Damaged();
        log = BitOperations.Log2((uint)sum) + 1;
        var missing = (1 << log) - sum;
        if (log > MostBits || !BitOperations.IsPow2(missing)) throw Damaged();
        weights[count++] = (byte)(BitOperations.Log2((uint)missing) + 1);

        var at = 0;
        for (var weight = 1; weight <= log; weight++)
        {
            for (var symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] != weight) continue;
                var places = 1 << (weight - 1);
                symbols.AsSpan(at, places).Fill((byte)symbol);
                lengths.AsSpan(at, places).Fill((byte)(log + 1 - weight));
                at += places;
            }
        }

        IsSet = true;
    }

    private static InvalidDataException Damaged() => new("the zstd data is damaged: a Huffman code makes no sense");
}
