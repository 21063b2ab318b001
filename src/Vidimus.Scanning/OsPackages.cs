using Vidimus.Model.Inventory;
using Vidimus.Model.Matching;

namespace Vidimus.Scanning;

/// <summary>The system of a set of files, and which of its packages may own files: those that are the distribution's own work.</summary>
internal sealed class OsPackages
{
    private readonly Distribution? distribution;
    private readonly ILookup<(string Type, string Name), Package> packages;

    public OsPackages(IEnumerable<FileFacts> files, MatchKeys keys)
    {
        var facts = files.SelectMany(f => f.Facts);
        System = facts.OfType<OsRelease>().OrderBy(o => o.Rank).FirstOrDefault();
        distribution = keys.Distribution(System);
        packages = facts.OfType<Package>().Where(p => keys.Ecosystem(p.Type) is { IsOs: true }).ToLookup(p => (p.Type, p.Name));
    }

    /// <summary>Null when no file says.</summary>
    public OsRelease? System { get; }

    /// <summary>The package behind a claim; null when it is not installed, or is another's work.</summary>
    public Package? Owner(OwnedFiles claim)
    {
        var named = packages[(claim.Type, claim.Owner)];
        var package = named.FirstOrDefault(p => claim.Architecture is null || p.Architecture == claim.Architecture) ?? named.FirstOrDefault();
        return package is not null && distribution?.IsOwn(package) is true ? package : null;
    }
}
