namespace Vidimus.Sbom;

/// <summary>The licence ids of the SPDX list that packages use most: only a listed id may stand in an <c>id</c> member, and a name may stand for all others.</summary>
internal static class SpdxLicenses
{
    private static readonly HashSet<string> Ids = new(StringComparer.Ordinal)
    {
        "0BSD", "AFL-2.1", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0", "Artistic-1.0", "Artistic-1.0-Perl", "Artistic-2.0",
        "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause", "BSL-1.0", "bzip2-1.0.6", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0",
        "CDDL-1.0", "CDDL-1.1", "curl", "ECL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.2", "FSFAP", "FTL", "GPL-1.0-only", "GPL-1.0-or-later", "GPL-2.0-only",
        "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "HPND", "ICU", "IJG", "ISC", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1-only",
        "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "libpng-2.0", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "MS-PL", "NCSA", "OFL-1.1", "OpenSSL",
        "PHP-3.01", "PostgreSQL", "PSF-2.0", "Python-2.0", "Ruby", "Sleepycat", "TCL", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "W3C", "WTFPL", "X11", "Zlib", "ZPL-2.1",
    };

    public static bool IsId(string text) => Ids.Contains(text);

    /// <summary>Whether it is an expression of listed ids, joined by AND and OR, with parentheses. <c>WITH</c> and its exceptions are left to names.</summary>
    public static bool IsExpression(string text)
    {
        var depth = 0;
        var wantsId = true;
        foreach (var word in text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (wantsId ? word is not "(" && !IsId(word) : word is not (")" or "AND" or "OR")) return false;
            if (word is "(") depth++;
            else if (word is ")" && --depth < 0) return false;
            else if (word is not ")") wantsId = !wantsId;
        }

        return !wantsId && depth == 0;
    }
}
