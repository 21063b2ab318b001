using System.Runtime.InteropServices;
using Vidimus.Files.Streams;

namespace Vidimus.Files.Formats.Compression.Zstd;

/// <summary>Uncompresses by the system's libzstd.</summary>
internal sealed unsafe partial class NativeZstdStream : ReadOnlyStream
{
    private const string Library = "libzstd.so.1";
    private const int WindowLogMax = 100;
    private const int LargestWindowLog = 27;

    private readonly Stream compressed;
    private readonly byte[] input = GC.AllocateUninitializedArray<byte>(128 << 10, pinned: true);
    private nint decoder;
    private int inputStart;
    private int inputEnd;

    /// <summary>What the library said last: 0 after a whole frame.</summary>
    private nuint state;
    private bool more;

    public NativeZstdStream(Stream compressed)
    {
        this.compressed = compressed;
        decoder = Create();
        if (decoder == 0) throw new InvalidOperationException("libzstd gave no decoder");
        SetParameter(decoder, WindowLogMax, LargestWindowLog);
    }

    ~NativeZstdStream() => Release();

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Library, out _);

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(decoder == 0, this);
        if (buffer.IsEmpty) return 0;

        while (true)
        {
            if (inputStart == inputEnd && !more)
            {
                (inputStart, inputEnd) = (0, compressed.Read(input));
                if (inputEnd == 0)
                {
                    if (state != 0) throw new InvalidDataException("the zstd data ends in the middle of a frame");
                    return 0;
                }
            }

            var written = Step(buffer);
            if (written > 0) return written;
        }
    }

    protected override void Dispose(bool disposing)
    {
        Release();
        base.Dispose(disposing);
    }

    private int Step(Span<byte> buffer)
    {
        fixed (byte* target = buffer, source = input)
        {
            var to = new Part { Bytes = target, Length = (nuint)buffer.Length };
            var from = new Part { Bytes = source, Length = (nuint)inputEnd, Position = (nuint)inputStart };
            var answer = Decompress(decoder, &to, &from);
            if (IsError(answer) != 0) throw new InvalidDataException($"the zstd data is damaged: {Marshal.PtrToStringUTF8(ErrorName(answer))}");
            if (to.Position > 0 || from.Position > (nuint)inputStart) state = answer; // asked for nothing, it answers what the next frame would take
            inputStart = (int)from.Position;
            more = to.Position == to.Length;
            return (int)to.Position;
        }
    }

    private void Release()
    {
        if (decoder != 0) _ = Free(decoder);
        decoder = 0;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial nint Create();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint Free(nint decoder);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    private static partial nuint SetParameter(nint decoder, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    private static partial nuint Decompress(nint decoder, Part* target, Part* source);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint code);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer.</summary>
    private struct Part
    {
        public byte* Bytes;
        public nuint Length;
        public nuint Position;
    }
}
