using System.Buffers;
using System.Buffers.Binary;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>The files of a package: names and folders apart, a digest in hex for each regular file.</summary>
internal static class RpmFiles
{
    /// <summary>Far more folders than the largest package has; an array is kept for each.</summary>
    private const int MostFolders = 1 << 20;

    /// <summary>Which files a package owns; null where it names none with a digest of a kind that we know.</summary>
    public static OwnedFiles? Read(RpmHeader header, string owner, string? architecture)
    {
        // OpenPGP's numbers of hash functions; rpm's old packages name none and mean MD5.
        (DigestKind Kind, int Length)? digest = (header.Number(RpmTag.FileDigestAlgorithm) ?? 1) switch
        {
            1 => (DigestKind.Md5, 16),
            2 => (DigestKind.Sha1, 20),
            8 => (DigestKind.Sha256, 32),
            _ => null,
        };
        if (digest is not var (kind, length)) return null;

        var folders = Folders(header);
        var indexes = header.Numbers(RpmTag.DirIndexes);
        var names = header.Strings(RpmTag.BaseNames);
        var digests = header.Strings(RpmTag.FileDigests);
        var paths = new List<ulong>();
        var bytes = new ArrayBufferWriter<byte>();
        var path = new byte[256];
        for (; indexes.Length >= 4 && names.MoveNext() && digests.MoveNext(); indexes = indexes[4..])
        {
            var folder = BinaryPrimitives.ReadUInt32BigEndian(indexes);
            if (folder >= (uint)folders.Count || digests.Current.Length != 2 * length) continue;
            if (Convert.FromHexString(digests.Current, bytes.GetSpan(length)[..length], out _, out _) is not OperationStatus.Done) continue;

            bytes.Advance(length);
            paths.Add(PathHash.Of(Join(folders[(int)folder], names.Current, ref path)));
        }

        return paths.Count == 0 ? null : new("rpm", owner, kind, [.. paths], bytes.WrittenSpan.ToArray()) { Architecture = architecture };
    }

    private static List<byte[]> Folders(RpmHeader header)
    {
        var folders = new List<byte[]>();
        var names = header.Strings(RpmTag.DirNames);
        while (folders.Count < MostFolders && names.MoveNext()) folders.Add(names.Current.TrimStart((byte)'/').ToArray());
        return folders;
    }

    /// <summary>A folder, which ends in a slash, and a name.</summary>
    private static ReadOnlySpan<byte> Join(byte[] folder, ReadOnlySpan<byte> name, ref byte[] path)
    {
        var length = folder.Length + name.Length;
        if (path.Length < length) path = new byte[2 * length];
        folder.CopyTo(path, 0);
        name.CopyTo(path.AsSpan(folder.Length));
        return path.AsSpan(0, length);
    }
}
