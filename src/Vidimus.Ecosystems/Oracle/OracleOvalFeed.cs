using Vidimus.Ecosystems.Oval;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Oracle;

/// <summary>Oracle Linux's errata as OVAL: a definition a notice (<c>ELSA-…</c>), for each architecture and, where it is of a module, each module.</summary>
public sealed class OracleOvalFeed : IFeed
{
    public string Name => "oracle";

    public string Title => "Oracle Linux OVAL";

    public Uri PublicAddress { get; } = new("https://linux.oracle.com/security/oval/");

    public string Terms => "none stated (© Oracle)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("com.oracle.elsa-all.xml.bz2")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel) => OvalFeeds.Read(snapshot, ToAdvisory, cancel);

    private static Advisory? ToAdvisory(OvalDefinition definition, string file)
    {
        var meta = definition.Metadata;
        var advisory = meta?.Child("advisory");
        if (meta?.All("reference").FirstOrDefault(r => r["source"] is "elsa") is not { } own || own["ref_id"] is not { } id) return null;
        return new()
        {
            Id = id,
            Upstream = definition.Cves,
            Title = definition.Title is { } title && title.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? title[(colon + 1)..].Trim() : definition.Title,
            Details = meta.TextOf("description"),
            Url = own["ref_url"],
            Published = FeedDates.Day(advisory?.Child("issued")?["date"]),
            Severities = advisory?.TextOf("severity") is { } word ? [new("oracle", "word", word)] : [],
            Affected = OvalFeeds.Affected(definition, (condition, version) =>
                condition.Context.Release is { } release ? OracleDistribution.IsKsplice(version) ? $"Oracle Linux:{release}:{OracleDistribution.Ksplice}" : $"Oracle Linux:{release}" : null),
        };
    }
}
