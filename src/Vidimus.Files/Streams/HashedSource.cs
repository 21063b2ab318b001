using System.Buffers;
using System.Security.Cryptography;

namespace Vidimus.Files.Streams;

/// <summary>A stream as a source whose every byte is hashed on a second thread while the first one reads on, a few blocks ahead at most.</summary>
/// <remarks>A block is hashed where it lies and filled anew only when that is done; nothing is copied. What fits into one block is hashed without a thread.</remarks>
internal sealed class HashedSource(Stream stream, HashAlgorithmName algorithm) : ByteSource
{
    private const int Blocks = 4;
    private const int BlockLength = 256 << 10;

    /// <summary>So many blocks wait before the second thread is woken: waking costs as much as hashing some kilobytes.</summary>
    private const int Batch = 2;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
    private readonly byte[]?[] blocks = new byte[]?[Blocks];
    private readonly int[] lengths = new int[Blocks];

    /// <summary>Guards the counts below. A monitor sleeps where a semaphore spins first: the second thread is the faster one and waits most of the time.</summary>
    private readonly object gate = new();
    private long handed;
    private long hashed;
    private bool stopping;
    private Thread? hasher;
    private int slot = -1;
    private int start;
    private int end;
    private bool ended;

    public override ReadOnlySpan<byte> Peek()
    {
        if (start == end && !ended) Fill();
        return slot < 0 ? default : blocks[slot].AsSpan(start, end - start);
    }

    public override void Advance(int count)
    {
        start += count;
        Position += count;
    }

    /// <summary>Reads to the end and gives the digest of everything, in lower-case hex.</summary>
    public string Finish()
    {
        while (Peek() is { IsEmpty: false } rest) Advance(rest.Length);
        StopHasher();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;

        StopHasher();
        foreach (var block in blocks)
        {
            if (block is not null) ArrayPool<byte>.Shared.Return(block);
        }

        blocks.AsSpan().Clear();
        slot = -1;
        start = end = 0;
        ended = true;
        hash.Dispose();
    }

    private void Fill()
    {
        var next = (slot + 1) % Blocks;
        WaitForRoom();
        var block = blocks[next] ??= ArrayPool<byte>.Shared.Rent(BlockLength);
        var length = stream.ReadAtLeast(block.AsSpan(0, BlockLength), BlockLength, throwOnEndOfStream: false);
        ended = length < BlockLength;
        slot = next;
        start = 0;
        end = length;

        if (hasher is null && ended)
        {
            hash.AppendData(block, 0, length);
            return;
        }

        if (hasher is null)
        {
            hasher = new(Hash) { IsBackground = true, Name = "digest" };
            hasher.Start();
        }

        lengths[next] = length;
        HandOver();
    }

    private void WaitForRoom()
    {
        lock (gate)
        {
            while (handed - hashed == Blocks) Monitor.Wait(gate);
        }
    }

    private void HandOver()
    {
        lock (gate)
        {
            if (++handed - hashed >= Batch) Monitor.Pulse(gate);
        }
    }

    private void Hash()
    {
        for (var at = 0; WaitForBlock(); at = (at + 1) % Blocks)
        {
            hash.AppendData(blocks[at]!, 0, lengths[at]);
            lock (gate)
            {
                hashed++;
                Monitor.Pulse(gate);
            }
        }
    }

    /// <summary>False when all is hashed and nothing follows.</summary>
    private bool WaitForBlock()
    {
        lock (gate)
        {
            if (handed == hashed)
            {
                while (handed - hashed < Batch && !stopping) Monitor.Wait(gate);
            }

            return handed > hashed;
        }
    }

    private void StopHasher()
    {
        if (hasher is null) return;
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }

        hasher.Join();
        hasher = null;
        ended = true;
    }
}
