using Vidimus.Model.Advisories;

namespace Vidimus.Advisories.Cve5;

/// <summary>The CVE list: what the numbering authority (CNA) and those who enrich it (ADP, above all CISA) say of each CVE.</summary>
/// <remarks>Format: CVE record format 5.x, a document a CVE in <c>cves/YYYY/NNxxx/</c>.</remarks>
public sealed class Cve5Feed : IFeed
{
    public string Name => "cve5";

    public string Title => "CVE list";

    public Uri PublicAddress { get; } = new("https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip");

    public string Terms => "CVE terms of use; CISA's enrichment CC0-1.0";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("cves/")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            // Beside the records lie lists of what changed of late: delta.json, deltaLog.json.
            if (!Path.GetFileName(entry.Name).StartsWith("CVE-", StringComparison.Ordinal)) continue;

            CveRecord? record = null;
            try
            {
                record = Cve5Reader.Read(FeedJson.WithoutMark(entry.Body).Span);
            }
            catch (Exception e) when (FeedJson.IsBadRecord(e))
            {
                snapshot.Reject(entry.Name, e.Message);
            }

            if (record is not null) yield return record;
        }
    }
}
