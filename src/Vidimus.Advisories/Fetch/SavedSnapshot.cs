using System.IO.Compression;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Fetch;

/// <summary>Files on disk that make up one part of a feed, read where they lie.</summary>
/// <param name="part">As the feed names it; empty where it has none.</param>
/// <param name="files">What it is made of; of two files with the same name the first counts.</param>
/// <remarks>Not for use by two threads at once.</remarks>
public sealed class SavedSnapshot(string part, IReadOnlyList<SavedFile> files) : FeedSnapshot
{
    /// <summary>How many rejected records are kept by name; all are counted.</summary>
    private const int NamedRejections = 100;

    private readonly List<RejectedRecord> rejected = [];

    public override string Part => part;

    public IReadOnlyList<SavedFile> Files => files;

    /// <summary>Why these are files saved before and not what the source has now; null when they are.</summary>
    public string? Stale { get; init; }

    public IReadOnlyList<RejectedRecord> Rejected => rejected;

    public int RejectedCount { get; private set; }

    public override void Reject(string entry, string reason)
    {
        RejectedCount++;
        if (rejected.Count < NamedRejections) rejected.Add(new(entry, reason));
    }

    public override IEnumerable<FeedEntry> Entries(string suffix, CancellationToken cancel)
    {
        var zips = new List<ZipArchive>();
        try
        {
            var buffer = new byte[1 << 16];
            foreach (var member in Members(suffix, zips))
            {
                cancel.ThrowIfCancellationRequested();
                if (Read(member, ref buffer) is { } body) yield return new(member.Name, body);
            }
        }
        finally
        {
            foreach (var zip in zips) zip.Dispose();
        }
    }

    private List<Member> Members(string suffix, List<ZipArchive> zips)
    {
        var members = new SortedDictionary<string, Member>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (file.Zip is null)
            {
                if (file.Name.EndsWith(suffix, StringComparison.Ordinal)) members.TryAdd(file.Name, new(file.Name, file.Path, null));
                continue;
            }

            if (OpenZip(file) is not { } zip) continue;
            zips.Add(zip);
            long unpacked = 0;
            foreach (var entry in zip.Entries)
            {
                if (file.Zip.NameOf(entry.FullName) is not { } name || !name.EndsWith(suffix, StringComparison.Ordinal)) continue;
                unpacked += entry.Length;
                if (unpacked > FeedBounds.ZipBytes)
                {
                    Reject(file.Name, $"it unpacks to more than {FeedBounds.ZipBytes >> 30} GiB: what is behind {name} was not read");
                    break;
                }

                members.TryAdd(name, new(name, file.Path, entry));
            }
        }

        return [.. members.Values];
    }

    private ZipArchive? OpenZip(SavedFile file)
    {
        try
        {
            var zip = BoundedZip.Open(file.Path);
            try
            {
                _ = zip.Entries.Count; // Reads the list of members, which may be torn.
                return zip;
            }
            catch (InvalidDataException)
            {
                zip.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            Reject(file.Name, e.Message);
            return null;
        }
    }

    private ReadOnlyMemory<byte>? Read(Member member, ref byte[] buffer)
    {
        try
        {
            if (member.Entry is not null) return BoundedZip.Read(member.Entry, ref buffer);

            using var stream = new FileStream(member.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (stream.Length > FeedBounds.EntryBytes) throw new InvalidDataException($"it is {stream.Length} bytes long, more than the {FeedBounds.EntryBytes >> 20} MiB allowed");
            if (buffer.Length < stream.Length) buffer = new byte[stream.Length];
            var length = stream.ReadAtLeast(buffer, (int)stream.Length, throwOnEndOfStream: false);
            return buffer.AsMemory(0, length);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Reject(member.Name, e.Message);
            return null;
        }
    }

    private readonly record struct Member(string Name, string Path, ZipArchiveEntry? Entry);
}

/// <summary>A record that could not be read, and why.</summary>
public sealed record RejectedRecord(string Entry, string Reason);

/// <summary>A file of a snapshot.</summary>
/// <param name="Name">Its path below the feed's folder.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Zip">Which members count, when it is a zip that stands for a folder.</param>
public sealed record SavedFile(string Name, string Path, ZipFilter? Zip = null);

/// <summary>Which members of a zip belong to a feed.</summary>
/// <param name="Wanted">A path, a folder with its <c>/</c>, or empty for all.</param>
/// <param name="Without">Names that have left the feed since the zip was fetched.</param>
public sealed record ZipFilter(string Wanted, IReadOnlySet<string>? Without = null)
{
    /// <summary>Whether a zip holds what is wanted: beside it may lie others of another format. One that can't be opened is taken, so that its reader rejects it by name.</summary>
    public static bool Holds(string zip, string wanted)
    {
        try
        {
            using var archive = BoundedZip.Open(zip);
            var filter = new ZipFilter(wanted);
            return archive.Entries.Any(entry => filter.NameOf(entry.FullName) is not null);
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    /// <summary>The member's name below the feed's folder; null when it is not the feed's. An archive of a repository has all below one folder of its own, which is left out.</summary>
    public string? NameOf(string member)
    {
        if (member.EndsWith('/') || Without?.Contains(member) == true) return null;
        if (Wanted.Length == 0 || Matches(member)) return member;
        return member.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && Matches(member.AsSpan(slash + 1)) ? member[(slash + 1)..] : null;
    }

    private bool Matches(ReadOnlySpan<char> name) => Wanted.EndsWith('/') ? name.StartsWith(Wanted, StringComparison.Ordinal) : name.Equals(Wanted, StringComparison.Ordinal);
}
