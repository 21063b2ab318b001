using System.Text.Json;
using Vidimus.Ecosystems.Reading;
using Vidimus.Model.Advisories;

namespace Vidimus.Ecosystems.Arch;

/// <summary>Arch Linux's security tracker: groups of vulnerabilities (<c>AVG-…</c>) of packages, fixed or not.</summary>
/// <remarks>Format: a list of <c>{name, packages, status, severity, affected, fixed, issues}</c>. <c>affected</c> is the version that was found to be; nobody says since when, so all before the fix count.</remarks>
public sealed class ArchFeed : IFeed
{
    public string Name => "arch";

    public string Title => "Arch Linux security tracker";

    public Uri PublicAddress { get; } = new("https://security.archlinux.org/");

    public string Terms => "none stated (facts collected by Arch Linux's security team)";

    public IReadOnlyList<FeedFile> Files(IReadOnlyCollection<string>? parts) => [new("all.json")];

    public IEnumerable<FeedRecord> Read(FeedSnapshot snapshot, CancellationToken cancel)
    {
        foreach (var entry in snapshot.Entries(".json", cancel))
        {
            foreach (var record in FeedPack.Json(entry, snapshot, root => root is { ValueKind: JsonValueKind.Array } ? root.Items().Select(Group) : throw new InvalidDataException("it is no list"))) yield return record;
        }
    }

    private static Advisory Group(JsonElement element)
    {
        JsonElement? group = element;
        var name = group.Text("name") ?? throw new InvalidDataException("a group has no name");
        var status = group.Text("status") switch
        {
            "Not affected" => AffectedStatus.NotAffected,
            "Unknown" => AffectedStatus.UnderInvestigation,
            "Fixed" or "Vulnerable" or "Testing" => AffectedStatus.Affected,
            var other => throw new InvalidDataException($"{name}: its status is {other ?? "absent"}"),
        };
        var fix = group.Text("fixed");
        return new()
        {
            Id = name,
            Upstream = [.. group.Texts("issues")],
            Title = group.Text("type") is { } type ? $"{string.Join(", ", group.Texts("packages"))}: {type}" : null,
            Url = $"https://security.archlinux.org/{Uri.EscapeDataString(name)}",
            Severities = group.Text("severity") is { } word && word != "Unknown" ? [new("arch", "word", word)] : [],
            Affected =
            [
                .. group.Texts("packages").Select(package => new Affected
                {
                    Ecosystem = "Arch Linux",
                    Name = package,
                    Status = status,
                    Ranges = status == AffectedStatus.NotAffected ? [] : fix is null ? [VersionRange.All] : [VersionRange.Before(fix)],
                }),
            ],
        };
    }
}
