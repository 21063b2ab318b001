using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Vidimus.Files.FileTree.Disk;
using Vidimus.Files.FileTree.Git;
using Vidimus.Files.FileTree.Images;
using Vidimus.Files.FileTree.Live;
using Vidimus.Files.FileTree.Tar;
using Vidimus.Files.FileTree.Zip;
using Vidimus.Files.Formats.Compression;
using Vidimus.Files.Streams;
using Vidimus.Model.Files;

namespace Vidimus.Files.FileTree;

/// <summary>Recognises and opens what a person names as a target.</summary>
public static class Targets
{
    private const int MostEntriesLookedAt = 10_000;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>What a path is, by its content; null when nothing is there or it is nothing we know.</summary>
    /// <exception cref="TargetException">It cannot be read.</exception>
    public static TargetKind? Recognise(string path)
    {
        if (Directory.Exists(path)) return File.Exists(Path.Combine(path, "oci-layout")) ? TargetKind.Oci : TargetKind.Directory;
        if (!File.Exists(path)) return SplitName(path) is not (var file, not null) ? null : Directory.Exists(Path.Combine(file, ".git")) ? TargetKind.Git : Recognise(file);

        using var handle = TargetFile.Open(path);
        var start = new byte[64 << 10];
        var length = RandomAccess.Read(handle, start, 0);
        return IsBom(start.AsSpan(0, length)) ? TargetKind.Sbom
            : start.AsSpan(0, length) is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] ? TargetKind.Zip
            : DiskSignatures.IsDisk(start.AsSpan(0, length)) ? TargetKind.Disk
            : RecogniseArchive(handle, Decompression.KindOf(start.AsSpan(0, length)));
    }

    /// <summary>Opens a tree: the kinds that are neither images nor bills of materials.</summary>
    /// <param name="path">Not looked at for the host.</param>
    /// <exception cref="TargetException">It does not exist, cannot be read, or is not of that kind.</exception>
    public static IFileTree OpenTree(TargetKind kind, string path) => kind switch
    {
        TargetKind.Host => new LiveTree("/"),
        TargetKind.Root or TargetKind.Directory => new LiveTree(Existing(path)),
        TargetKind.Tar => OpenTar(path),
        TargetKind.Zip => new ZipTree(Existing(path)),
        TargetKind.Git => OpenGit(path),
        TargetKind.Disk => DiskTree.OpenFile(Existing(path)),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a tree"),
    };

    /// <summary>Opens an image: <see cref="TargetKind.Oci"/> or <see cref="TargetKind.DockerArchive"/>.</summary>
    /// <param name="path">The path, perhaps with <c>:NAME</c> or <c>@DIGEST</c> behind it.</param>
    /// <param name="platform">Which of an index's images; null for this machine's, or the only one.</param>
    /// <exception cref="TargetException">It does not exist, cannot be read, is not of that kind, or a manifest's or configuration's digest is wrong.</exception>
    public static IImage OpenImage(TargetKind kind, string path, ImagePlatform? platform = null) => OfImage(kind, path, (file, name) => kind switch
    {
        TargetKind.Oci => OciImage.Open(file, name, platform),
        TargetKind.DockerArchive => DockerArchive.Open(file, name),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an image"),
    });

    /// <summary>The platforms that an image is made for; empty where it is one image and no index.</summary>
    /// <param name="path">As for <see cref="OpenImage"/>.</param>
    /// <exception cref="TargetException">As with <see cref="OpenImage"/>.</exception>
    public static IReadOnlyList<ImagePlatform> PlatformsOf(TargetKind kind, string path) => OfImage(kind, path, (file, name) => kind is TargetKind.Oci ? OciImage.Platforms(file, name) : []);

    private static T OfImage<T>(TargetKind kind, string path, Func<string, string?, T> read)
    {
        var (file, name) = SplitName(path);
        Existing(file);
        try
        {
            return read(file, name);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            var what = kind is TargetKind.Oci ? "an OCI image layout" : "a docker save archive";
            throw new TargetException($"{PathText.Display(file)} cannot be read as {what}: {e.Message}", e);
        }
        catch (TargetException e) when (!e.Message.Contains(file, StringComparison.Ordinal))
        {
            throw new TargetException($"{PathText.Display(file)}: {e.Message}", e);
        }
    }

    /// <summary>Opens a file that is neither a tree nor an image: a bill of materials.</summary>
    /// <exception cref="TargetException">It does not exist, is no regular file or may not be read.</exception>
    public static Stream OpenFile(string path) => new FileStream(TargetFile.Open(path), FileAccess.Read);

    private static TarTree OpenTar(string path)
    {
        using (var handle = TargetFile.Open(Existing(path)))
        {
            var start = new byte[Decompression.MagicLength];
            var kind = Decompression.KindOf(start.AsSpan(0, RandomAccess.Read(handle, start, 0)));
            if (RecogniseArchive(handle, kind) is null) throw new TargetException($"{PathText.Display(path)} is not a tar archive");
        }

        return new(path);
    }

    /// <summary>A repository's folder, perhaps with <c>@COMMIT</c> behind it; without one, what is checked out.</summary>
    private static GitTree OpenGit(string path)
    {
        if (Directory.Exists(path)) return new(path, "HEAD");
        var at = path.LastIndexOf('@');
        while (at > 0 && !Directory.Exists(path[..at])) at = path.LastIndexOf('@', at - 1);
        return at > 0 && at + 1 < path.Length ? new(path[..at], path[(at + 1)..]) : throw new TargetException($"{PathText.Display(path)} does not exist; a commit is named as in git:DIR@COMMIT");
    }

    private static string Existing(string path) => Path.Exists(path) ? path : throw new TargetException($"{PathText.Display(path)} does not exist");

    /// <summary>Parts <c>PATH:NAME</c> and <c>PATH@DIGEST</c> where only the shorter path exists.</summary>
    private static (string Path, string? Name) SplitName(string path)
    {
        if (Path.Exists(path)) return (path, null);
        for (var at = path.LastIndexOfAny([':', '@']); at > 0; at = path.LastIndexOfAny([':', '@'], at - 1))
        {
            if (Path.Exists(path[..at])) return (path[..at], path[(at + 1)..]);
        }

        return (path, null);
    }

    /// <summary>CycloneDX or SPDX, which all of their writers name near the beginning.</summary>
    private static bool IsBom(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("\uFEFF"u8)) start = start[3..];
        var text = start.TrimStart(" \t\r\n"u8);
        return text switch
        {
            [(byte)'{', ..] => (text.IndexOf("\"bomFormat\""u8) >= 0 && text.IndexOf("\"CycloneDX\""u8) >= 0) || text.IndexOf("\"spdxVersion\""u8) >= 0,
            [(byte)'<', ..] => text.IndexOf("http://cyclonedx.org/schema/bom/"u8) >= 0,
            _ => text.StartsWith("SPDXVersion:"u8),
        };
    }

    /// <summary>Tells image archives from others by their entries' names; the first that no image archive has decides.</summary>
    private static TargetKind? RecogniseArchive(SafeFileHandle handle, Compression compression)
    {
        using var slice = new FileSlice(handle, 0, RandomAccess.GetLength(handle));
        using var stream = Decompression.Open(slice, compression);
        using ByteSource source = compression is Compression.None ? new FileSource(handle, 0, slice.Length) : new StreamSource(stream);
        var reader = new TarReader(source);
        bool saved = false, any = false;
        try
        {
            for (var count = 0; count < MostEntriesLookedAt && reader.Next(); count++)
            {
                any = true;
                if (reader.Path is "oci-layout") return TargetKind.Oci;
                if (!IsOfImage(reader.Path)) return TargetKind.Tar;
                saved |= reader.Path is "manifest.json";
            }
        }
        catch (InvalidDataException) when (any)
        {
            // A damaged archive is still one; reading it will say where.
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return saved ? TargetKind.DockerArchive : slice.Length > 0 ? TargetKind.Tar : null;
    }

    /// <summary>The names in archives of <c>docker save</c>, skopeo, buildkit and podman.</summary>
    private static bool IsOfImage(ReadOnlySpan<char> path)
    {
        if (path is "" or "manifest.json" or "index.json" or "oci-layout" or "repositories" or "blobs" || path.StartsWith("blobs/")) return true;

        var slash = path.IndexOf('/');
        var id = slash < 0 ? path : path[..slash];
        if (id.StartsWith("sha256:")) id = id[7..];
        var digits = id.IndexOfAnyExcept(Hex);
        return (digits < 0 ? id.Length : digits) >= 32 && (slash < 0 || path[slash..] is "/layer.tar" or "/json" or "/VERSION");
    }
}
