using System.Runtime.InteropServices;

namespace Vidimus.Advisories;

/// <summary>The layout of a book's file (docs/adr/0010): a header, a table of sections, and sections that are arrays of the rows below, all little-endian.</summary>
internal static class BookFormat
{
    /// <summary>Raised when a row changes its shape, and when a version order changes: the borders of a key are stored in its scheme's order.</summary>
    public const int Version = 2;

    public const int HeaderSize = 64;
    public const int DigestOffset = 32;
    public const int DigestSize = 32;
    public const int SectionAlignment = 16;
    public const int MaxSections = 256;

    /// <summary>Text is compressed in blocks of about this many bytes, so that one title costs one small block.</summary>
    public const int TextBlock = 16 << 10;

    /// <summary>How much of an advisory's details the book keeps, in bytes of UTF-8.</summary>
    public const int MaxDetails = 4 << 10;

    public static ReadOnlySpan<byte> Magic => "VIDIMUS\n"u8;
}

/// <summary>The numbers that sections go by. A reader skips those it does not know.</summary>
internal enum Section
{
    Meta = 1,
    StringEnds,
    StringChars,
    Integers,
    Ecosystems,
    Keys,
    KeyBuckets,
    Affected,
    Ranges,
    Events,
    Intervals,
    ListedVersions,
    Pairs,
    Advisories,
    Ratings,
    Vulnerabilities,
    Ids,
    TextBlocks,
    TextBytes,
    Exploited,
    ExploitIds,
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

/// <param name="Built">UTC ticks, as all times in a book; 0 for none.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct MetaRow(long Built);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct SourceRow(int Name, int Terms, int Records, int Rejected, long Date);

/// <param name="Borders">Integers: the distinct versions at which a range of the key begins or ends, ascending in the scheme's order.</param>
/// <param name="FromStart">Intervals that begin before every version, the longest first.</param>
/// <param name="Others">Intervals that begin later, the earliest first.</param>
/// <param name="Pairs">Which record speaks of which vulnerability, by vulnerability.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct KeyRow(uint Hash, int Ecosystem, int Name, KeyTraits Traits, Slice Borders, Slice FromStart, Slice Others, Slice Listed, Slice Affected, Slice Pairs);

[Flags]
internal enum KeyTraits
{
    None,

    /// <summary>Several records may speak of one vulnerability, so hits must be brought together.</summary>
    Contested = 1,
}

/// <param name="Vulnerabilities">Integers: those it tells of; the own one, or for a notice each of its upstream ones.</param>
/// <param name="Ssvc">Integers: names and values in turn.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct AdvisoryRow(
    int Id, int Source, AdvisoryTraits Traits, long Published, long Modified, long Withdrawn,
    Slice Vulnerabilities, Slice Ratings, Slice Cwes, Slice Ssvc, Slice Affected, int TextBlock, int TextOffset, int TextLength);

[Flags]
internal enum AdvisoryTraits
{
    None,
    Malicious = 1,
    CveRecord = 2,
    Rejected = 4,
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct RatingRow(int Source, int Type, int Value, int Unused, double Score);

/// <param name="Module">A string, or -1.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct AffectedRow(int Key, int Advisory, int Status, int Module, Slice Architectures, Slice Ratings, Slice Ranges, Slice Versions);

/// <param name="Readable">0 when its ecosystem's order is unknown or refuses one of its versions: then it holds for nothing.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct RangeRow(Slice Events, int Readable);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EventRow(int Kind, int Version);

/// <summary>Versions that a range holds, as positions among the key's borders: border i stands at 2i, what lies between it and the next at 2i+1, what is before all at -1.</summary>
/// <param name="End">The first position beyond it.</param>
/// <param name="Vulnerability">The one that the record tells of; -1 when it tells of several.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct IntervalRow(int Start, int End, int Vulnerability, int Affected, int Range, int Traits)
{
    public const int Limited = 1;
    public const int NotAffected = 2;
    public const int SourceShift = 8;
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ListedRow(int Version, int Affected);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct PairRow(int Vulnerability, int Affected);

/// <param name="Id">The one that is shown.</param>
/// <param name="Ids">Integers: every id of it, in ordinal order.</param>
/// <param name="Statements">Integers: the advisories that are this vulnerability.</param>
/// <param name="Notices">Integers: the advisories that tell of it among others.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct VulnerabilityRow(int Id, int Rejected, Slice Ids, Slice Statements, Slice Notices);

/// <param name="Advisory">The first advisory of that id, or -1.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct IdRow(int Id, int Vulnerability, int Advisory);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct TextBlockRow(long Offset, int Length, int Expanded);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ExploitedRow(long Cve, int Added, int Due, int Ransomware);

/// <summary>Probabilities in billionths: the source writes nine digits at most, and integers bring the same ones back.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ExploitScoreRow(uint Score, uint Percentile, int Date);

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct EndOfLifeRow(int Product, int Cycle, int Ends, int Released);
