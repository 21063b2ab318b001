namespace Vidimus.Files.Formats.Compression.Bzip2;

/// <summary>One block at a time: decoded into the transform's vector, then walked out of it.</summary>
internal sealed class Bzip2Block(Bzip2Bits bits)
{
    private const int MostBlock = 900_000;
    private const int MostTables = 6;
    private const int MostSymbols = 258;
    private const int LongestCode = 20;
    private const int GroupSize = 50;
    private const ulong BlockMagic = 0x314159265359;
    private const ulong EndMagic = 0x177245385090;

    private static readonly uint[] CrcTable = MakeCrcTable();

    private readonly uint[] vector = new uint[MostBlock];
    private readonly byte[] used = new byte[256];
    private readonly Table[] tables = [.. Enumerable.Range(0, MostTables).Select(_ => new Table())];
    private readonly byte[] selectors = new byte[18_002];
    private int blockSize;
    private uint streamCrc;

    // The walk through the block.
    private uint next;
    private int left;
    private int last;
    private int run;
    private int repeats;
    private uint crc;
    private uint wantedCrc;

    /// <summary>Reads a stream's head; false when nothing is there.</summary>
    public bool Begin()
    {
        bits.Align();
        if (bits.AtEnd) return false;
        if (bits.Take(24) != 0x425A68) throw new InvalidDataException("it is no bzip2 data"); // "BZh"
        var level = bits.Take(8) - '0';
        if (level is < 1 or > 9) throw new InvalidDataException("the bzip2 data names no block size");
        blockSize = (int)level * 100_000;
        streamCrc = 0;
        return Next();
    }

    /// <summary>Goes on to the next block, or to the next stream behind the end of this one; false at the end of all.</summary>
    public bool Next()
    {
        var magic = ((ulong)bits.Take(24) << 24) | bits.Take(24);
        if (magic == EndMagic)
        {
            if (bits.TakeWord() != streamCrc) throw new InvalidDataException("the bzip2 data does not have the checksum at its end");
            return Begin();
        }

        if (magic != BlockMagic) throw new InvalidDataException("the bzip2 data has no block where one should begin");
        wantedCrc = bits.TakeWord();
        streamCrc = ((streamCrc << 1) | (streamCrc >> 31)) ^ wantedCrc;
        if (bits.Take(1) != 0) throw new InvalidDataException("the bzip2 block is randomised, which no bzip2 since 0.9.5 writes");
        Decode();
        return true;
    }

    /// <summary>Walks on through the block; 0 at its end.</summary>
    public int Take(Span<byte> into)
    {
        var written = 0;
        while (written < into.Length)
        {
            if (repeats > 0)
            {
                repeats--;
                into[written++] = (byte)last;
                crc = (crc << 8) ^ CrcTable[(crc >> 24) ^ (uint)last];
                continue;
            }

            if (left == 0) break;
            next = vector[next >> 8];
            var one = (byte)next;
            left--;
            if (run == 4)
            {
                (repeats, run) = (one, 0); // Behind four equal bytes the next counts how many more there are.
                continue;
            }

            run = one == last ? run + 1 : 1;
            last = one;
            into[written++] = one;
            crc = (crc << 8) ^ CrcTable[(crc >> 24) ^ one];
        }

        if (written == 0 && ~crc != wantedCrc) throw new InvalidDataException("a bzip2 block does not have its checksum");
        return written;
    }

    private void Decode()
    {
        var origin = bits.Take(24);
        var symbols = ReadAlphabet();
        var count = ReadTables(symbols + 2);
        var size = ReadMoves(symbols, count);
        if (origin >= size) throw new InvalidDataException("a bzip2 block begins outside of itself");
        Transform(size);
        (next, left, last, run, repeats, crc) = (vector[origin], size, -1, 0, 0, uint.MaxValue);
    }

    /// <summary>Which bytes occur: sixteen bits for the sixteens, then sixteen for each that has any.</summary>
    private int ReadAlphabet()
    {
        var sixteens = bits.Take(16);
        var symbols = 0;
        for (var i = 0; i < 16; i++)
        {
            if ((sixteens & (0x8000 >> i)) == 0) continue;
            var ones = bits.Take(16);
            for (var j = 0; j < 16; j++)
            {
                if ((ones & (0x8000 >> j)) != 0) used[symbols++] = (byte)((16 * i) + j);
            }
        }

        return symbols > 0 ? symbols : throw new InvalidDataException("a bzip2 block has no bytes");
    }

