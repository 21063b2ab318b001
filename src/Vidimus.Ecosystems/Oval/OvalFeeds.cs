using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Oval;

/// <summary>What the feeds of OVAL have in common.</summary>
internal static class OvalFeeds
{
    private static readonly string[] Suffixes = [".xml", ".xml.bz2", ".xml.gz"];

    /// <summary>Every definition of every document, packed or not, by a vendor's function, which is told the document's name; null from it means that the definition is not one that can be read.</summary>
    public static IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, Func<OvalDefinition, string, Advisory?> read, CancellationToken cancel)
    {
        foreach (var suffix in Suffixes)
        {
            foreach (var entry in snapshot.Entries(suffix, cancel))
            {
                if (Unpack(entry, snapshot) is not { } body) continue;
                var count = 0;
                foreach (var definition in new OvalDocument(entry.Name, body, snapshot, cancel).Definitions())
                {
                    count++;
                    if (read(definition, entry.Name) is { } advisory) yield return advisory;
                    else snapshot.Reject($"{entry.Name}: {definition.Element["id"]}", "it has no id of its vendor's");
                }

                if (count == 0) snapshot.Reject(entry.Name, "it holds no definition");
            }
        }
    }

    /// <summary>The packages of a definition: one record for each that has the same end, with all its architectures.</summary>
    /// <param name="ecosystemOf">Null for a comparison that is left out.</param>
    public static IReadOnlyList<Affected> Affected(OvalDefinition definition, Func<OvalCondition, string, string?> ecosystemOf) =>
    [
        .. definition.Conditions.Where(c => c.Package is not null && c.Version is not null)
            .Select(c => (Condition: c, Ecosystem: ecosystemOf(c, c.Version!))).Where(c => c.Ecosystem is not null)
            .GroupBy(c => (c.Ecosystem, c.Condition.Package, c.Condition.Version, c.Condition.Inclusive, c.Condition.Context.Module))
            .Select(g => new Affected
            {
                Ecosystem = g.Key.Ecosystem!,
                Name = g.Key.Package!,
                Ranges = [g.First().Condition.Range!],
                Module = g.Key.Module,
                Architectures = g.Any(c => c.Condition.Context.Architecture is null) ? [] : [.. g.Select(c => c.Condition.Context.Architecture!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            }),
    ];

    private static ReadOnlyMemory<byte>? Unpack(FeedEntry entry, FeedSnapshot snapshot)
    {
        try
        {
            return FeedPack.Unpack(entry.Body);
        }
        catch (InvalidDataException e)
        {
            snapshot.Reject(entry.Name, e.Message);
            return null;
        }
    }
}
