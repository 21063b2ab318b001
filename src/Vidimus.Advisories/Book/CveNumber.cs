namespace Vidimus.Advisories;

/// <summary>A CVE id as a number that sorts as the ids do by year and number: for the tables that name CVEs only.</summary>
internal static class CveNumber
{
    /// <summary>Reads <c>CVE-YYYY-N…</c>; -1 for another text.</summary>
    public static long Of(ReadOnlySpan<char> id)
    {
        if (id.Length is < 13 or > 18 || !id.StartsWith("CVE-", StringComparison.OrdinalIgnoreCase) || id[8] != '-') return -1;
        return Digits(id[4..8]) is >= 0 and var year && Digits(id[9..]) is >= 0 and var number ? year << 32 | number : -1;
    }

    public static string Text(long number) => $"CVE-{number >> 32:D4}-{(number & 0xFFFFFFFF):D4}";

    private static long Digits(ReadOnlySpan<char> text)
    {
        long value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return -1;
            value = value * 10 + (c - '0');
        }

        return value;
    }
}
