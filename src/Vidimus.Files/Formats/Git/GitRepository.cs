using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vidimus.Files.FileTree;
using Vidimus.Files.FileTree.Live;
using Vidimus.Model.Files;

namespace Vidimus.Files.Formats.Git;

/// <summary>A git repository's objects and references, read from its files. No git is run, no configuration obeyed beyond what tells the objects' format.</summary>
/// <remarks>Formats: gitrepository-layout(5), gitformat-pack(5). Alternates are refused: they name folders outside, and whoever wrote the repository would choose which of ours are read.</remarks>
internal sealed class GitRepository : IDisposable
{
    private const int LargestText = 64 << 20;
    private const int MostPacks = 10_000;
    private const int MostHops = 10;

    private readonly LiveTree files;
    private readonly string folder;
    private readonly bool sha256;
    private readonly List<GitPack> packs = [];

    /// <exception cref="TargetException">It is no repository, or one that is not read.</exception>
    public GitRepository(string path)
    {
        folder = Directory.Exists(Path.Combine(path, ".git")) ? Path.Combine(path, ".git") : path;
        if (File.Exists(Path.Combine(path, ".git"))) throw new TargetException($"{PathText.Display(path)} is a working tree of a repository that lies elsewhere; name that one");
        files = new(folder);
        try
        {
            if (ReadText("HEAD") is null || !Directory.Exists(Path.Combine(folder, "objects"))) throw new TargetException($"{PathText.Display(path)} is no git repository");
            if (ReadText("objects/info/alternates") is not null) throw new TargetException($"{PathText.Display(path)} borrows objects of another repository (objects/info/alternates), which is not opened because the repository itself names it; 'git repack -ad' makes it whole");
            var extensions = Extensions();
            if (extensions.GetValueOrDefault("refstorage") is { } storage and not "files") throw new TargetException($"{PathText.Display(path)} keeps its references in the form '{PathText.Display(storage)}', which is not read");
            sha256 = extensions.GetValueOrDefault("objectformat") is "sha256";
            OpenPacks();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How many bytes an object's name has.</summary>
    public int NameLength => GitId.Length(sha256) / 2;

    /// <summary>The commit that a person names: a hash or the beginning of one, a branch, a tag, a reference, HEAD.</summary>
    /// <exception cref="TargetException">There is none, or several.</exception>
    /// <exception cref="InvalidDataException">What is named is damaged.</exception>
    public string Resolve(string name)
    {
        if (name.Length == GitId.Length(sha256) && GitId.IsHex(name)) return name;
        foreach (var path in new[] { "", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/" })
        {
            if ((path.Length > 0 || name is "HEAD" || name.StartsWith("refs/", StringComparison.Ordinal)) && Reference(path + name) is { } found) return found;
        }

        if (name.Length >= GitId.ShortestPrefix && GitId.IsHex(name))
        {
            var found = Abbreviated(name);
            if (found.Count == 1) return found.First();
            if (found.Count > 1) throw new TargetException($"several objects begin with {name}; give more of the hash");
        }

        throw new TargetException($"the repository has no commit, branch or tag '{PathText.Display(name)}'");
    }

    /// <summary>An object; null when the repository does not hold it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, larger than what is held, or its bytes are not its name's.</exception>
    public GitObject? Read(string name)
    {
        var found = Find(name);
        return found is null || found.Name(sha256) == name ? found : throw new InvalidDataException($"the bytes of the object {name} are not its own");
    }

    /// <summary>A file's size and bytes, forward only; null when the repository does not hold it. A small one's bytes are verified by its name.</summary>
    public (long Size, Stream Content)? Open(string name)
    {
        if (Loose(name) is { } loose)
        {
            if (loose.Kind is not GitKind.Blob) throw new InvalidDataException($"the object {name} is no file");
            if (loose.Size > GitPack.LargestHeld) return (loose.Size, loose.Content);
            loose.Content.Dispose();
        }
        else if (Packed(name) is var (pack, offset) && pack.Stream(offset) is var (size, content))
        {
            if (size > GitPack.LargestHeld) return (size, content);
            content.Dispose();
        }

        if (Read(name) is not { } found) return null;
        return found.Kind is GitKind.Blob ? (found.Bytes.Length, new MemoryStream(found.Bytes, writable: false)) : throw new InvalidDataException($"the object {name} is no file");
    }

    public void Dispose()
    {
        foreach (var pack in packs) pack.Dispose();
        files.Dispose();
    }

    private GitObject? Find(string name)
    {
        if (Loose(name) is var (kind, size, content))
        {
            using (content)
            {
                return size <= GitPack.LargestHeld ? new(kind, GitPack.ReadWhole(content, size)) : throw new InvalidDataException($"an object of {size} bytes, more than are held in memory");
            }
        }

        return Packed(name) is var (pack, offset) ? pack.Read(offset, hash => Find(Convert.ToHexStringLower(hash), pack)) : null;
    }

    /// <summary>The base of a difference, which in a whole repository lies in the same pack; only one that is no such difference itself is taken from elsewhere, so that there are no circles.</summary>
    private GitObject? Find(string name, GitPack from)
    {
        var depth = ++basesOpen;
        try
        {
            if (depth > MostHops) throw new InvalidDataException("a chain of differences has no end");
            return from.Find(Convert.FromHexString(name)) is { } offset ? from.Read(offset, hash => Find(Convert.ToHexStringLower(hash), from)) : Find(name);
        }
        finally
        {
            basesOpen--;
        }
    }

    private int basesOpen;

    private (GitPack Pack, long Offset)? Packed(string name)
    {
        var hash = Convert.FromHexString(name);
        foreach (var pack in packs)
        {
            if (pack.Find(hash) is { } offset) return (pack, offset);
        }

        return null;
    }

    /// <summary>An object in a file of its own: compressed, <c>KIND SIZE\0</c> in front.</summary>
    private (GitKind Kind, long Size, Stream Content)? Loose(string name)
    {
        if (files.Open($"objects/{name[..2]}/{name[2..]}") is not { } file) return null;
        var stream = new ZLibStream(file.Content, CompressionMode.Decompress);
        var header = new StringBuilder();
        for (int b; (b = stream.ReadByte()) > 0 && header.Length < 32;) header.Append((char)b);
        var words = header.ToString().Split(' ');
        if (words.Length == 2 && Enum.TryParse<GitKind>(words[0], ignoreCase: true, out var kind) && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return (kind, size, stream);
        stream.Dispose();
        throw new InvalidDataException($"the object {name} is damaged");
    }

    private string? Reference(string path)
    {
        for (var hops = 0; hops < MostHops; hops++)
        {
            if (path.Split('/').Contains("..")) return null;
            var text = ReadText(path)?.Trim() ?? PackedReference(path);
            if (text is null) return null;
            if (!text.StartsWith("ref: ", StringComparison.Ordinal)) return text.Length == GitId.Length(sha256) && GitId.IsHex(text) ? text : null;
            path = text[5..].Trim();
        }

        return null;
    }

    private string? PackedReference(string path)
    {
        foreach (var line in (ReadText("packed-refs") ?? "").Split('\n'))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && line[0] is not '#' and not '^' && line.AsSpan(space + 1).TrimEnd('\r').SequenceEqual(path)) return line[..space];
        }

        return null;
    }

    private HashSet<string> Abbreviated(string prefix)
    {
        var found = packs.SelectMany(p => p.WithPrefix(prefix)).ToHashSet(StringComparer.Ordinal);
        var loose = Path.Combine(folder, "objects", prefix[..2]);
        if (Directory.Exists(loose)) found.UnionWith(Directory.EnumerateFiles(loose).Select(f => prefix[..2] + Path.GetFileName(f)).Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.Length == GitId.Length(sha256) && GitId.IsHex(n)));
        return found;
    }

    private void OpenPacks()
    {
        var place = Path.Combine(folder, "objects", "pack");
        if (!Directory.Exists(place)) return;
        foreach (var path in Directory.EnumerateFiles(place, "*.idx").Order(StringComparer.Ordinal).Take(MostPacks))
        {
            var name = "objects/pack/" + Path.GetFileNameWithoutExtension(path);
            if (files.Open(name + ".idx") is not { } index) continue;
            if (files.Open(name + ".pack") is { } pack) packs.Add(new(index.Content, pack.Content, sha256));
            else index.Content.Dispose();
        }
    }

    /// <summary>The settings of the section <c>[extensions]</c>, in lower case.</summary>
    private Dictionary<string, string> Extensions()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var inside = false;
        foreach (var line in (ReadText("config") ?? "").Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith('[')) inside = line.Equals("[extensions]", StringComparison.OrdinalIgnoreCase);
            else if (inside && line.Split('=', 2) is [var key, var value]) settings[key.Trim().ToLowerInvariant()] = value.Trim().ToLowerInvariant();
        }

        return settings;
    }

    private string? ReadText(string path)
    {
        if (files.Open(path) is not { } file) return null;
        using (file.Content)
        {
            if (file.Entry.Size > LargestText) throw new InvalidDataException($"{path} has {file.Entry.Size} bytes, more than are read");
            using var reader = new StreamReader(file.Content);
            return reader.ReadToEnd();
        }
    }
}
