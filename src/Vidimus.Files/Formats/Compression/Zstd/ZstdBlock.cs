namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>Decodes the compressed blocks of one frame after the other (RFC 8878, 3.1.1.3): literals, then sequences that copy from them and from what came before.</summary>
internal sealed class ZstdBlock
{
    public const int MostBytes = 128 << 10;

    private readonly byte[] literals = new byte[MostBytes];
    private readonly HuffmanTable huffman = new();
    private readonly FseTable literalsTable = new();
    private readonly FseTable offsetsTable = new();
    private readonly FseTable matchesTable = new();
    private (int First, int Second, int Third) repeats;

    /// <summary>Forgets what one frame's blocks leave for the next.</summary>
    public void Reset()
    {
        huffman.IsSet = literalsTable.IsSet = offsetsTable.IsSet = matchesTable.IsSet = false;
        repeats = (1, 4, 8);
    }

    /// <summary>Decodes one block.</summary>
    /// <param name="source">The block and <see cref="BackwardBits.Slack"/> bytes more.</param>
    /// <param name="length">The block's own length.</param>
    /// <param name="output">What came before, and room for the block behind it.</param>
    /// <param name="start">Where the block's bytes go.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <param name="reach">How far behind <paramref name="start"/> copies may reach, at most the window.</param>
    /// <returns>How many bytes the block has.</returns>
    public int Decode(ReadOnlySpan<byte> source, int length, byte[] output, int start, int most, int reach, int window)
    {
        var used = ReadLiterals(source, length, out var literalsLength);
        return ReadSequences(source[used..], length - used, literals.AsSpan(0, literalsLength), output, start, most, reach, window);
    }

    private int ReadLiterals(ReadOnlySpan<byte> source, int length, out int count)
    {
        if (length == 0) throw Damaged();
        var type = source[0] & 3;
        var format = (source[0] >> 2) & 3;
        return type < 2 ? ReadPlainLiterals(source, length, format, single: type == 1, out count) : ReadCodedLiterals(source, length, format, again: type == 3, out count);
    }

    private int ReadPlainLiterals(ReadOnlySpan<byte> source, int length, int format, bool single, out int count)
    {
        var header = format switch { 1 => 2, 3 => 3, _ => 1 };
        count = format switch { 1 => (source[0] | (source[1] << 8)) >> 4, 3 => (source[0] | (source[1] << 8) | (source[2] << 16)) >> 4, _ => source[0] >> 3 };
        var stored = single ? 1 : count;
        if (count > MostBytes || header + stored > length) throw Damaged();

        if (single) literals.AsSpan(0, count).Fill(source[header]);
        else source.Slice(header, count).CopyTo(literals);
        return header + stored;
    }

    private int ReadCodedLiterals(ReadOnlySpan<byte> source, int length, int format, bool again, out int count)
    {
        var (header, width) = format switch { 2 => (4, 14), 3 => (5, 18), _ => (3, 10) };
        var numbers = source[0] | ((ulong)source[1] << 8) | ((ulong)source[2] << 16) | ((ulong)source[3] << 24) | ((ulong)source[4] << 32);
        count = (int)(numbers >> 4) & ((1 << width) - 1);
        var stored = (int)(numbers >> (4 + width)) & ((1 << width) - 1);
        if (count > MostBytes || header + stored > length) throw Damaged();

        var streams = source[header..];
        var left = stored;
        if (!again)
        {
            var tree = huffman.Read(streams, left);
            streams = streams[tree..];
            left -= tree;
        }
        else if (!huffman.IsSet)
        {
            throw Damaged();
        }

        if (format == 0) huffman.Decode(streams, left, literals.AsSpan(0, count));
        else DecodeFour(streams, left, count);
        return header + stored;
    }

    /// <summary>Four streams, the lengths of the first three in front of them.</summary>
    private void DecodeFour(ReadOnlySpan<byte> streams, int left, int count)
    {
        const int Jumps = 6;
        var quarter = (count + 3) / 4;
        if (left < Jumps || quarter * 3 > count) throw Damaged();

        var rest = streams[Jumps..];
        left -= Jumps;
        for (var i = 0; i < 4; i++)
        {
            var length = i < 3 ? streams[i * 2] | (streams[(i * 2) + 1] << 8) : left;
            if (length > left) throw Damaged();
            huffman.Decode(rest, length, literals.AsSpan(i * quarter, i < 3 ? quarter : count - (3 * quarter)));
            rest = rest[length..];
            left -= length;
        }
    }

