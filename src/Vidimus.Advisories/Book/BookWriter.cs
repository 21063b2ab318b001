using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;

namespace Vidimus.Advisories;

/// <summary>Compiles records into a book. The same records give the same bytes, in whatever order their sources are added.</summary>
public sealed class BookWriter(MatchKeys keys) : IDisposable
{
    /// <summary>Adds one record; it is taken into a compact form at once and not kept.</summary>
    public void Add(string source, FeedRecord record) => throw new NotSupportedException($"{keys.Ecosystems.Count}");

    /// <summary>Tells of a source; each name once.</summary>
    public void AddSource(BookSource source) => throw new NotSupportedException();

    /// <summary>Writes the book. The file must not exist.</summary>
    public void Write(string path, DateTimeOffset built) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
