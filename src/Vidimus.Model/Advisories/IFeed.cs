namespace Vidimus.Model.Advisories;

/// <summary>Reads a saved snapshot of one source of advisories. Fetching is another's work, so a reader runs without a network.</summary>
public interface IFeed
{
    /// <summary>The folder's name in a mirror: <c>osv</c>, <c>alpine-secdb</c>, <c>debian</c>, <c>kev</c>, …</summary>
    string Name { get; }

    /// <summary>What it is, for a person.</summary>
    string Title { get; }

    /// <summary>The public address that stands where no mirror is named.</summary>
    Uri PublicAddress { get; }

    /// <summary>The terms under which the source gives its data.</summary>
    string Terms { get; }

    /// <summary>The parts that everything means where the source itself does not list them; empty for a feed that has none.</summary>
    IReadOnlyList<string> Parts => [];

    /// <summary>The file, a part a line, by which the source lists its parts; null where it has none.</summary>
    string? PartsFile => null;

    /// <summary>Which paths below the address belong to the parts asked for.</summary>
    /// <param name="parts">OSV ecosystems, Alpine releases, …; null for everything.</param>
    IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts);

    /// <summary>Whether its terms allow others to pass its data on: one that forbids it is never part of an exported book.</summary>
    bool IsRedistributable => true;

    /// <summary>What the terms say of passing the data on; a source that states no terms has allowed nothing.</summary>
    Sharing Sharing => !IsRedistributable ? Sharing.Forbidden : Terms.StartsWith("none stated", StringComparison.Ordinal) ? Sharing.Unstated : Sharing.Allowed;

    /// <summary>The further files that a fetched index names: where a source's newest archive is called by its day, or a list tells its documents.</summary>
    /// <exception cref="InvalidDataException">It is no such index.</exception>
    IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body) => [];

    /// <summary>Reads a snapshot. A record that can't be read is told to <see cref="FeedSnapshot.Reject"/> and never stops the feed.</summary>
    IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel);
}

/// <summary>A path of a feed.</summary>
/// <param name="Path">Below the feed's folder or address, with <c>/</c>; ends with <c>/</c> for all in a folder; empty for all of a mirror's folder.</param>
/// <param name="Increments">A CSV of <c>modified,id</c> lines, newest first, by which single records beside it can be fetched instead of the whole; null where there is none.</param>
/// <param name="Index">What <see cref="IFeed.Follow"/> is told of a file that names others and holds no record itself; null for all other files. A mirror that lacks an index gives all that its folder holds.</param>
public sealed record FeedFile(string Path, string? Increments = null, string? Index = null);

/// <summary>The saved files of one feed.</summary>
public abstract class FeedSnapshot
{
    /// <summary>The part of the feed that is read: an OSV ecosystem, an Alpine release; empty where a feed has none.</summary>
    public abstract string Part { get; }

    /// <summary>All files whose name ends so, those inside a zip that stands for its folder included, in ordinal order of their names. The bytes are valid until the next one.</summary>
    public abstract IEnumerable<FeedEntry> Entries(string suffix, CancellationToken cancel);

    /// <summary>Counts and names a record that could not be read.</summary>
    public abstract void Reject(string entry, string reason);
}

/// <summary>One file of a feed.</summary>
public readonly record struct FeedEntry(string Name, ReadOnlyMemory<byte> Body);

/// <summary>What the terms of a source say of passing its data on.</summary>
public enum Sharing
{
    /// <summary>It states no terms: whoever passes a book with it on answers for that.</summary>
    Unstated,
    Allowed,
    Forbidden,
}
