namespace Vidimus.Findings.Contents;

/// <summary>What is known of a resource beside its key: what filters and answers read. A null is a fact that nobody gave.</summary>
/// <remarks>A list that the stored form lacks is empty: the reader hands null to what it does not find.
/// One record for all kinds, in provider-neutral names; the wire's kinds (<c>awsEc2Instance</c> beside <c>vm</c>, …) are made of it in <c>Vidimus.Api</c>.
/// What changes without anything happening (uptime, the time of a scan) is not here.</remarks>
public sealed record ResourceFacts
{
    /// <summary>Inspector's word for what the resource counts as when the pusher named one (<c>AWS_EC2_INSTANCE</c>, …); else the kind decides.</summary>
    public string? WireType { get; init; }

    /// <summary><c>AWS</c>, <c>AZURE</c>, …; null for what is in no cloud.</summary>
    public string? Provider { get; init; }
    public string? ProviderAccount { get; init; }
    public string? ProviderOrganization { get; init; }
    public string? ProviderRegion { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Inspector's word for the system, <c>UBUNTU_22_04</c>; else made of os-release's id and version.</summary>
    public string? Platform { get; init; }
    public OperatingSystemFacts? Os { get; init; }

    /// <summary>True when something of what was looked for could not be read, so that more may be there than was found; null when nothing went unread.</summary>
    public bool? IsPartial { get; init; }

    /// <summary>As package managers have it: <c>amd64</c>, <c>arm64</c>, …</summary>
    public string? Architecture { get; init; }

    public MachineFacts? Machine { get; init; }
    public ImageFacts? Image { get; init; }
    public FunctionFacts? Function { get; init; }
    public RepositoryFacts? Repository { get; init; }
}

/// <param name="Id">os-release's <c>ID</c>.</param>
/// <param name="EndOfLife">The last day of support; null when unknown.</param>
public sealed record OperatingSystemFacts(string Id, string? Version, string? Name, DateOnly? EndOfLife);

/// <summary>A virtual or plain machine.</summary>
public sealed record MachineFacts
{
    public string? InstanceType { get; init; }
    public string? ImageReference { get; init; }
    public string? Network { get; init; }
    public IReadOnlyList<string> Subnets { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Ipv4 { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Ipv6 { get; init => field = value ?? []; } = [];
    public string? ExecutionRole { get; init; }
    public string? KeyName { get; init; }
    public DateTimeOffset? LaunchedAt { get; init; }
}

/// <summary>A container image.</summary>
public sealed record ImageFacts
{
    /// <summary>The registry's host; an account's twelve digits for ECR.</summary>
    public string? Registry { get; init; }
    public string? Repository { get; init; }

    /// <summary><c>sha256:…</c> of the manifest.</summary>
    public string? Digest { get; init; }
    public IReadOnlyList<string> Tags { get; init => field = value ?? []; } = [];
    public string? Author { get; init; }
    public DateTimeOffset? PushedAt { get; init; }
    public DateTimeOffset? LastInUseAt { get; init; }
    public int? InUseCount { get; init; }
}

/// <summary>A serverless function.</summary>
public sealed record FunctionFacts
{
    public string? Name { get; init; }

    /// <summary>Inspector's word: <c>PYTHON_3_11</c>, …</summary>
    public string? Runtime { get; init; }
    public string? CodeSha256 { get; init; }
    public string? Version { get; init; }
    public string? ExecutionRole { get; init; }
    public string? PackageType { get; init; }
    public IReadOnlyList<string> Layers { get; init => field = value ?? []; } = [];
    public DateTimeOffset? LastModifiedAt { get; init; }
}

/// <summary>A repository of code, or a folder that stands for one.</summary>
public sealed record RepositoryFacts
{
    public string? ProjectName { get; init; }
    public string? ProviderType { get; init; }
    public string? LastCommit { get; init; }
}
