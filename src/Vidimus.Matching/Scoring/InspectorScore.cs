using Vidimus.Matching.Cvss;

namespace Vidimus.Matching;

/// <summary>Whether packets from the internet can reach a resource.</summary>
public enum InternetPath : byte
{
    /// <summary>Nobody has looked, or not all of the way could be seen.</summary>
    Unknown,

    /// <summary>There is an open path.</summary>
    Open,

    /// <summary>It is known that there is none.</summary>
    None,
}

/// <summary>A change of a metric, and why.</summary>
/// <param name="Metric">The metric's name in the vector: <c>AV</c>.</param>
public sealed record ScoreAdjustment(string Metric, string Reason);

/// <summary>The score of a vulnerability on one resource: its CVSS score, with the metrics adjusted that the resource's surroundings change (docs/adr/0016).</summary>
/// <param name="Vector">As rated, with the adjusted metrics in place.</param>
public sealed record InspectorScore(double Score, string Version, string Vector, IReadOnlyList<ScoreAdjustment> Adjustments)
{
    /// <summary>The score; null for a vector that can't be read.</summary>
    /// <remarks>Pure. What is not known changes nothing, and an open path confirms what the rating already takes for granted.</remarks>
    public static InspectorScore? Of(string vector, InternetPath path)
    {
        if (!CvssVector.TryParse(vector, out var parsed)) return null;
        if (path != InternetPath.None || parsed.Value("AV") != "N") return new(parsed.Score, parsed.Version, vector, []);

        // The metrics stand between slashes, after the head, or after an opening bracket in version 2; "MAV:N" ends alike.
        var at = vector.StartsWith("AV:N", StringComparison.Ordinal) ? 0 : vector.StartsWith("(AV:N", StringComparison.Ordinal) ? 1 : vector.IndexOf("/AV:N", StringComparison.Ordinal) + 1;
        var adjusted = $"{vector[..at]}AV:A{vector[(at + 4)..]}";
        return CvssVector.TryParse(adjusted, out var changed) ? new(changed.Score, changed.Version, adjusted, [new("AV", "no path leads from the internet to the resource, so an attacker must be in a network next to it")]) : null;
    }
}
