using Vidimus.Advisories;
using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Matching;

/// <summary>What the vendor of an OS package says of a vulnerability that was found in a language's package whose file it owns: a distribution repairs what it ships without a new version of it.</summary>
internal sealed class OwnerVerdicts(Inventory inventory, Book book, MatchKeys keys, DateTimeOffset? before)
{
    private readonly Matcher matcher = new(book, keys, inventory.Os, before);
    private readonly MatchList list = new();
    private readonly Lazy<Dictionary<string, Package>> owners = new(() => inventory.Packages.DistinctBy(p => p.Purl).ToDictionary(p => p.Purl, p => p.Package, StringComparer.Ordinal));

    /// <summary>Null when the owner is no package of the target, or none that the book can judge.</summary>
    /// <param name="owner">Its purl.</param>
    public string? Says(string owner, int vulnerability)
    {
        if (!owners.Value.TryGetValue(owner, out var package) || keys.File(package, inventory.Os) is not { } filed) return null;
        matcher.Find(filed, list);
        for (var i = 0; i < list.Count; i++)
        {
            if (list.Vulnerability(i) == vulnerability) return $"{Named(new(book, list.Evidence(i)[0].Affected))} says that {filed.Name} {filed.Version} has it, which is a finding of its own";
        }

        var heard = matcher.Hear(filed, vulnerability, new HashSet<int>());
        return heard.Silent is [var record, ..] ? $"{Named(record)} says of {filed.Name} {filed.Version}: {Speaking.Says(record)}" : $"none of its records speaks of it in {filed.Name}";
    }

    private static string Named(BookAffected record) => $"{record.Advisory.Id} ({record.Advisory.Source})";
}
