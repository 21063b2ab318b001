using System.Runtime.InteropServices;

namespace Vidimus.Server.Hosting;

/// <summary>Gives memory back to the system once large work is over: a book that was compiled, an inventory of a quarter of a million packages. The collector alone keeps it for the next time.</summary>
internal sealed partial class MemoryReturn(TimeProvider time)
{
    /// <summary>Allocated since the last time: less is not worth a pause.</summary>
    private const long Worth = 64 << 20;

    /// <summary>Allocated within a look: more means that somebody works, and would be paused.</summary>
    private const long Quiet = 16 << 20;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    public async Task RunAsync(CancellationToken cancel)
    {
        var (returned, before) = (0L, GC.GetTotalAllocatedBytes());
        while (true)
        {
            await Task.Delay(Look, time, cancel);
            var now = GC.GetTotalAllocatedBytes();
            if (now - before < Quiet && now - returned > Worth)
            {
                Return();
                returned = now;
            }

            before = now;
        }
    }

    public static void Return()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            if (OperatingSystem.IsLinux()) _ = Trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library that has no such call gives memory back by itself.
        }
    }

    /// <summary>glibc's: what its heaps hold free, SQLite's pages among it, goes back.</summary>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
