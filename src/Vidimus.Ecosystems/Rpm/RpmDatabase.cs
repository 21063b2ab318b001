using Vidimus.Files.Formats.Databases;
using Vidimus.Model.Files;
using Vidimus.Model.Inventory;

namespace Vidimus.Ecosystems.Rpm;

/// <summary>Reads rpm's database of installed packages, in each of the three kinds of file that its releases have written: Berkeley DB, NDB and SQLite.</summary>
/// <remarks>The file's first bytes tell its kind, not its name. All three keep one header a package (<see cref="RpmHeader"/>).</remarks>
public sealed class RpmDatabase : ICollector
{
    private static readonly string[] Folders = ["var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"];

    public string Name => "rpm/database";

    public int Version => 1;

    public IReadOnlyList<FileGlob> Wants { get; } = [.. Folders.SelectMany(folder => new FileGlob[] { $"{folder}/rpmdb.sqlite", $"{folder}/Packages.db", $"{folder}/Packages" })];

    /// <summary>SQLite's write-ahead log: what was installed last may stand only there.</summary>
    public IReadOnlyList<FileGlob> Companions { get; } = [.. Folders.Select(folder => FileGlob.Of($"{folder}/rpmdb.sqlite-wal"))];

    public IEnumerable<Fact> Collect(SourceFile file, CancellationToken cancel)
    {
        using var stream = file.OpenRead();
        using var log = file.Companion(file.Name + "-wal")?.OpenRead();
        var installed = new List<Installed>();
        try
        {
            foreach (var blob in Headers(stream, log))
            {
                cancel.ThrowIfCancellationRequested();
                if (Read(blob.Span, file) is { } package) installed.Add(package);
            }
        }
        catch (InvalidDataException e)
        {
            // What was read before the damage is true and stays.
            file.Note(e.Message);
        }

        var epochs = SourceEpochs(installed);
        foreach (var package in installed)
        {
            yield return package.ToPackage(epochs);
            if (package.Files is { } files) yield return files;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Headers(Stream stream, Stream? log)
    {
        var head = new byte[16];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return head.AsSpan(0, length) switch
        {
            var start when SqliteFile.IsSqlite(start) => new SqliteFile(stream, log).Rows("Packages").Select(row => row.Blob(1)),
            var start when NdbFile.IsNdb(start) => new NdbFile(stream).Blobs().Select(blob => blob.Blob),
            var start when BerkeleyHash.IsBerkeleyHash(start) => new BerkeleyHash(stream).Items().Where(item => item.Key.Span.ContainsAnyExcept((byte)0)).Select(item => item.Value),
            _ => throw new InvalidDataException("This is no database of a kind that rpm writes."),
        };
    }

    /// <summary>A package; null for what is none (the keys that rpm keeps among them) or names itself incompletely.</summary>
    private static Installed? Read(ReadOnlySpan<byte> blob, SourceFile file)
    {
        RpmHeader header;
        try
        {
            header = RpmHeader.Open(blob);
        }
        catch (InvalidDataException e)
        {
            file.Note(e.Message);
            return null;
        }

        if (header.Text(RpmTag.Name) is not { Length: > 0 } name || header.Text(RpmTag.Version) is not { Length: > 0 } version || header.Text(RpmTag.Release) is not { Length: > 0 } release)
        {
            file.Note("A package's header lacks its name, version or release.");
            return null;
        }

        if (name is "gpg-pubkey") return null;

        var architecture = header.Text(RpmTag.Arch);
        return new(name, header.Number(RpmTag.Epoch) ?? 0, $"{version}-{release}", architecture, RpmSource.Parse(header.Text(RpmTag.SourceRpm)))
        {
            Module = header.Text(RpmTag.ModularityLabel) is { Length: > 0 } module ? module : null,
            Vendor = header.Text(RpmTag.Vendor) ?? "",
            License = header.Text(RpmTag.License),
            Files = RpmFiles.Read(header, name, architecture),
        };
    }

    /// <summary>The epochs of sources. A header names its source without one; a package that has its source's version and release has its epoch too, and tells it for those
    /// of the same source that have a version of their own.</summary>
    private static Dictionary<RpmSource, uint> SourceEpochs(List<Installed> installed)
    {
        var epochs = new Dictionary<RpmSource, uint>();
        foreach (var package in installed)
        {
            if (package.Source is { } source && source.VersionRelease == package.VersionRelease) epochs.TryAdd(source, package.Epoch);
        }

        return epochs;
    }

    private sealed record Installed(string Name, uint Epoch, string VersionRelease, string? Architecture, RpmSource? Source)
    {
        public string? Module { get; init; }

        /// <summary>Empty where the database names none: it was not built by a distribution.</summary>
        public required string Vendor { get; init; }

        public string? License { get; init; }

        public OwnedFiles? Files { get; init; }

        public Package ToPackage(Dictionary<RpmSource, uint> epochs) => new()
        {
            Type = "rpm",
            Name = Name,
            Version = WithEpoch(Epoch, VersionRelease),
            Architecture = Architecture,
            Source = Source is { } source ? new(source.Name, WithEpoch(epochs.GetValueOrDefault(source, Epoch), source.VersionRelease)) : null,
            Module = Module,
            Vendor = Vendor,
            Licenses = string.IsNullOrEmpty(License) ? [] : [License],
        };

        private static string WithEpoch(uint epoch, string version) => epoch == 0 ? version : $"{epoch}:{version}";
    }
}

/// <summary>A source package by its file's name, <c>name-version-release.src.rpm</c>.</summary>
internal readonly record struct RpmSource(string Name, string VersionRelease)
{
    /// <summary>Splits the name from its end, for a package's name may hold dashes and a version or release may not; null for <c>(none)</c> and what is no such name.</summary>
    public static RpmSource? Parse(string? file)
    {
        if (file is not { Length: > 5 } || !file.EndsWith(".rpm", StringComparison.Ordinal)) return null;

        var architecture = file.LastIndexOf('.', file.Length - 5);
        if (architecture <= 0) return null;
        var release = file.LastIndexOf('-', architecture - 1);
        var version = release <= 0 ? -1 : file.LastIndexOf('-', release - 1);
        return version <= 0 ? null : new(file[..version], file[(version + 1)..architecture]);
    }
}
