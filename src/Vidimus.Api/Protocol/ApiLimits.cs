namespace Vidimus.Api.Protocol;

/// <summary>What one caller may ask of the server.</summary>
public sealed record ApiLimits
{
    /// <summary>Steady calls a second of one account to one service.</summary>
    public double CallsASecond { get; init; } = 100;

    /// <summary>Calls at once of one account to one service.</summary>
    public int Burst { get; init; } = 500;

    /// <summary>Calls a second of one account that bring inventories: a fleet's machines come one by one.</summary>
    public int PushesASecond { get; init; } = 5_000;

    /// <summary>Bytes of a body. The model allows a token of a million characters, so this is not less.</summary>
    public long Body { get; init; } = 4 << 20;

    /// <summary>Bytes of a body to inspector-scan (an SBOM of the 5,000 components that it takes).</summary>
    public long SbomBody { get; init; } = 32 << 20;

    /// <summary>Bytes of a pushed inventory: that of a machine with a quarter of a million packages, as many as a scan lists, is about 33 MiB.</summary>
    public long PushBody { get; init; } = 64 << 20;
}
