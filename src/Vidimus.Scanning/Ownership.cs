using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>Decides which files with language packages belong to an OS package.</summary>
/// <remarks>A package database's word alone is nothing: it must name the file with a digest, and the file must have that digest. Else an image could hide what it likes by claiming it.</remarks>
internal static class Ownership
{
    public static bool HoldsLanguagePackage(FileFacts file) => file.Facts.Any(f => f is Package { Type: not ("deb" or "rpm" or "apk") });

    /// <summary>The files with language packages that some database claims, and the kind of digest it claims them by.</summary>
    public static Dictionary<string, DigestKind> Claims(IReadOnlyCollection<FileFacts> files) =>
        Find(files, files.SelectMany(f => f.Facts).OfType<OwnedFiles>()).ToDictionary(c => c.Key, c => c.Value[0].Owner.Kind, StringComparer.Ordinal);

    /// <summary>The owner of each file whose digest agrees with the claim.</summary>
    public static Dictionary<string, OwnedFiles> Owners(IReadOnlyCollection<FileFacts> files, IEnumerable<OwnedFiles> databases)
    {
        var owners = new Dictionary<string, OwnedFiles>(StringComparer.Ordinal);
        var claims = Find(files, databases);
        foreach (var file in files)
        {
            if (file.Digests is null || !claims.TryGetValue(file.Entry.Path, out var claimed)) continue;
            foreach (var claim in claimed)
            {
                if (file.Digests.Of(claim.Owner.Kind) is { } digest && digest.AsSpan().SequenceEqual(claim.Digest)) owners.TryAdd(file.Entry.Path, claim.Owner);
            }
        }

        return owners;
    }

    private static Dictionary<string, List<Claim>> Find(IEnumerable<FileFacts> files, IEnumerable<OwnedFiles> databases)
    {
        var asked = new Dictionary<ulong, string>();
        foreach (var file in files.Where(HoldsLanguagePackage))
        {
            var path = file.Entry.Path;
            asked.TryAdd(PathHash.Of(path), path);

            // Databases written before /lib, /bin and /sbin became links into /usr name the files by the old place.
            if (path.StartsWith("usr/", StringComparison.Ordinal)) asked.TryAdd(PathHash.Of(path.AsSpan(4)), path);
        }

        var claims = new Dictionary<string, List<Claim>>(StringComparer.Ordinal);
        if (asked.Count == 0) return claims;
        foreach (var owner in databases)
        {
            for (var i = 0; i < owner.Paths.Length; i++)
            {
                if (!asked.TryGetValue(owner.Paths[i], out var path)) continue;
                if (!claims.TryGetValue(path, out var list)) claims[path] = list = [];
                list.Add(new(owner, i));
            }
        }

        return claims;
    }

    private readonly record struct Claim(OwnedFiles Owner, int Index)
    {
        public ReadOnlySpan<byte> Digest
        {
            get
            {
                var length = Owner.Kind switch
                {
                    DigestKind.Md5 => 16,
                    DigestKind.Sha1 => 20,
                    _ => 32,
                };
                return Owner.Digests.AsSpan(Index * length, length);
            }
        }
    }
}
