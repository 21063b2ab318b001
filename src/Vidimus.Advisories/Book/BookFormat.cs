using System.Runtime.InteropServices;

namespace Vidimus.Advisories;

/// <summary>The layout of a book's file (docs/adr/0010): a header, a table of sections, and sections that are arrays of the rows below, all little-endian.</summary>
internal static class BookFormat
{
    /// <summary>Raised when a row changes its shape or its meaning, and when a version order changes: the borders of a key are stored in its scheme's order.</summary>
    public const int Version = 4;

    public const int HeaderSize = 64;
    public const int DigestOffset = 32;
    public const int DigestSize = 32;
    public const int SectionAlignment = 16;
    public const int MaxSections = 256;

    /// <summary>Text is compressed in blocks of about this many bytes, so that one title costs one block.</summary>
    public const int TextBlock = 64 << 10;

    /// <summary>How much of an advisory's details the book keeps, in bytes of UTF-8.</summary>
    public const int MaxDetails = 4 << 10;

    public static ReadOnlySpan<byte> Magic => "VIDIMUS\n"u8;
}

/// <summary>The numbers that sections go by. A reader skips those it does not know.</summary>
internal enum Section
{
    Meta = 1,
    StringEnds,
    StringBytes,
    Ecosystems,
    Keys,
    KeyBuckets,
    KeyBytes,
    Affected,
    Advisories,
    Told,
    AdvisoryFacts,
    FactBytes,
    Ratings,
    Vulnerabilities,
    VulnerabilityBytes,
    Ids,
    Times,
    TextBlocks,
    TextBytes,
    Exploited,
    ExploitYears,
    ExploitIds,
    ExploitPairs,
    ExploitScores,
    EndOfLife,
    Sources,
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct HeaderRow(ulong Magic, int Version, int Sections, long Length, long Unused);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct SectionRow(int Id, int RowSize, long Offset, long Length);

/// <summary>A run of rows of another section.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Slice(int First, int Count);

/// <param name="Built">UTC ticks; 0 for none.</param>
/// <param name="Ranges">How many ranges the records have.</param>
/// <param name="KeyStrings">The strings that keys use, names and versions, are the first ones: so many.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct MetaRow(long Built, int Ranges, int KeyStrings);

/// <param name="Sharing">A <see cref="Sharing"/>.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct SourceRow(int Name, int Terms, int Records, int Rejected, long Date, int Sharing);

/// <summary>Keys stand by ecosystem and name, so an ecosystem's are a run.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EcosystemRow(int Name, int FirstKey);

/// <summary>A last row, without a name, ends what belongs to the last key.</summary>
/// <param name="FirstAffected">Its records follow each other.</param>
/// <param name="Bytes">Where its bytes begin (<see cref="KeyBytes"/>).</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct KeyRow(int Name, int FirstAffected, uint Bytes);

/// <summary>What a look-up reads of an advisory.</summary>
/// <param name="Tells">The vulnerability that it tells of; of several, or none, the complement of a place in <see cref="Section.Told"/>.</param>
/// <param name="Published">A time as <see cref="BookTimes"/> has them.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct AdvisoryRow(int Tells, uint Published, byte Source, AdvisoryTraits Traits);

/// <summary>What is shown of an advisory beside that.</summary>
/// <param name="Text">Where its text begins in the texts, as if they were not compressed.</param>
/// <param name="Facts">Where its lists begin in <see cref="Section.FactBytes"/>.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct AdvisoryFactsRow(int Id, uint Modified, uint Text, uint Facts);

[Flags]
internal enum AdvisoryTraits : byte
{
    None,
    Malicious = 1,
    CveRecord = 2,
    Rejected = 4,

    /// <summary>Tells of vulnerabilities without being one.</summary>
    Notice = 8,
    Withdrawn = 16,
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct RatingRow(int Source, int Type, int Value, double Score);

/// <param name="Id">The one that is shown.</param>
/// <param name="Lists">Where its lists begin in <see cref="Section.VulnerabilityBytes"/>, twice; odd when every CVE of it is rejected.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct VulnerabilityRow(int Id, uint Lists)
{
    public bool Rejected => (Lists & 1) != 0;
}

/// <param name="Advisory">The first advisory of that id, or -1.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct IdRow(int Id, int Vulnerability, int Advisory);

/// <param name="Start">Where it begins in the texts, as if they were not compressed.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct TextBlockRow(uint Start, int Expanded, int Offset, int Length);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ExploitedRow(long Cve, int Added, int Due, int Ransomware);

/// <summary>Scores are found by the year of the CVE and then by its number, which fits into four bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ExploitYearRow(int Year, int First);

/// <summary>Probabilities in billionths: the source writes nine digits at most, and integers bring the same ones back. Each that occurs stands once.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ExploitScoreRow(uint Score, uint Percentile, int Date);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EndOfLifeRow(int Product, int Cycle, int Ends, int Released);
