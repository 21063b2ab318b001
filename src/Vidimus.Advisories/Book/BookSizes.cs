namespace Vidimus.Advisories;

/// <summary>What a book weighs, in bytes.</summary>
/// <param name="Ranges">How many ranges its records have.</param>
/// <param name="RangesAndKeys">Keys with their table, names, versions, ranges and what walks them.</param>
/// <param name="Verdicts">That, and all else that a verdict reads: the record's status and advisory, its architectures, module and dates, the source, the vulnerabilities and who else tells of them.</param>
/// <param name="Texts">Titles, addresses and details.</param>
/// <param name="Exploits">Catalogues of exploited vulnerabilities and probabilities of exploitation.</param>
/// <param name="Whole">The file.</param>
public sealed record BookSizes(int Ranges, long RangesAndKeys, long Verdicts, long Texts, long Exploits, long Whole)
{
    /// <summary>Bytes of ranges and keys alone, a range.</summary>
    public double OfRange => (double)RangesAndKeys / Math.Max(1, Ranges);

    /// <summary>Bytes of all that a verdict needs, a range.</summary>
    public double OfVerdict => (double)Verdicts / Math.Max(1, Ranges);
}

public sealed partial class Book
{
    /// <summary>What it weighs. The texts and numbers that only people look at count in the whole alone.</summary>
    public BookSizes Sizes
    {
        get
        {
            var strings = meta.KeyStrings == 0 ? 0 : stringEnds[meta.KeyStrings - 1] + ((long)meta.KeyStrings * sizeof(int));
            var keysAlone = strings + file.Size(Section.Ecosystems, Section.Keys, Section.KeyBuckets, Section.KeyBytes);
            return new(
                meta.Ranges, keysAlone, keysAlone + file.Size(Section.Affected, Section.Advisories, Section.Told, Section.Vulnerabilities, Section.VulnerabilityBytes, Section.Times),
                file.Size(Section.TextBlocks, Section.TextBytes), file.Size(Section.Exploited, Section.ExploitYears, Section.ExploitIds, Section.ExploitPairs, Section.ExploitScores), file.Length);
        }
    }
}
