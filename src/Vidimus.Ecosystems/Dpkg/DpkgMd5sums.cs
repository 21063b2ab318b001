using System.Buffers;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Dpkg;

/// <summary>Reads which files a package owns, with the MD5 of each.</summary>
/// <remarks>
/// Format: deb-md5sums(5): 32 hex digits, two blanks, the path without a leading slash. The file's name is the package's, followed by <c>:architecture</c> where
/// several can be installed together. Images without dpkg keep such files beside <c>status.d</c>'s stanzas, sometimes under a shortened name: the stanza knows the package's.
/// </remarks>
public sealed class DpkgMd5sums : ICollector
{
    private const string Suffix = ".md5sums";
    private const int DigestLength = 16;
    private const int HexLength = 2 * DigestLength;

    public string Name => "dpkg/md5sums";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = ["var/lib/dpkg/info/*.md5sums", "var/lib/dpkg/status.d/*.md5sums"];

    public IReadOnlyList<FileGlob> Companions { get; } = ["var/lib/dpkg/status.d/*"];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        var name = file.Name[..^Suffix.Length];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var owner = Stanza(file.Companion(name)) ?? (colon < 0 ? name : name[..colon]);
        var (paths, digests) = Read(file.ReadAll().Span, file);
        if (paths.Length > 0) yield return new OwnedFiles("deb", owner, DigestKind.Md5, paths, digests) { Architecture = colon < 0 ? null : name[(colon + 1)..] };
    }

    private static (ulong[] Paths, byte[] Digests) Read(ReadOnlySpan<byte> text, SourceFile file)
    {
        var most = text.Count((byte)'\n') + (text is [.., not (byte)'\n'] ? 1 : 0);
        var paths = new ulong[most];
        var digests = new byte[most * DigestLength];
        var count = 0;
        var wrong = 0;
        while (!text.IsEmpty)
        {
            var feed = text.IndexOf((byte)'\n');
            var line = feed < 0 ? text : text[..feed];
            text = feed < 0 ? default : text[(feed + 1)..];
            if (line.IsEmpty) continue;

            if (line.Length > HexLength + 2 && line[HexLength] == ' ' && line[HexLength + 1] is (byte)' ' or (byte)'*'
                && Convert.FromHexString(line[..HexLength], digests.AsSpan(count * DigestLength, DigestLength), out _, out _) is OperationStatus.Done)
            {
                paths[count++] = PathHash.Of(line[(HexLength + 2)..]);
            }
            else wrong++;
        }

        if (wrong > 0) file.Note($"{wrong} line(s) are not an MD5 and a path.");
        return count == most ? (paths, digests) : (paths[..count], digests[..(count * DigestLength)]);
    }

    private static string? Stanza(SourceFile? companion)
    {
        if (companion is null) return null;

        using var stream = companion.OpenRead();
        using var lines = new ByteLines(stream);
        var stanza = new DpkgStanza();
        while (stanza.Package is null && lines.TryRead(out var line))
        {
            if (!line.IsEmpty) stanza.Add(line);
        }

        return string.IsNullOrEmpty(stanza.Package) ? null : stanza.Package;
    }
}
