using Vidimus.Model.Documents;
using Vidimus.Model.Inventory;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>A resource's documents, read, with the number of each package's version.</summary>
internal sealed class ResourcePackages(Filing filing)
{
    /// <summary>What the packages of documents count as. The system's release is among them.</summary>
    public IEnumerable<(PackageVersion Version, DocumentPackage Item, OsRelease? Os)> Versions(IReadOnlyList<DocumentContent> documents)
    {
        var os = documents.Select(d => d.Os).FirstOrDefault(o => o is not null);
        if (os is not null) yield return (Filing.Of(os), FindingBuilder.OfSystem(os), os);
        foreach (var item in documents.SelectMany(d => d.Packages))
        {
            if (filing.Of(item.Package, item.Owner, os) is { } version) yield return (version, item, os);
        }
    }

    /// <summary>The packages with their numbers, of which new versions get new ones.</summary>
    public async Task<IReadOnlyList<NumberedPackage>> NumberAsync(Session session, IReadOnlyList<DocumentContent> documents, CancellationToken cancel)
    {
        var all = Versions(documents).ToList();
        var numbers = await new PackageVersionStore(session).NumberAsync([.. all.Select(a => a.Version).Distinct()], cancel);
        return [.. all.Select(a => new NumberedPackage(numbers[a.Version], a.Item, a.Os))];
    }
}
