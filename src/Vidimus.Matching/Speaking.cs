using Vidimus.Advisories;
using Vidimus.Model.Advisories;
using Vidimus.Model.Matching;
using Vidimus.Model.Reports;

namespace Vidimus.Matching;

/// <summary>A record that speaks of a vulnerability in a package.</summary>
/// <param name="Rank">Of the lowest rank are those that decide.</param>
/// <param name="Holds">For the version in question.</param>
internal readonly record struct Speaker(BookAffected Record, int Rank, bool Holds);

/// <summary>Who speaks of a vulnerability in a package, and by what rule some of them decided (docs/adr/0040).</summary>
/// <param name="Silent">The records that do not hold for the version, or say that it is not affected.</param>
internal sealed record Speaking(ReportRule Rule, IReadOnlyList<BookAffected> Silent)
{
    /// <param name="ecosystems">Those of the keys, the most exact first.</param>
    public static Speaking Of(List<Speaker> speakers, Distribution? distribution, List<string> ecosystems) =>
        new(DecisionRule.Of(speakers, distribution, ecosystems), [.. speakers.Where(s => !s.Holds).OrderBy(s => s.Rank).Select(s => s.Record)]);

    /// <summary>What a record says of a version that it does not hold for, readable.</summary>
    public static string Says(BookAffected record) =>
        record.Status == AffectedStatus.NotAffected ? "not affected"
        : string.Join(" || ", record.Ranges.Select(RangeText.Of).Concat(record.Versions.Count > 0 ? [$"{record.Versions.Count} versions by name"] : []));
}

/// <summary>The names of the rules by which one of several sources decides.</summary>
internal static class DecisionRule
{
    public static ReportRule Only { get; } = new("only-record", "no other record speaks of it");

    public static ReportRule Of(List<Speaker> speakers, Distribution? distribution, List<string> ecosystems)
    {
        if (speakers.Count < 2) return Only;
        if (speakers.TrueForAll(s => s.Holds == speakers[0].Holds)) return new("agreement", $"{speakers.Count} records say the same");
        if (distribution is null) return new("any-record", "no source is a language's vendor: one record that holds is enough");

        var best = speakers.Min(s => s.Rank);
        var deciding = speakers.First(s => s.Rank == best);
        var others = speakers.Where(s => s.Rank != best).OrderBy(s => s.Rank).ToList();
        if (others.Count == 0) return new("same-source", $"several records of {deciding.Record.Advisory.Source} speak of it: one that says \"not affected\" ends it, else one that holds is enough");

        var (first, second) = (deciding.Record.Advisory.Source, others[0].Record.Advisory.Source);
        if (best >> 8 == others[0].Rank >> 8) return new("exact-release", $"what is filed under {Ecosystem(best, ecosystems)} goes before what is filed under {Ecosystem(others[0].Rank, ecosystems)}");
        return SourceOrder.Rank(second) < SourceOrder.Rank(first)
            ? new("newer-feed", $"the copy of {second} is far older than {first}, which therefore goes first")
            : new("own-feed", $"{first}, {distribution.Family}'s own feed, goes before {second}");
    }

    private static string Ecosystem(int rank, List<string> ecosystems) => ecosystems[rank & 0xFF];
}
