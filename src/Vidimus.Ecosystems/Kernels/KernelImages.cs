using System.Buffers.Binary;
using System.Text;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Kernels;

/// <summary>Reads which release a Linux kernel is, from the version text of a bootable image.</summary>
/// <remarks>Format: the x86 boot protocol (arch/x86/boot.rst): <c>HdrS</c> at 0x202, at 0x20E where the text lies behind the first sector. It begins with what <c>uname -r</c> says. Images of other processors have no such text.</remarks>
public sealed class KernelImages : ICollector
{
    private const int HeaderAt = 0x202;
    private const int VersionAt = 0x20E;
    private const int Sector = 0x200;
    private const int Longest = 512;

    public string Name => "kernels/image";

    public int Version => 1;

    public bool OnlyUnowned => true;

    public IReadOnlyList<FileGlob> Wants { get; } = ["boot/vmlinuz*", "**/lib/modules/*/vmlinuz"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(file);
        var start = new byte[0x8000 + Sector + Longest];
        using var stream = file.OpenRead();
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length < VersionAt + 2 || !start.AsSpan(HeaderAt, 4).SequenceEqual("HdrS"u8)) yield break;

        var at = BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(VersionAt));
        if (at == 0 || at + Sector >= length) yield break;
        var text = start.AsSpan(at + Sector, Math.Min(Longest, length - at - Sector));
        var end = text.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        var version = Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
        var release = version.Split(' ')[0];
        if (release.Length == 0 || !char.IsAsciiDigit(release[0]))
        {
            file.Note("the kernel's version text is none");
            yield break;
        }

        yield return new Package { Type = "generic", Name = "linux-kernel", Version = release, Evidence = new(version, 1) };
    }
}
