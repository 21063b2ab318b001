using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Fetch;

/// <summary>Where feeds come from: a folder that is read in place, or addresses whose files are saved first.</summary>
public interface IMirror
{
    /// <summary>The parts that a feed has here; what the feed itself knows where the mirror does not say.</summary>
    Task<IReadOnlyList<string>> PartsAsync(IFeed feed, CancellationToken cancel);

    /// <summary>The files of one part (empty for a feed without parts) as they are now; null when the mirror lacks them.</summary>
    /// <exception cref="FetchException">They are there, but could not be had.</exception>
    Task<SavedSnapshot?> SnapshotAsync(IFeed feed, string part, CancellationToken cancel);
}

/// <summary>A feed could not be fetched; the message is one sentence for a person.</summary>
public sealed class FetchException : Exception
{
    public FetchException(string message)
        : base(message)
    {
    }

    public FetchException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public FetchException()
    {
    }
}
