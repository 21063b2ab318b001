namespace Vidimus.Api.Protocol;

/// <summary>How much of an operation a server offers.</summary>
internal enum OperationState
{
    /// <summary>Everything that Amazon's does with what this server watches.</summary>
    Complete,

    /// <summary>It keeps and gives back what it is told; what would act on that is not there yet.</summary>
    Configuration,

    /// <summary>It answers that there is nothing, since nothing can have come to be.</summary>
    Empty,

    /// <summary>It is refused: the engine that it would start or read is not there.</summary>
    Refused,
}

/// <summary>What docs/api-coverage.md says of an operation.</summary>
/// <param name="differences">What differs from Amazon's and why, a sentence each.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class CoverageAttribute(OperationState state, params string[] differences) : Attribute
{
    public OperationState State { get; } = state;

    public string[] Differences { get; } = differences;
}
