namespace Vidimus.Findings;

/// <summary>What a resource is, for ever: tags, addresses and the tags of an image are facts about it and never here.</summary>
/// <param name="Kind">An open value of ours: <c>host</c>, <c>image</c>, <c>function</c>, <c>folder</c>, <c>disk</c>, <c>sbom</c>, …</param>
/// <param name="Id">From the thing itself: the cloud's instance id, else machine-id and product uuid; repository@manifest digest; a function's name; what <c>--as</c> said.</param>
public readonly record struct ResourceKey(string Kind, string Id);

/// <summary>Whether a resource is watched, and why or why not.</summary>
/// <param name="Active">Whether changes of its packages and of advisories lead to findings.</param>
/// <param name="Reason">Inspector's scan status reason (<c>SUCCESSFUL</c>, <c>PENDING_INITIAL_SCAN</c>, <c>NO_INVENTORY</c>, …).</param>
public readonly record struct ScanStatus(bool Active, string Reason)
{
    public static ScanStatus PendingInitialScan { get; } = new(true, "PENDING_INITIAL_SCAN");

    public static ScanStatus Successful { get; } = new(true, "SUCCESSFUL");

    public static ScanStatus Terminated { get; } = new(false, "RESOURCE_TERMINATED");
}
