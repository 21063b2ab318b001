using System.Text.RegularExpressions;

namespace Vidimus.Ecosystems.Java;

/// <summary>What an archive's file name tells: <c>ARTIFACT-VERSION.jar</c>.</summary>
internal readonly partial record struct JavaFileName(string Artifact, string? Version)
{
    /// <summary>Splits a name without its extension at the first hyphen (OSGi: underscore) after which all is a version: <c>log4j-1.2-api-2.17.2</c> is <c>log4j-1.2-api</c>.</summary>
    public static JavaFileName Of(string stem)
    {
        for (var at = 1; at < stem.Length - 1; at++)
        {
            if (stem[at] is not ('-' or '_')) continue;
            if (stem[at] is '_' && stem.AsSpan(at).Contains('-')) continue; // Scala's foo_2.13-1.0, unlike OSGi's foo_1.0
            if (char.IsAsciiDigit(stem[at + 1]) && stem.Length - at < 100 && VersionText().IsMatch(stem.AsSpan(at + 1))) return new(stem[..at], stem[(at + 1)..]);
        }

        return new(stem, null);
    }

    /// <summary>Numbers with dots, then parts that begin with a digit or are one of the words that versions are made of.</summary>
    [GeneratedRegex(@"^[0-9][0-9A-Za-z]*(\.[0-9A-Za-z]+)*([-_+~]([0-9][0-9A-Za-z.]*|(alpha|beta|b|m|milestone|rc|cr|sp|ga|pre|ea|snapshot|final|release|jre|android|incubating|jdk|java|jakarta|hotfix|v|r)[0-9.]*))*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionText();
}
