using Vidimus.Findings;
using Vidimus.Model.Matching;
using Vidimus.Storage;

namespace Vidimus.Fleet;

/// <summary>What the fleet stands on.</summary>
/// <param name="Database">Migrated before.</param>
public sealed record FleetServices(IDatabase Database, IFleetBooks Books, MatchKeys Keys, TimeProvider Time)
{
    /// <summary>Who has the installation's work: units that are of no account.</summary>
    public static Scope Installation { get; } = new(0, 0, 0);

    /// <summary>Applied to changes before they are written: rules that hide findings make a new finding hidden from the start.</summary>
    public Func<Session, IReadOnlyList<FindingChange>, CancellationToken, Task<IReadOnlyList<FindingChange>>>? Amend { get; init; }
}