    private int ReadSequences(ReadOnlySpan<byte> source, int length, ReadOnlySpan<byte> literals, byte[] output, int start, int most, int reach, int window)
    {
        var at = start;
        var end = start + most;
        var count = ReadCount(source, length, out var used);
        if (count == 0)
        {
            if (used != length || literals.Length > most) throw Damaged();
            literals.CopyTo(output.AsSpan(at));
            return literals.Length;
        }

        used += ReadTables(source[used..], length - used);
        var bits = new BackwardBits(source[used..], length - used);
        var literalsState = (int)bits.Read(literalsTable.Log);
        var offsetsState = (int)bits.Read(offsetsTable.Log);
        var matchesState = (int)bits.Read(matchesTable.Log);
        for (var i = 0; i < count; i++)
        {
            var offsetCode = offsetsTable.Symbol(offsetsState);
            var matchCode = matchesTable.Symbol(matchesState);
            var literalsCode = literalsTable.Symbol(literalsState);
            var offsetValue = (1L << offsetCode) + bits.Read(offsetCode);
            var match = SequenceCodes.MatchBase[matchCode] + (int)bits.Read(SequenceCodes.MatchBits[matchCode]);
            var plain = SequenceCodes.LiteralsBase[literalsCode] + (int)bits.Read(SequenceCodes.LiteralsBits[literalsCode]);
            if (i < count - 1)
            {
                literalsState = literalsTable.Next(literalsState, ref bits);
                matchesState = matchesTable.Next(matchesState, ref bits);
                offsetsState = offsetsTable.Next(offsetsState, ref bits);
            }

            if (bits.Left < 0 || plain > literals.Length || plain + match > end - at) throw Damaged();
            literals[..plain].CopyTo(output.AsSpan(at));
            literals = literals[plain..];
            at += plain;

            var offset = Offset(offsetValue, plain);
            if (offset <= 0 || offset > window || offset > reach + (at - start)) throw Damaged();
            Copy(output, at, offset, match);
            at += match;
        }

        if (bits.Left != 0 || literals.Length > end - at) throw Damaged();
        literals.CopyTo(output.AsSpan(at));
        return at + literals.Length - start;
    }

    private static int ReadCount(ReadOnlySpan<byte> source, int length, out int used)
    {
        if (length == 0) throw Damaged();
        used = source[0] switch { < 128 => 1, < 255 => 2, _ => 3 };
        if (used > length) throw Damaged();
        return used switch { 1 => source[0], 2 => ((source[0] - 128) << 8) + source[1], _ => source[1] + (source[2] << 8) + 0x7F00 };
    }

    private int ReadTables(ReadOnlySpan<byte> source, int length)
    {
        if (length == 0 || (source[0] & 3) != 0) throw Damaged();
        var used = 1;
        used += ReadTable(literalsTable, source[0] >> 6, source[used..length], SequenceCodes.DefaultLiterals, 6, 9, SequenceCodes.MostLiteralsCode);
        used += ReadTable(offsetsTable, (source[0] >> 4) & 3, source[used..length], SequenceCodes.DefaultOffsets, 5, 8, SequenceCodes.MostOffsetCode);
        used += ReadTable(matchesTable, (source[0] >> 2) & 3, source[used..length], SequenceCodes.DefaultMatches, 6, 9, SequenceCodes.MostMatchCode);
        return used;
    }

    private static int ReadTable(FseTable table, int mode, ReadOnlySpan<byte> source, ReadOnlySpan<short> predefined, int predefinedLog, int mostLog, int mostSymbol)
    {
        switch (mode)
        {
            case 0:
                table.Set(predefined, predefinedLog);
                return 0;
            case 1:
                if (source.IsEmpty || source[0] > mostSymbol) throw Damaged();
                table.SetSingle(source[0]);
                return 1;
            case 2:
                return table.Read(source, mostLog, mostSymbol);
            default:
                if (!table.IsSet) throw Damaged();
                return 0;
        }
    }

    /// <summary>Values up to three name one of the last three offsets; without literals before them they are shifted by one (RFC 8878, 3.1.1.5).</summary>
    private int Offset(long value, int plain)
    {
        if (value > 3)
        {
            var offset = value - 3 > int.MaxValue ? 0 : (int)(value - 3);
            repeats = (offset, repeats.First, repeats.Second);
            return offset;
        }

        switch (plain == 0 ? value + 1 : value)
        {
            case 1:
                break;
            case 2:
                repeats = (repeats.Second, repeats.First, repeats.Third);
                break;
            case 3:
                repeats = (repeats.Third, repeats.First, repeats.Second);
                break;
            default:
                repeats = (repeats.First - 1, repeats.First, repeats.Second);
                break;
        }

        return repeats.First;
    }

    /// <summary>Copies from what was written before; the two may overlap, then the first bytes repeat.</summary>
    private static void Copy(byte[] output, int at, int offset, int count)
    {
        if (offset >= count)
        {
            output.AsSpan(at - offset, count).CopyTo(output.AsSpan(at));
            return;
        }

        if (offset == 1)
        {
            output.AsSpan(at, count).Fill(output[at - 1]);
            return;
        }

        while (count > 0)
        {
            var step = Math.Min(offset, count);
            output.AsSpan(at - offset, step).CopyTo(output.AsSpan(at));
            at += step;
            count -= step;
            offset += step; // what was copied can be copied from, too
        }
    }

    private static InvalidDataException Damaged() => new("the zstd data is damaged: a block makes no sense");
}
