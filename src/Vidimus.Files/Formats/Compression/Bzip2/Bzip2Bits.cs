namespace Vidimus.Files.Formats.Compression.Bzip2;

/// <summary>The bits of a bzip2 stream, the highest of a byte first.</summary>
internal sealed class Bzip2Bits(Stream packed)
{
    private readonly byte[] buffer = new byte[1 << 14];
    private int length;
    private int at;
    private uint held;
    private int count;

    /// <summary>Whether no byte is left.</summary>
    public bool AtEnd
    {
        get
        {
            if (at < length) return false;
            (length, at) = (packed.Read(buffer), 0);
            return length == 0;
        }
    }

    /// <summary>Up to 24 bits as a number.</summary>
    public uint Take(int bits)
    {
        while (count < bits)
        {
            if (AtEnd) throw new InvalidDataException("the bzip2 data ends early");
            held = (held << 8) | buffer[at++];
            count += 8;
        }

        count -= bits;
        return (held >> count) & ((1u << bits) - 1);
    }

    public uint TakeWord() => (Take(16) << 16) | Take(16);

    /// <summary>Leaves out the rest of a byte.</summary>
    public void Align() => count = 0;
}
