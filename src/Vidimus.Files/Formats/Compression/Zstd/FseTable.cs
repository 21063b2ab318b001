using System.Numerics;

namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>A decoding table of finite state entropy (RFC 8878, 4.1.1): for each state its symbol and how the next state is read.</summary>
internal sealed class FseTable
{
    private const int MostStates = 1 << 9;
    private readonly byte[] symbols = new byte[MostStates];
    private readonly byte[] bits = new byte[MostStates];
    private readonly ushort[] bases = new ushort[MostStates];

    /// <summary>How many bits the first state has.</summary>
    public int Log { get; private set; }

    /// <summary>Whether a table was read, so that a later block may use it again.</summary>
    public bool IsSet { get; set; }

    public byte Symbol(int state) => symbols[state];

    public int Next(int state, ref BackwardBits stream) => bases[state] + (int)stream.Read(bits[state]);

    /// <summary>The table that always gives one symbol.</summary>
    public void SetSingle(byte symbol)
    {
        (symbols[0], bits[0], bases[0], Log, IsSet) = (symbol, 0, 0, 0, true);
    }

    /// <summary>Builds the table of a distribution (RFC 8878, 4.1.1, "From normalized distribution to decoding tables"); -1 stands for less than one.</summary>
    public void Set(ReadOnlySpan<short> distribution, int log)
    {
        var size = 1 << log;
        var high = size;
        Span<ushort> next = stackalloc ushort[256];
        for (var symbol = 0; symbol < distribution.Length; symbol++)
        {
            next[symbol] = (ushort)Math.Abs(distribution[symbol]);
            if (distribution[symbol] == -1) symbols[--high] = (byte)symbol;
        }

        var step = (size >> 1) + (size >> 3) + 3;
        var at = 0;
        for (var symbol = 0; symbol < distribution.Length; symbol++)
        {
            for (var i = 0; i < distribution[symbol]; i++)
            {
                symbols[at] = (byte)symbol;
                do at = (at + step) & (size - 1);
                while (at >= high);
            }
        }

        for (var state = 0; state < size; state++)
        {
            var count = next[symbols[state]]++;
            var read = log - BitOperations.Log2(count);
            bits[state] = (byte)read;
            bases[state] = (ushort)((count << read) - size);
        }

        (Log, IsSet) = (log, true);
    }

    /// <summary>Reads a table's description and builds it.</summary>
    /// <returns>How many bytes the description has.</returns>
    public int Read(ReadOnlySpan<byte> source, int mostLog, int mostSymbol)
    {
        var position = 0;
        var log = ForwardBits(source, ref position, 4) + 5;
        if (log > mostLog) throw Damaged();

        Span<short> distribution = stackalloc short[256];
        var count = 0;
        var remaining = 1 << log;
        while (remaining > 0)
        {
            // A value takes one bit less when it is small enough for that to be told.
            var width = BitOperations.Log2((uint)remaining + 1) + 1;
            var value = ForwardBits(source, ref position, width);
            var lower = (1 << (width - 1)) - 1;
            var threshold = (1 << width) - 1 - (remaining + 1);
            if ((value & lower) < threshold)
            {
                position--;
                value &= lower;
            }
            else if (value > lower)
            {
                value -= threshold;
            }

            if (count > mostSymbol) throw Damaged();
            var probability = value - 1;
            remaining -= Math.Abs(probability);
            distribution[count++] = (short)probability;
            if (probability != 0) continue;

            int zeros;
            do
            {
                zeros = ForwardBits(source, ref position, 2);
                if (count + zeros > mostSymbol + 1) throw Damaged();
                count += zeros;
            }
            while (zeros == 3);
        }

        if (remaining < 0 || position > source.Length * 8) throw Damaged();
        Set(distribution[..count], log);
        return (position + 7) >> 3;
    }

    private static int ForwardBits(ReadOnlySpan<byte> source, ref int position, int count)
    {
        var value = 0;
        for (var i = 0; i < count; i++, position++)
        {
            if (position >> 3 >= source.Length)
            {
                // The last value may be looked at with one bit too many.
                if (i == count - 1 && i > 2) continue;
                throw Damaged();
            }

            value |= ((source[position >> 3] >> (position & 7)) & 1) << i;
        }

        return value;
    }

    private static InvalidDataException Damaged() => new("the zstd data is damaged: a table of probabilities makes no sense");
}
