using System.Text.Json;
using System.Text.RegularExpressions;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Photon;

/// <summary>Photon OS's list of vulnerabilities, a document a release: fixed in a version, or not affected.</summary>
/// <remarks>Format: a list of <c>{cve_id, pkg, cve_score, aff_ver, res_ver, status}</c>, <c>NA</c> for what is not there. Some ids are no vulnerability's (<c>UNK-1</c>, <c>Re</c>): those rows are left out.</remarks>
public sealed partial class PhotonFeed : IFeed
{
    public string Name => "photon";

    public string Title => "Photon OS CVE metadata";

    public Uri PublicAddress { get; } = new("https://packages.broadcom.com/photon/photon_cve_metadata/");

    public string Terms => "none stated (© Broadcom)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("photon_versions.json", Index: "versions")];

    public IEnumerable<FeedFile> Follow(FeedFile index, ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        JsonElement? root = document.RootElement;
        return [.. root.Texts("branches").Select(branch => new FeedFile($"cve_data_photon{branch}.json"))];
    }

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            if (Release().Match(entry.Name) is not { Success: true } release) continue;
            var ecosystem = $"Photon OS:{release.Groups[1].Value}";
            foreach (var record in FeedPack.Json(entry, snapshot, root => root.Items().Select(row => Row(row, ecosystem)).OfType<Advisory>())) yield return record;
        }
    }

    private static Advisory? Row(JsonElement? row, string ecosystem)
    {
        if (row.Text("cve_id") is not { } id || row.Text("pkg") is not { Length: > 0 } package) throw new InvalidDataException("a row has no cve_id or no pkg");
        if (!id.StartsWith("CVE-", StringComparison.Ordinal) && !id.StartsWith("BDSA-", StringComparison.Ordinal)) return null;
        var isNone = row.Text("status") is "Not Affected";
        var fix = row.Text("res_ver") is { Length: > 0 } version && version != "NA" ? version : null;
        var score = row.Member("cve_score") is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && value is > 0 and <= 10 ? value : (double?)null;
        return new()
        {
            Id = id,
            Affected =
            [
                new()
                {
                    Ecosystem = ecosystem,
                    Name = package,
                    Status = isNone ? AffectedStatus.NotAffected : AffectedStatus.Affected,
                    Ranges = isNone ? [] : fix is null ? [VersionRange.All] : [VersionRange.Before(fix)],
                    Severities = score is null ? [] : [new("photon", "CVSS:3.1", "", score)],
                },
            ],
        };
    }

    [GeneratedRegex(@"cve_data_photon([0-9.]+)\.json$", RegexOptions.CultureInvariant)]
    private static partial Regex Release();
}
