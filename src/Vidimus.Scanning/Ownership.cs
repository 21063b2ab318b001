using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Scanning;

/// <summary>Decides which files with language packages belong to an OS package.</summary>
/// <remarks>A package database's word alone is nothing: it must name the file with a digest, and the file must have that digest. Else an image could hide what it likes by claiming it.</remarks>
internal static class Ownership
{
    public static bool HoldsLanguagePackage(FileFacts file) => file.Facts.Any(f => f is Package { Evidence: null } package && !Purls.IsOs(package.Type));

    /// <summary>On a live tree: computes, for files with language packages that a package database claims for a package that may own files, the digest that the claim is held against.</summary>
    /// <remarks>Only those: a system holds gigabytes of programs from elsewhere, whose claims count for nothing whatever their digests are.</remarks>
    public static IReadOnlyList<FileFacts> Digest(IReadOnlyList<FileFacts> files, Func<OwnedFiles, bool> mayOwn, IOpenableTree tree, Action<Note> note)
    {
        var claims = Find(files, files.SelectMany(f => f.Facts).OfType<OwnedFiles>().Where(mayOwn));
        return claims.Count == 0 ? files : [.. files.Select(f => claims.TryGetValue(f.Entry.Path, out var claimed) ? Digest(f, claimed[0].Owner.Kind, tree, note) : f)];
    }

    private static FileFacts Digest(FileFacts file, DigestKind kind, IOpenableTree tree, Action<Note> note)
    {
        if (tree.Open(file.Entry.Path) is not { } found) return file;
        using var scanned = ScannedFile.InPlace(found.Entry, found.Content, owns: true, note, null, whole: false);
        try
        {
            return file with { Digests = scanned.Digest(kind) };
        }
        catch (IOException e)
        {
            note(new(Notes.Unreadable, file.Entry.Path, e.Message));
            return file;
        }
    }

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

    /// <summary>The files that a database claims with digests of which none is theirs, ordered by path.</summary>
    public static IReadOnlyList<string> Changed(IReadOnlyCollection<FileFacts> files, IEnumerable<OwnedFiles> databases)
    {
        var claims = Find(files, databases);
        return [.. files.Where(IsChanged).Select(file => file.Entry.Path).Order(StringComparer.Ordinal)];

        bool IsChanged(FileFacts file) => file.Digests is not null && claims.TryGetValue(file.Entry.Path, out var claimed)
            && claimed.TrueForAll(claim => file.Digests.Of(claim.Owner.Kind) is { } digest && !digest.AsSpan().SequenceEqual(claim.Digest));
    }

    /// <summary>The paths among these that a package database claims, whatever the files' digests are: see <see cref="ICollector.OnlyUnowned"/>.</summary>
    public static HashSet<string> Claimed(IEnumerable<string> paths, IEnumerable<OwnedFiles> databases)
    {
        var asked = Asked(paths);
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        if (asked.Count == 0) return claimed;
        foreach (var database in databases)
        {
            foreach (var hash in database.Paths)
            {
                if (asked.TryGetValue(hash, out var path)) claimed.Add(path);
            }
        }

        return claimed;
    }

    private static Dictionary<ulong, string> Asked(IEnumerable<string> paths)
    {
        var asked = new Dictionary<ulong, string>();
        foreach (var path in paths)
        {
            asked.TryAdd(PathHash.Of(path), path);

            // Databases written before /lib, /bin and /sbin became links into /usr name the files by the old place.
            if (path.StartsWith("usr/", StringComparison.Ordinal)) asked.TryAdd(PathHash.Of(path.AsSpan(4)), path);
        }

        return asked;
    }

    private static Dictionary<string, List<Claim>> Find(IEnumerable<FileFacts> files, IEnumerable<OwnedFiles> databases)
    {
        var asked = Asked(files.Where(HoldsLanguagePackage).Select(f => f.Entry.Path));
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
