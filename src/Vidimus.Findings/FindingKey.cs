namespace Vidimus.Findings;

/// <summary>What a finding is about. The numbers are in the store and never change their meaning; further kinds come with their engines.</summary>
public enum FindingKind : short
{
    /// <summary>A vulnerability (for Windows: an update) and all packages of the resource that it is in; the fingerprint is the vulnerability's number.</summary>
    Package = 1,

    /// <summary>A way in from the network: protocol, port range, kind of path, entry component.</summary>
    Network = 2,

    /// <summary>A place in code: detector, file, hash of the normalised snippet.</summary>
    Code = 3,
}

/// <summary>What makes two sightings the same finding.</summary>
/// <param name="Resource">The resource's row id.</param>
/// <param name="Fingerprint">A vulnerability's number, else <see cref="IdentityKey.Fingerprint"/>.</param>
public readonly record struct FindingKey(long Resource, FindingKind Kind, long Fingerprint) : IComparable<FindingKey>
{
    /// <summary>By vulnerability first: the order in which a store's natural key lies, so that an advisory's rows are neighbours and two writers meet in one order.</summary>
    public int CompareTo(FindingKey other) =>
        Fingerprint.CompareTo(other.Fingerprint) is not 0 and var byFingerprint ? byFingerprint
        : Kind.CompareTo(other.Kind) is not 0 and var byKind ? byKind
        : Resource.CompareTo(other.Resource);

    public static bool operator <(FindingKey left, FindingKey right) => left.CompareTo(right) < 0;

    public static bool operator >(FindingKey left, FindingKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(FindingKey left, FindingKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(FindingKey left, FindingKey right) => left.CompareTo(right) >= 0;
}
