using Vidimus.Advisories.Exchange;

namespace Vidimus.Advisories.Shelf;

/// <summary>What an export shall do.</summary>
/// <param name="Path">The file that is made, whole or not at all.</param>
/// <param name="Key">The private key that signs it.</param>
public sealed record ShelfExport(string Path, ExportKey Key)
{
    /// <summary>Take in the sources that state no terms for passing their data on; those that forbid it are left out in any case.</summary>
    public bool IncludeUnstated { get; init; }

    /// <summary>How long to wait for an update to end.</summary>
    public TimeSpan LockWait { get; init; }

    /// <summary>Is told what is being done, for a person.</summary>
    public IProgress<string>? Progress { get; init; }
}

/// <summary>What an import shall do.</summary>
/// <param name="Path">The exported book.</param>
/// <param name="Key">The public key that must have signed it.</param>
public sealed record ShelfImport(string Path, ExportKey Key)
{
    /// <summary>Take a book that is older than the last one of this key.</summary>
    public bool AllowOlder { get; init; }

    /// <summary>Refuse a book whose content was last held against the feeds longer ago; null takes any.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How long to wait for an update to end.</summary>
    public TimeSpan LockWait { get; init; }
}
