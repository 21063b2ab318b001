using Vidimus.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Matching;

/// <summary>Counts the packages that could not be judged, and why: silence about them would read as "clean".</summary>
internal sealed class Coverage(Book book, MatchKeys keys, OsRelease? os)
{
    private readonly Dictionary<string, Filed?> filed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Group> groups = new(StringComparer.Ordinal);

    public void Add(Package package, Judgement judgement)
    {
        if (!filed.TryGetValue(package.Type, out var type)) filed.Add(package.Type, type = Of(package.Type));
        if (type is null && package.Evidence is not null)
        {
            Count("recognised by the version texts in programs alone, and not judged", Notes.Information, package);
        }
        else if (type is null)
        {
            Count(Unknown(package.Type), Notes.Unsupported, package);
        }
        else if (judgement == Judgement.NotJudged)
        {
            if (type.Keys.Distribution is { } distribution && !distribution.IsOwn(package)) Count($"not of {distribution.Family}'s own making, so its advisories do not speak of them", Notes.Information, package);
            else Count($"without a version to judge ({package.Type})", Notes.Information, package);
        }
        else if (type.Missing is { } missing)
        {
            Count($"not judged, since the book has no advisories for {missing}", Notes.Unsupported, package);
        }
        else if (!IsValid(type.Keys.Ecosystem, package))
        {
            Count($"with a version that {package.Type} does not order; only advisories that name it hold", Notes.Information, package);
        }
    }

    public IReadOnlyList<Note> ToNotes() => [.. groups.Select(g => g.Value.ToNote(g.Key))];

    private static bool IsValid(Ecosystem ecosystem, Package package) => ecosystem.NormalizeVersion(package.Version) is not { } version || ecosystem.Versions.IsValid(version);

    private string Unknown(string type) =>
        keys.Ecosystem(type) is null or { IsOs: false } ? $"not judged, since no advisories are known for packages of type {type}"
        : os is null ? $"not judged, since the system's release is not known ({type})"
        : $"not judged, since no advisories are known for {os.Name ?? os.Id} ({type})";

    private Filed? Of(string type)
    {
        if (keys.For(type, os) is not { AdvisoryEcosystems: [var first, ..] ecosystems } found) return null;
        return new(found, ecosystems.All(e => book.EcosystemNumber(e) < 0) ? first : null);
    }

    private void Count(string reason, string kind, Package package)
    {
        if (!groups.TryGetValue(reason, out var group)) groups.Add(reason, group = new(kind));
        group.Add(package.Name);
    }

    /// <param name="Missing">The ecosystem that the book lacks altogether.</param>
    private sealed record Filed(TypeKeys Keys, string? Missing);

    private sealed class Group(string kind)
    {
        private const int Named = 5;
        private readonly SortedSet<string> names = new(StringComparer.Ordinal);
        private int count;

        public void Add(string name)
        {
            count++;
            names.Add(name);
        }

        public Note ToNote(string reason) =>
            new(kind, "", $"{count} package{(count == 1 ? "" : "s")} {reason}: {string.Join(", ", names.Take(Named))}{(names.Count > Named ? ", …" : "")}");
    }
}
