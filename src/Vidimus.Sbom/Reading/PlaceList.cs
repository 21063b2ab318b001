using System.Collections;
using Vidimus.Model.Inventory;

namespace Vidimus.Sbom.Reading;

/// <summary>The places of a package that has several, each once.</summary>
internal sealed class PlaceList(Location first, Location second) : IReadOnlyList<Location>
{
    private const int LookedThrough = 8;

    private readonly List<Location> places = [first, second];
    private HashSet<Location>? seen;

    public int Count => places.Count;

    public Location this[int index] => places[index];

    /// <summary>Adds one that is not there yet.</summary>
    public void Add(Location place)
    {
        if (seen is null && places.Count >= LookedThrough) seen = [.. places];
        if (seen is null ? !places.Contains(place) : seen.Add(place)) places.Add(place);
    }

    /// <summary>Orders them; none is added afterwards.</summary>
    public void Finish()
    {
        seen = null;
        places.Sort(static (a, b) =>
            string.CompareOrdinal(a.Path, b.Path) is not 0 and var byPath ? byPath
            : string.CompareOrdinal(a.Entry, b.Entry) is not 0 and var byEntry ? byEntry : string.CompareOrdinal(a.Layer, b.Layer));
    }

    public IEnumerator<Location> GetEnumerator() => places.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
