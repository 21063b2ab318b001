using System.Text.RegularExpressions;

namespace Vidimus.Ecosystems.Programs;

/// <summary>How a program or library says its version in its own bytes.</summary>
/// <param name="Product">The name by which it is known: <c>openssl</c>, <c>apache/httpd</c>.</param>
/// <param name="Anchor">Plain text that stands in every such place: what is searched for. Five signs at least.</param>
/// <param name="Pattern">A regular expression over the bytes around (as Latin-1) that must take in the anchor; the group <c>v</c> is the version. <c>{v}</c> stands for numbers
/// parted by dots, <c>{0}</c> for the zero byte that ends or precedes a text in a program.</param>
/// <param name="File">Of what name the file must be, when the text alone proves nothing: a regular expression over the file's name; null for any.</param>
/// <param name="Versions">By what the group holds, the version that it stands for, where a product names its releases otherwise; null where it is the version.</param>
/// <param name="With">A text that must stand in the file as well: a program that only was compiled with a library's headers has the version that those had, and not the library. Null for none.</param>
/// <param name="Confidence">How sure a find is that the program contains this version: 0.9 for a text that only the product itself has reason to carry, less for one that others might.</param>
public sealed record ProgramRule(string Product, string Anchor, string Pattern, string? File = null, double Confidence = 0.9, IReadOnlyDictionary<string, string>? Versions = null, string? With = null)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lazy<Regex> pattern = new(() => new(
        Pattern.Replace("{v}", @"(?<v>[0-9]{1,5}(?:\.[0-9]{1,8}){1,3})", StringComparison.Ordinal).Replace("{0}", @"(?:\x00|^|$)", StringComparison.Ordinal),
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest));

    private readonly Lazy<Regex?> file = new(() => File is null ? null : new($"^(?:{File})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Longest));

    /// <summary>Whether a file of this name may be it.</summary>
    public bool Takes(string name) => file.Value?.IsMatch(name) ?? true;

    /// <summary>The version and the text that says it, from the bytes around an anchor; null when they say none.</summary>
    /// <param name="around">The text around the anchor.</param>
    /// <param name="anchor">Where in it the anchor begins.</param>
    public (string Version, string Text)? Read(string around, int anchor)
    {
        for (var match = pattern.Value.Match(around); match.Success; match = match.NextMatch())
        {
            if (match.Index > anchor) return null;
            if (match.Index + match.Length >= anchor + Anchor.Length && match.Groups["v"] is { Success: true } version && VersionOf(version.Value) is { } known) return (known, match.Value.Trim('\0', '\n', ' '));
        }

        return null;
    }

    private string? VersionOf(string text) => Versions is null ? text : Versions.GetValueOrDefault(text);
}
