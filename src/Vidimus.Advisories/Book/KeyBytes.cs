namespace Vidimus.Advisories;

/// <summary>What is filed under a key, in its bytes: counts, borders, listed versions, places of the records, the records, and intervals by how they are walked.</summary>
/// <remarks>
/// Versions that a range holds are positions among the key's borders: border i stands at 2i, what lies between it and the next at 2i+1, what is before all at -1.
/// Borders and listed versions have three bytes for a string, listed ones three more for the record, since they are looked for by halving. Where every sixteenth record begins stands in four bytes.
/// </remarks>
internal readonly ref struct KeyBytes
{
    public const int BorderSize = 3;
    public const int ListedSize = 6;
    public const int PlaceSize = 4;
    public const int PlaceEach = 16;

    public KeyBytes(ReadOnlySpan<byte> bytes, int records)
    {
        var reader = new ByteReader(bytes);
        var first = reader.Number();
        IsContested = (first & 1) != 0;
        BorderCount = first >> 1;
        ListedCount = reader.Number();
        FromStartCount = reader.Number();
        OtherCount = reader.Number();
        var othersAt = OtherCount > 0 ? reader.Number() : 0;
        var length = reader.Number();
        if (BorderCount > bytes.Length || ListedCount > bytes.Length || FromStartCount > bytes.Length || OtherCount > bytes.Length) throw new InvalidDataException("The advisory book is damaged: a key has more versions than bytes.");
        Borders = reader.Bytes(BorderCount * BorderSize);
        Listed = reader.Bytes(ListedCount * ListedSize);
        Places = reader.Bytes(records == 0 ? 0 : (records - 1) / PlaceEach * PlaceSize);
        Records = reader.Bytes(length);
        Intervals = reader.Rest;
        if (othersAt > Intervals.Length) throw new InvalidDataException("The advisory book is damaged: a key's intervals lie outside its bytes.");
        Others = Intervals[othersAt..];
    }

    /// <summary>Several records may speak of one vulnerability, so hits must be brought together.</summary>
    public bool IsContested { get; }

    public int BorderCount { get; }

    public int ListedCount { get; }

    public int FromStartCount { get; }

    public int OtherCount { get; }

    public ReadOnlySpan<byte> Borders { get; }

    public ReadOnlySpan<byte> Listed { get; }

    public ReadOnlySpan<byte> Places { get; }

    public ReadOnlySpan<byte> Records { get; }

    /// <summary>Those that begin before every version, the longest first: the distance of the end from the one before, the record.</summary>
    public ReadOnlySpan<byte> Intervals { get; }

    /// <summary>Those that begin later, the earliest first: the distance of the beginning, the length, the record.</summary>
    public ReadOnlySpan<byte> Others { get; }
}

/// <summary>What four bytes tell of a record: the number of its advisory, and these traits.</summary>
internal static class AffectedTraits
{
    public const int Bits = 8;
    public const uint Status = 7;

    /// <summary>It holds only for some architectures or a module.</summary>
    public const uint Limited = 8;

    /// <summary>Behind its ranges stand a module, architectures, ratings, versions.</summary>
    public const uint HasMore = 16;

    public const int FormShift = 5;
    public const uint FormMask = 3;
}

/// <summary>How the ranges of a record are written.</summary>
internal enum RangeForm : byte
{
    None,

    /// <summary>One range, before a border.</summary>
    Before,

    /// <summary>One range of every version.</summary>
    All,

    /// <summary>Range by range, event by event.</summary>
    Spelled,
}

/// <summary>What an event is written as: its kind, whether its version is a border, and the border or the string.</summary>
internal static class EventCode
{
    public const int KindMask = 7;
    public const int IsBorder = 8;
    public const int Shift = 4;
}
