using Vidimus.Ecosystems.Oval;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.AzureLinux;

/// <summary>Azure Linux's OVAL: a definition a vulnerability of a source package, fixed or not.</summary>
/// <remarks><c>patchable</c> is <c>true</c> with the version that fixes it, <c>false</c> with the last that has it, and <c>Not Applicable</c> where the package has not got it, or no longer.</remarks>
public sealed class AzureLinuxFeed : IFeed
{
    private static readonly string[] Documents = ["azurelinux-3.0-oval.xml", "cbl-mariner-2.0-oval.xml", "cbl-mariner-1.0-oval.xml"];

    public string Name => "azurelinux";

    public string Title => "Azure Linux OVAL";

    public Uri PublicAddress { get; } = new("https://raw.githubusercontent.com/microsoft/AzureLinuxVulnerabilityData/main/");

    public string Terms => "MIT";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [.. Documents.Select(name => new FeedFile(name))];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries("-oval.xml", cancel))
        {
            if (Release(entry.Name) is not { } release)
            {
                snapshot.Reject(entry.Name, "its name tells no release");
                continue;
            }

            foreach (var definition in new OvalDocument(entry.Name, entry.Body, snapshot, cancel).Definitions())
            {
                if (ToAdvisory(definition, release) is { } advisory) yield return advisory;
                else snapshot.Reject($"{entry.Name}: {definition.Element["id"]}", "it names no vulnerability, or no package with a version");
            }
        }
    }

    /// <summary><c>azurelinux-3.0-oval.xml</c>: the major number, as the releases are called.</summary>
    private static string? Release(string name)
    {
        var words = Path.GetFileName(name).Split('-');
        var number = Array.Find(words, word => word.Length > 0 && char.IsAsciiDigit(word[0]));
        return number?.Split('.')[0];
    }

    private static Advisory? ToAdvisory(OvalDefinition definition, string release)
    {
        var meta = definition.Metadata;
        if (definition.Cves is not [var cve, ..] || definition.Conditions is not [{ Package: { } package, Range: { } range }, ..]) return null;
        var isNone = meta?.TextOf("patchable") is "Not Applicable";
        return new()
        {
            Id = cve,
            Title = meta?.TextOf("title"),
            Details = meta?.TextOf("description"),
            Url = meta?.Child("reference")?["ref_url"],
            Published = FeedDates.Day(meta?.TextOf("advisory_date")),
            Affected =
            [
                new()
                {
                    Ecosystem = $"Azure Linux:{release}",
                    Name = package,
                    Status = isNone ? AffectedStatus.NotAffected : AffectedStatus.Affected,
                    Ranges = isNone ? [] : [range],
                    Severities = meta?.TextOf("severity") is { } word ? [new("azure linux", "word", word)] : [],
                },
            ],
        };
    }
}