    /// <summary>The code tables, and which of them serves each group of fifty symbols; gives the number of selectors.</summary>
    private int ReadTables(int symbols)
    {
        var count = (int)bits.Take(3);
        var selected = (int)bits.Take(15);
        if (count is < 2 or > MostTables || selected == 0) throw new InvalidDataException("a bzip2 block has no code tables");

        Span<byte> order = [0, 1, 2, 3, 4, 5];
        for (var i = 0; i < selected; i++)
        {
            var place = 0;
            while (bits.Take(1) == 1)
            {
                if (++place >= count) throw new InvalidDataException("a bzip2 block selects a code table that it does not have");
            }

            var table = order[place];
            order[..place].CopyTo(order[1..]);
            order[0] = table;
            if (i < selectors.Length) selectors[i] = table; // More than a block can need are written by some and mean nothing.
        }

        Span<byte> lengths = stackalloc byte[MostSymbols];
        for (var t = 0; t < count; t++)
        {
            var length = (int)bits.Take(5);
            for (var s = 0; s < symbols; s++)
            {
                while (bits.Take(1) == 1) length += bits.Take(1) == 0 ? 1 : -1;
                if (length is < 1 or > LongestCode) throw new InvalidDataException("a bzip2 code has an impossible length");
                lengths[s] = (byte)length;
            }

            tables[t].Set(lengths[..symbols]);
        }

        return Math.Min(selected, selectors.Length);
    }

    /// <summary>Undoes the codes, the runs of zeros and the moves to the front: the vector then holds the transform's last column.</summary>
    private int ReadMoves(int symbols, int selected)
    {
        Span<byte> front = stackalloc byte[256];
        used.AsSpan(0, symbols).CopyTo(front);
        int size = 0, group = 0, inGroup = 0;
        long zeros = 0, weight = 1;
        while (true)
        {
            if (inGroup == 0)
            {
                if (group == selected) throw new InvalidDataException("a bzip2 block has more symbols than it selects code tables for");
                inGroup = GroupSize;
                group++;
            }

            inGroup--;
            var symbol = tables[selectors[group - 1]].Read(bits);
            if (symbol <= 1)
            {
                zeros += weight << symbol; // Runs are numbers in base two with the digits 1 and 2.
                weight <<= 1;
                if (zeros > MostBlock) throw new InvalidDataException("a bzip2 block is longer than it may be");
                continue;
            }

            if (size + zeros > blockSize) throw new InvalidDataException("a bzip2 block is longer than it may be");
            for (; zeros > 0; zeros--) vector[size++] = front[0];
            weight = 1;
            if (symbol == symbols + 1) return size;

            if (size == blockSize) throw new InvalidDataException("a bzip2 block is longer than it may be");
            var place = symbol - 1;
            var one = front[place];
            front[..place].CopyTo(front[1..]);
            front[0] = one;
            vector[size++] = one;
        }
    }

    /// <summary>Threads the vector: of each byte the place of the one that follows it, above the byte itself.</summary>
    private void Transform(int size)
    {
        Span<int> starts = stackalloc int[256];
        starts.Clear();
        for (var i = 0; i < size; i++) starts[(byte)vector[i]]++;
        var sum = 0;
        for (var b = 0; b < 256; b++) (starts[b], sum) = (sum, sum + starts[b]);
        for (var i = 0; i < size; i++) vector[starts[(byte)vector[i]]++] |= (uint)i << 8;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i << 24;
            for (var bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x80000000) != 0 ? 0x04C11DB7u : 0);
            table[i] = crc;
        }

        return table;
    }

    /// <summary>A canonical Huffman code: symbols sorted by length, and for each length the first code and where its symbols begin.</summary>
    private sealed class Table
    {
        private readonly int[] firstCode = new int[LongestCode + 2];
        private readonly int[] firstSymbol = new int[LongestCode + 2];
        private readonly int[] counts = new int[LongestCode + 2];
        private readonly short[] sorted = new short[MostSymbols];

        public void Set(ReadOnlySpan<byte> lengths)
        {
            Array.Clear(counts);
            foreach (var length in lengths) counts[length]++;
            int code = 0, symbol = 0;
            for (var length = 1; length <= LongestCode; length++)
            {
                (firstCode[length], firstSymbol[length]) = (code, symbol);
                for (var s = 0; s < lengths.Length; s++)
                {
                    if (lengths[s] == length) sorted[symbol++] = (short)s;
                }

                code = (code + counts[length]) << 1;
            }
        }

        public int Read(Bzip2Bits bits)
        {
            var code = 0;
            for (var length = 1; length <= LongestCode; length++)
            {
                code = (code << 1) | (int)bits.Take(1);
                var offset = code - firstCode[length];
                if (offset >= 0 && offset < counts[length]) return sorted[firstSymbol[length] + offset];
            }

            throw new InvalidDataException("the bzip2 data has a code that stands for nothing");
        }
    }
}
