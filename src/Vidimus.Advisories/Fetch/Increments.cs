namespace Vidimus.Advisories.Fetch;

/// <summary>A feed's list of its records with the time each was changed: <c>modified,id</c> lines.</summary>
/// <remarks>The time is only compared for equality: in real data it may be in the year 1 or in the future.</remarks>
internal static class Increments
{
    /// <summary>The time by id, as text. Lines of another form are passed over: their records come with the next whole archive.</summary>
    public static async Task<Dictionary<string, string>> ReadAsync(string path, CancellationToken cancel)
    {
        var records = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            if (line.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma && FeedBounds.IsSafeName(line[(comma + 1)..])) records.TryAdd(line[(comma + 1)..], line[..comma]);
        }

        return records;
    }

    /// <summary>The ids that are new or have another time.</summary>
    public static List<string> Changed(Dictionary<string, string> before, Dictionary<string, string> now) =>
        [.. now.Where(record => !before.TryGetValue(record.Key, out var time) || time != record.Value).Select(record => record.Key).Order(StringComparer.Ordinal)];
}
