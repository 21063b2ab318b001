namespace Vidimus.Registry;

/// <summary>What the user allows and wishes when images are fetched.</summary>
public sealed record RegistryOptions
{
    /// <summary>Hosts (with their port, where they have one) that may be spoken to in plain HTTP. Loopback addresses may without being named.</summary>
    public IReadOnlyList<string> Insecure { get; init; } = [];

    /// <summary>What is asked before the registry itself.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>Where blobs are kept by digest; null to keep none.</summary>
    public string? BlobFolder { get; init; }

    /// <summary>All kept blobs together; the ones used longest ago go first. In bytes.</summary>
    public long LargestBlobFolder { get; init; } = 4L << 30;

    /// <summary>The user's environment: where the configuration lies and where credential helpers are found.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>How long a credential helper may take.</summary>
    public TimeSpan HelperLimit { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a registry may send nothing.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Waited before the second attempt; doubled for each further one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A registry that asks for a longer wait is not waited for.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Told of the bytes that came over the network.</summary>
    public RegistryProgress Progress { get; init; } = new();
}

/// <summary>A registry that has another's images.</summary>
/// <param name="Of">The registry that is mirrored: <c>docker.io</c>.</param>
/// <param name="Host">The mirror, with its port.</param>
/// <param name="Folder">Put before the repository's name; empty for none.</param>
public sealed record RegistryMirror(string Of, string Host, string Folder)
{
    /// <summary>Reads <c>[REGISTRY=]HOST[/FOLDER]</c>; without a registry it is one of docker.io.</summary>
    public static RegistryMirror? Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (of, at) = equals < 0 ? ("docker.io", text) : (text[..equals], text[(equals + 1)..]);
        var slash = at.IndexOf('/', StringComparison.Ordinal);
        var (host, folder) = slash < 0 ? (at, "") : (at[..slash], at[(slash + 1)..].Trim('/'));
        var isGood = ImageReference.IsHost(of) && ImageReference.IsHost(host) && (folder.Length == 0 || ImageReference.TryParse($"a.example/{folder}/x", out _));
        return isGood ? new(of, host, folder.Length == 0 ? "" : folder + "/") : null;
    }
}

/// <summary>Counts what came over the network.</summary>
public sealed class RegistryProgress
{
    private long bytes;

    /// <summary>Bytes of blobs.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    internal void Add(int count) => Interlocked.Add(ref bytes, count);
}
