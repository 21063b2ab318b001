using System.Text;
using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Tests.Feeds;

/// <summary>Files of a feed given by a test.</summary>
internal sealed class MemorySnapshot(string part, params (string Name, byte[] Body)[] files) : FeedSnapshot
{
    public MemorySnapshot(string part, string name, string text)
        : this(part, (name, Encoding.UTF8.GetBytes(text)))
    {
    }

    public List<(string Entry, string Reason)> Rejected { get; } = [];

    public IEnumerable<FeedRecord> ReadBy(IFeed feed) => feed.Read(this, TestContext.Current.CancellationToken);

    public override string Part => part;

    public override IEnumerable<FeedEntry> Entries(string suffix, CancellationToken cancel) =>
        files.Where(f => f.Name.EndsWith(suffix, StringComparison.Ordinal)).OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new FeedEntry(f.Name, f.Body));

    public override void Reject(string entry, string reason) => Rejected.Add((entry, reason));
}
