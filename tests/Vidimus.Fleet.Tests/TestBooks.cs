using Vidimus.Advisories;
using Vidimus.Ecosystems;
using Vidimus.Model.Advisories;
using Vidimus.Testing;

namespace Vidimus.Fleet.Tests;

/// <summary>The book of a node in a test, and how one is made of records.</summary>
internal sealed class TestBooks : IFleetBooks, IDisposable
{
    private readonly TemporaryFolder folder = Places.Temporary();
    private readonly List<Book> all = [];

    /// <summary>The node's own; null for a node without one.</summary>
    public Book? Current { get; set; }

    public ValueTask<FleetBook?> BorrowAsync(CancellationToken cancel) => ValueTask.FromResult(Current is { } book ? new FleetBook(book) : null);

    public Book Make(DateTimeOffset built, params IEnumerable<FeedRecord> records)
    {
        var path = folder[$"{all.Count}.book"];
        using (var writer = new BookWriter(EcosystemList.Keys))
        {
            foreach (var record in records) writer.Add(record switch { CveRecord => "cve5", ExploitScore => "epss", ExploitedEntry => "kev", EndOfLife => "eol", _ => "osv" }, record);
            writer.Write(path, built);
        }

        all.Add(Book.Open(path));
        return all[^1];
    }

    public void Dispose()
    {
        foreach (var book in all) book.Dispose();
        folder.Dispose();
    }

    public static Advisory Advisory(string id, params Affected[] affected) => new() { Id = id, Affected = affected };

    /// <summary>Everything below a version; null for everything.</summary>
    public static Affected Below(string ecosystem, string name, string? fix) =>
        new() { Ecosystem = ecosystem, Name = name, Ranges = [new([new(RangeEventKind.Introduced, "0"), .. fix is null ? Array.Empty<RangeEvent>() : [new(RangeEventKind.Fixed, fix)]])] };
}

/// <summary>A clock that a test moves.</summary>
internal sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;
}
